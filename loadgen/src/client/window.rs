//! The measuring window.

/// The measuring window, in microseconds since the Unix epoch. An update belongs to it if its
/// planned time does.
#[derive(Clone, Copy, Debug)]
pub struct Window {
    /// The first microsecond.
    pub from_us: u64,
    /// The first microsecond after it.
    pub to_us: u64,
}

/// The position of a time relative to the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// Not counted, not expected.
    Before,
    /// Counted.
    Inside,
    /// Not counted.
    After,
}
