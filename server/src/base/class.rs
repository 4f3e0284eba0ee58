//! To which class does each byte on the wire belong?

use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantArray};

/// The classes of the wire ledger. Every byte of a connection belongs to exactly one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[derive(IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum Class {
    /// The JSON texts of updates.
    Payload,
    /// Brackets, script tags, `data:` and `id:` lines, the page, notices.
    Format,
    /// Headers of requests that receive one complete response.
    RequestHead,
    /// Headers of responses that end.
    ResponseHead,
    /// Chunk sizes and their line ends (RFC 9112, section 7.1).
    Chunk,
    /// Headers of HTTP/2 frames, and the frames that carry neither headers nor data (RFC 9113,
    /// sections 3.4 and 4.1).
    Http2Frame,
    /// Headers and masks of WebSocket frames, and close frames (RFC 6455, section 5.2).
    WebsocketFrame,
    /// Heartbeats and their replies.
    Idle,
    /// Request and response headers that open a long-lived stream or a WebSocket, and the TLS
    /// handshake with its session tickets.
    Setup,
    /// The overhead of TLS records: headers, content types and tags (RFC 8446, section 5.2).
    Tls,
    /// Headers of the packets counted by the kernel.
    TcpIp,
}

impl Class {
    /// All classes, payload first.
    pub const ALL: [Self; 11] = *Self::VARIANTS.as_array().expect("there are 11");

    /// The classes of bytes that a socket carries: all except packet headers.
    pub fn on_socket() -> &'static [Self] {
        &Self::ALL[..10]
    }

    /// The name in measurements and charts.
    pub fn name(self) -> &'static str {
        self.into()
    }
}
