//! What is a client to do: whom does it ask, and when AGAIN?

use std::{
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use rustls::ClientConfig;
use server::{Transport, base::position::Position};

use crate::{
    client::tap::Tap,
    record::{Again, HeaderProfile, HttpVersion, Peer},
};

/// Whom to ask, and in whose words.
#[derive(Clone, Debug)]
pub struct Target {
    /// Where to connect to: the server, or the link before it.
    pub address: SocketAddr,
    /// The `Host` of the requests.
    pub host: String,
    /// Whose request heads to send.
    pub profile: HeaderProfile,
    /// Length of the cookie in each request, in bytes; 0 for none.
    pub cookie_bytes: usize,
    /// Which version of HTTP to speak.
    pub http_version: HttpVersion,
    /// With which configuration to speak TLS; `None` for clear text.
    pub tls: Option<Arc<ClientConfig>>,
    /// Where to tell the records of TLS, for a capture.
    pub tap: Option<Tap>,
}

impl Target {
    /// A server in clear text, over HTTP/1.1.
    pub fn in_clear_text(address: SocketAddr, profile: HeaderProfile) -> Self {
        Self {
            address,
            host: address.to_string(),
            profile,
            cookie_bytes: 0,
            http_version: HttpVersion::Http1,
            tls: None,
            tap: None,
        }
    }

    /// The request that asks a transport for what follows `position`, at most `max` at a time.
    pub fn ask(
        &self,
        transport: Transport,
        position: Option<Position>,
        max: Option<usize>,
    ) -> Vec<u8> {
        let head = self.profile.ask(transport, &self.host, position, max);
        self.with_cookie(self.with_scheme(head))
    }

    /// The header of the request that publishes `length` bytes of JSON.
    pub fn publish(&self, length: usize) -> Vec<u8> {
        let head = self.profile.publish(&self.host, length);
        self.with_cookie(self.with_scheme(head))
    }

    /// Browsers send the cookie as the last field.
    fn with_cookie(&self, mut head: Vec<u8>) -> Vec<u8> {
        if self.cookie_bytes > 0 {
            const END: &[u8] = b"\r\n";
            head.truncate(head.len() - END.len());
            head.extend_from_slice(b"Cookie: ");
            head.extend((0..self.cookie_bytes).map(|nth| if nth == 1 { b'=' } else { b'c' }));
            head.extend_from_slice(&[END, END].concat());
        }
        head
    }

    /// `Origin` and `Referer` name the scheme.
    fn with_scheme(&self, head: Vec<u8>) -> Vec<u8> {
        match self.tls {
            None => head,
            Some(_) => String::from_utf8_lossy(&head)
                .replace("http://", "https://")
                .into_bytes(),
        }
    }
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
