//! Which messages are in the bytes of a connection? HTTP/1.1, and WebSocket after an upgrade.
//!
//! The layer between a socket and a format.

pub mod framing;
mod response;

use server::base::frame::{TEXT, frame};

use self::framing::{Framed, Framing, Garbled, LONGEST_LINE_BYTES};
use crate::{
    client::{failure::Failure, ledger::Ledger, peer::Validators, request::MASK, stream::Stream},
    record::{
        Class,
        Direction::{Down, Up},
        Peer,
    },
};

/// An HTTP/1.1 connection.
#[derive(Debug)]
pub struct Http1 {
    stream: Stream,
    /// Bytes that were read and are not taken apart yet.
    unread: Vec<u8>,
    /// How the body of the newest response is framed.
    framing: Framing,
    /// The server, if it is not ours.
    pub peer: Option<Peer>,
    /// What nchan wants back.
    pub validators: Validators,
}

impl Http1 {
    /// Speaks HTTP/1.1 on a stream.
    pub fn new(stream: Stream) -> Self {
        Self {
            stream,
            unread: Vec::new(),
            framing: Framing::Length(0),
            peer: None,
            validators: Validators::default(),
        }
    }

    /// Sends bytes of these classes, in this order and in one write, and books them; false when the
    /// connection is cut.
    pub async fn send(&mut self, parts: &[(Class, &[u8])], ledger: &mut Ledger) -> bool {
        let sent = match parts {
            [(_, bytes)] => self.stream.send(bytes, ledger).await,
            parts => {
                let bytes: Vec<_> = parts.iter().map(|(_, bytes)| *bytes).collect();
                self.stream.send(&bytes.concat(), ledger).await
            }
        };
        if sent {
            for (class, bytes) in parts {
                ledger.book(Up, *class, bytes.len());
            }
        }
        sent
    }

    /// Sends a text frame (RFC 6455, section 5.2) and books it; false when the connection is cut.
    pub async fn send_text(&mut self, text: &str, ledger: &mut Ledger) -> bool {
        let frame = frame(TEXT, text.as_bytes(), Some(MASK));
        let (header, payload) = frame.split_at(frame.len() - text.len());
        let parts = [(Class::WebsocketFrame, header), (Class::Payload, payload)];
        self.send(&parts, ledger).await
    }

    /// Reads until a response header has arrived and books it as `class`; false when the
    /// connection is cut before.
    pub async fn read_header(
        &mut self,
        class: Class,
        ledger: &mut Ledger,
    ) -> Result<bool, Failure> {
        loop {
            if let Some(header) = response::parse(&self.unread, self.peer)? {
                let length = header.length;
                self.unread.drain(..length);
                self.framing = header.framing;
                self.validators = header.validators;
                ledger.book(Down, class, length);
                return Ok(true);
            }
            if self.unread.len() > LONGEST_LINE_BYTES {
                let long =
                    format!("more than {LONGEST_LINE_BYTES} bytes without the end of a header");
                return Err(Garbled(long).into());
            }
            if !self.read(ledger).await {
                return Ok(false);
            }
        }
    }

    /// Reads what has arrived; false when the connection is cut. Nothing is lost where this is
    /// dropped before it is done.
    pub async fn read(&mut self, ledger: &mut Ledger) -> bool {
        if self.unread.is_empty() {
            // A client that waits keeps no memory, and the next one that reads finds it in the
            // processor's cache.
            self.unread = Vec::new();
        }
        self.stream.read(&mut self.unread, ledger).await
    }

    /// Moves bytes of the body that were read to `body`, and books what stands around them.
    pub fn take(&mut self, body: &mut Vec<u8>, ledger: &mut Ledger) -> Result<Framed, Garbled> {
        self.framing.take(&mut self.unread, body, ledger)
    }

    /// What it runs on.
    pub fn stream(&self) -> &Stream {
        &self.stream
    }

    /// Notes that what the client sends from now on is published.
    pub fn begin_publishing(&mut self) {
        self.stream.begin_publishing();
    }

    /// Whether everything that the kernel has received was read and is booked. If so, that was the
    /// last reading of its counts.
    pub fn settle(&mut self) -> bool {
        self.unread.is_empty() && !self.framing.is_incomplete() && self.stream.settle()
    }
}
