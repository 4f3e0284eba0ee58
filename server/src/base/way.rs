//! What does distance do in one direction of a connection?

use std::time::Duration;

use super::Bandwidth;

/// What one way does to the bytes of a connection. By default nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Way {
    /// How long each bit is on its way.
    pub delay: Duration,
    /// How much longer than that a piece can take: any time up to this, each equally likely. A
    /// piece is what was sent together, or with a bandwidth about a packet; one that is late holds
    /// up those behind it.
    pub jitter: Duration,
    /// How many bits leave in a second; `None`: any number, at once.
    pub bandwidth: Option<Bandwidth>,
}
