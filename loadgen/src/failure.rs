//! Why does a client give up?

use std::{io, net::SocketAddr, time::Duration};

use thiserror::Error;

use crate::framing::Garbled;

/// Why a client gave up.
#[derive(Debug, Error)]
pub enum Failure {
    /// No connection.
    #[error("can't connect to {0}: {1}")]
    Connect(SocketAddr, io::Error),
    /// Connections that end before they bring anything.
    #[error("the server ended {0} connections one after the other without an update")]
    Cut(u32),
    /// An answer other than 200 or 101.
    #[error("the server answered {0}: {1}")]
    Status(u16, String),
    /// The server closed the WebSocket.
    #[error("the server closed the WebSocket with {0} ({1})")]
    Closed(u16, String),
    /// Nothing more came in all the time that there was after the window.
    #[error(
        "{hanging} of {clients} clients received nothing planned after the window within \
         {within:?}, so what they miss of it is unknown: has the feed ended, or the server stopped?"
    )]
    #[expect(missing_docs, reason = "the message says it")]
    Hanging {
        hanging: usize,
        clients: usize,
        within: Duration,
    },
    /// Nothing came in all the time that there was.
    #[error("{silent} of {clients} clients received no update within {within:?}")]
    #[expect(missing_docs, reason = "the message says it")]
    Silent {
        silent: usize,
        clients: usize,
        within: Duration,
    },
    /// What came is not what the protocol says.
    #[error(transparent)]
    Garbled(#[from] Garbled),
}
