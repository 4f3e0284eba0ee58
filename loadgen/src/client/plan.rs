//! What is a client to do: whom does it ask, and when AGAIN?

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use server::{Transport, base::position::Position};

use crate::record::{Again, HeaderProfile, Peer};

/// Whom to ask, and in whose words.
#[derive(Clone, Debug)]
pub struct Target {
    /// Where to connect to: the server, or the link before it.
    pub address: SocketAddr,
    /// The `Host` of the requests.
    pub host: String,
    /// Whose request heads to send.
    pub profile: HeaderProfile,
}

/// What a client is to do.
#[derive(Clone, Debug)]
pub struct Plan {
    /// By which of the eight.
    pub transport: Transport,
    /// The server, if it is not ours.
    pub peer: Option<Peer>,
    /// Whom to ask.
    pub target: Target,
    /// When to ask next.
    pub again: Again,
    /// When to begin.
    pub begin: Instant,
    /// The most updates of one answer, if there is a bound.
    pub max: Option<usize>,
    /// From the client to the server, one way.
    pub way: Duration,
    /// Its position in the feed, for a client that reconnects.
    pub position: Option<Position>,
    /// Whether it closes its connections by a reset, so that the kernel keeps nothing of them.
    pub resets: bool,
}
