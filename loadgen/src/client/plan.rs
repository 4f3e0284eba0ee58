//! The plan of a client: its server, its requests, and when to send the next one (AGAIN).

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

/// The server and the form of the requests.
#[derive(Clone, Debug)]
pub struct Target {
    /// The address to connect to: the server, or the link in front of it.
    pub address: SocketAddr,
    /// The `Host` of the requests.
    pub host: String,
    /// The request headers to send.
    pub profile: HeaderProfile,
    /// Length of the cookie in each request, in bytes; 0 for none.
    pub cookie_bytes: usize,
    /// The HTTP version.
    pub http_version: HttpVersion,
    /// The TLS configuration; `None` for clear text.
    pub tls: Option<Arc<ClientConfig>>,
    /// Receives the TLS records, for a capture.
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

    /// The request of a transport for the updates after `position`, at most `max` per response.
    pub fn request(
        &self,
        transport: Transport,
        position: Option<Position>,
        max: Option<usize>,
    ) -> Vec<u8> {
        self.completed(self.profile.request(transport, &self.host, position, max))
    }

    /// The header of the request that publishes `length` bytes of JSON.
    pub fn publish(&self, length: usize) -> Vec<u8> {
        self.completed(self.profile.publish(&self.host, length))
    }

    /// `Origin` and `Referer` name the scheme. Browsers send the cookie as the last field.
    fn completed(&self, mut header: Vec<u8>) -> Vec<u8> {
        if self.tls.is_some() {
            let text = String::from_utf8_lossy(&header);
            header = text.replace("http://", "https://").into_bytes();
        }
        if self.cookie_bytes > 0 {
            const END: &[u8] = b"\r\n";
            header.truncate(header.len() - END.len());
            header.extend_from_slice(b"Cookie: ");
            header.extend((0..self.cookie_bytes).map(|nth| if nth == 1 { b'=' } else { b'c' }));
            header.extend_from_slice(&[END, END].concat());
        }
        header
    }
}

/// The plan of a client.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The transport.
    pub transport: Transport,
    /// The server, if it is not ours.
    pub peer: Option<Peer>,
    /// The server and the form of the requests.
    pub target: Target,
    /// When to send the next request.
    pub again: Again,
    /// When to begin.
    pub begin: Instant,
    /// Maximum number of updates per response, if limited.
    pub max: Option<usize>,
    /// One-way delay from the client to the server.
    pub way: Duration,
    /// Its position in the feed, for a client that reconnects.
    pub position: Option<Position>,
    /// Whether it closes its connections with a reset, so that the kernel frees them immediately.
    pub resets: bool,
}
