//! The effect of distance on one direction of a connection.

use std::time::Duration;

use super::Bandwidth;

/// The delay, jitter and bandwidth of one direction. The default has no effect.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Way {
    /// The one-way delay of each byte.
    pub delay: Duration,
    /// The maximum additional delay of a piece; the actual one is uniformly distributed from 0 to
    /// this. A piece is the bytes that were sent together, or about one packet if there is a
    /// bandwidth. A late piece delays those behind it.
    pub jitter: Duration,
    /// Bits per second; `None`: unlimited.
    pub bandwidth: Option<Bandwidth>,
}
