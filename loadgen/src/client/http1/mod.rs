//! Which messages are in the bytes of a connection? HTTP/1.1, and WebSocket after an upgrade.
//!
//! The layer between a socket and a format.

pub mod framing;
mod response;

use std::{io, net::SocketAddr};

use self::framing::{Framed, Framing, Garbled, LONGEST_LINE_BYTES};
use crate::{
    client::{failure::Failure, ledger::Ledger, socket::Socket},
    record::{Class, Direction::Down},
};

/// An HTTP/1.1 connection.
#[derive(Debug)]
pub struct Http1 {
    /// What it runs on.
    pub socket: Socket,
    /// Bytes that were read and are not taken apart yet.
    unread: Vec<u8>,
    /// How the body of the newest response is framed.
    framing: Framing,
}

impl Http1 {
    /// Connects.
    pub async fn connect(address: SocketAddr) -> io::Result<Self> {
        Ok(Self {
            socket: Socket::connect(address).await?,
            unread: Vec::new(),
            framing: Framing::Length(0),
        })
    }

    /// Reads until a response header has arrived and books it as `class`; false when the
    /// connection is cut before.
    pub async fn read_header(
        &mut self,
        class: Class,
        ledger: &mut Ledger,
    ) -> Result<bool, Failure> {
        loop {
            if let Some((length, framing)) = response::parse(&self.unread)? {
                self.unread.drain(..length);
                self.framing = framing;
                ledger.book(Down, class, length);
                return Ok(true);
            }
            if self.unread.len() > LONGEST_LINE_BYTES {
                let long =
                    format!("more than {LONGEST_LINE_BYTES} bytes without the end of a header");
                return Err(Garbled(long).into());
            }
            if !self.read().await {
                return Ok(false);
            }
        }
    }

    /// Reads what has arrived; false when the connection is cut. Nothing is lost where this is
    /// dropped before it is done.
    pub async fn read(&mut self) -> bool {
        if self.unread.is_empty() {
            // A client that waits keeps no memory, and the next one that reads finds it in the
            // processor's cache.
            self.unread = Vec::new();
        }
        self.socket.read(&mut self.unread).await
    }

    /// Moves bytes of the body that were read to `body`, and books what stands around them.
    pub fn take(&mut self, body: &mut Vec<u8>, ledger: &mut Ledger) -> Result<Framed, Garbled> {
        self.framing.take(&mut self.unread, body, ledger)
    }

    /// Whether everything that the kernel has received was read and is booked. If so, that was the
    /// last reading of its counts.
    pub fn settle(&mut self) -> bool {
        self.unread.is_empty() && !self.framing.is_incomplete() && self.socket.settle()
    }
}
