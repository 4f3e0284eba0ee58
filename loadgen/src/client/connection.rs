//! A client's connection: HTTP/1.1 (and WebSocket) or HTTP/2.

use server::base::frame::{PONG, frame};

use crate::{
    client::{
        failure::Failure,
        http1::{
            Http1,
            framing::{Framed, Garbled},
        },
        http2::Http2,
        ledger::Ledger,
        plan::Target,
        request::MASK,
        socket::Socket,
        stream::Stream,
    },
    record::{Class, HttpVersion},
};

/// A connection of a client to its server.
pub enum Connection {
    /// HTTP/1.1, and WebSocket after an upgrade.
    Http1(Box<Http1>),
    /// HTTP/2.
    Http2(Box<Http2>),
}

impl Connection {
    /// Connects.
    pub async fn open(target: &Target, ledger: &mut Ledger) -> Result<Self, Failure> {
        let stream = Stream::connect(target, ledger).await;
        let stream = stream.map_err(|error| Failure::Connect(target.address, error))?;
        Ok(match target.http_version {
            HttpVersion::Http1 => Self::Http1(Box::new(Http1::new(stream))),
            HttpVersion::Http2 => Self::Http2(Box::new(Http2::new(stream)?)),
        })
    }

    /// Sends a request, given in HTTP/1.1 form, and counts its header as `class`. Returns false if the
    /// connection is cut.
    pub async fn request(
        &mut self,
        class: Class,
        header: &[u8],
        body: Option<&str>,
        ledger: &mut Ledger,
    ) -> Result<bool, Failure> {
        match self {
            Self::Http1(http1) => {
                // In one write, like browsers, which send a short body in the header's packet.
                let body = body.map(|body| (Class::Payload, body.as_bytes()));
                let parts: Vec<_> = [(class, header)].into_iter().chain(body).collect();
                Ok(http1.send(&parts, ledger).await)
            }
            Self::Http2(http2) => http2.request(class, header, body, ledger).await,
        }
    }

    /// Sends a request like [`request`](Self::request), and receives its response. Returns the body;
    /// `None` if the connection is cut.
    pub async fn exchange(
        &mut self,
        header: &[u8],
        body: Option<&str>,
        ledger: &mut Ledger,
    ) -> Result<Option<Vec<u8>>, Failure> {
        let sent = self.request(Class::RequestHead, header, body, ledger);
        if !sent.await? {
            return Ok(None);
        }
        ledger.requests += 1;
        if !self.read_header(Class::ResponseHead, ledger).await? {
            return Ok(None);
        }
        let mut received = Vec::new();
        while self.take(&mut received, ledger)? != Framed::End {
            if !self.read(ledger).await {
                return Ok(None);
            }
        }
        Ok(Some(received))
    }

    /// Answers a ping on a WebSocket; false if the connection is cut.
    pub async fn send_pong(&mut self, payload: &[u8], ledger: &mut Ledger) -> bool {
        let pong = frame(PONG, payload, Some(MASK));
        let parts = [(Class::Idle, &pong[..])];
        self.http1().send(&parts, ledger).await
    }

    /// The connection of a WebSocket or to a peer, which always uses HTTP/1.1.
    pub fn http1(&mut self) -> &mut Http1 {
        match self {
            Self::Http1(http1) => http1,
            Self::Http2(_) => unreachable!("scenarios with HTTP/2 are checked"),
        }
    }

    /// Reads until a response header has arrived, and counts it as `class`. Returns false if the
    /// connection is cut before.
    pub async fn read_header(
        &mut self,
        class: Class,
        ledger: &mut Ledger,
    ) -> Result<bool, Failure> {
        match self {
            Self::Http1(http1) => http1.read_header(class, ledger).await,
            Self::Http2(http2) => http2.read_header(class, ledger).await,
        }
    }

    /// Reads received bytes; false if the connection is cut. Cancel-safe for a WebSocket: nothing is lost
    /// if this is dropped before it completes.
    pub async fn read(&mut self, ledger: &mut Ledger) -> bool {
        match self {
            Self::Http1(http1) => http1.read(ledger).await,
            Self::Http2(http2) => http2.read(ledger).await,
        }
    }

    /// Moves the body bytes that were read to `body`, and counts the bytes around them.
    pub fn take(&mut self, body: &mut Vec<u8>, ledger: &mut Ledger) -> Result<Framed, Garbled> {
        match self {
            Self::Http1(http1) => http1.take(body, ledger),
            Self::Http2(http2) => http2.take(body),
        }
    }

    /// Its socket, for the counts and the arrival of the last read.
    pub fn socket(&self) -> &Socket {
        match self {
            Self::Http1(http1) => &http1.stream.socket,
            Self::Http2(http2) => &http2.stream.socket,
        }
    }

    /// Whether everything that the kernel has received was read and counted. If so, this was the last
    /// reading of its counts.
    pub fn settle(&mut self) -> bool {
        match self {
            Self::Http1(http1) => http1.settle(),
            Self::Http2(http2) => http2.settle(),
        }
    }
}
