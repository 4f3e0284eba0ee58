//! HTTP/1.1, and WebSocket after an upgrade: the layer between a socket and a format.

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
    /// Its stream.
    pub stream: Stream,
    /// Bytes that were read but not parsed yet.
    unread: Vec<u8>,
    /// The framing of the newest response's body.
    framing: Framing,
    /// The server, if it is not ours.
    pub peer: Option<Peer>,
    /// The validators for nchan's next request.
    pub validators: Validators,
}

impl Http1 {
    /// An HTTP/1.1 connection on a stream.
    pub fn new(stream: Stream) -> Self {
        Self {
            stream,
            unread: Vec::new(),
            framing: Framing::Length(0),
            peer: None,
            validators: Validators::default(),
        }
    }

    /// Sends and counts bytes of these classes, in this order and in one write. Returns false if the
    /// connection is cut.
    pub async fn send(&mut self, parts: &[(Class, &[u8])], ledger: &mut Ledger) -> bool {
        let bytes: Vec<_> = parts.iter().map(|(_, bytes)| *bytes).collect();
        let sent = self.stream.send(&bytes.concat(), ledger).await;
        if sent {
            for (class, bytes) in parts {
                ledger.book(Up, *class, bytes.len());
            }
        }
        sent
    }

    /// Sends and counts a text frame (RFC 6455, section 5.2). Returns false if the connection is cut.
    pub async fn send_text(&mut self, text: &str, ledger: &mut Ledger) -> bool {
        let frame = frame(TEXT, text.as_bytes(), Some(MASK));
        let (header, payload) = frame.split_at(frame.len() - text.len());
        let parts = [(Class::WebsocketFrame, header), (Class::Payload, payload)];
        self.send(&parts, ledger).await
    }

    /// Reads until a response header has arrived, and counts it as `class`. Returns false if the
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

    /// Reads received bytes; false if the connection is cut. Cancel-safe: nothing is lost if this is
    /// dropped before it completes.
    pub async fn read(&mut self, ledger: &mut Ledger) -> bool {
        if self.unread.is_empty() {
            // A waiting client keeps no buffer, and the next reader finds it in the processor's
            // cache.
            self.unread = Vec::new();
        }
        self.stream.read(&mut self.unread, ledger).await
    }

    /// Moves the body bytes that were read to `body`, and counts the bytes around them.
    pub fn take(&mut self, body: &mut Vec<u8>, ledger: &mut Ledger) -> Result<Framed, Garbled> {
        self.framing.take(&mut self.unread, body, ledger)
    }

    /// Whether everything that the kernel has received was read and counted. If so, this was the last
    /// reading of its counts.
    pub fn settle(&mut self) -> bool {
        self.unread.is_empty() && !self.framing.is_incomplete() && self.stream.settle()
    }
}
