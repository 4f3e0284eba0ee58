//! Other servers that are compared with ours.

use std::fmt;

use serde::{Deserialize, Serialize};
use server::Transport;

/// Another server that sends the same updates. The program `peers` starts it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Peer {
    /// A bare loop of `write` calls: the minimum for any server.
    WriteLoop,
    /// nginx with the module nchan.
    Nchan,
    /// `ws` for Node.js.
    NpmWs,
    /// tokio-tungstenite.
    TokioTungstenite,
    /// fastwebsockets.
    Fastwebsockets,
    /// engine.io for Node.js.
    EngineIo,
}

impl Peer {
    /// All, in the order of tables and charts.
    pub const ALL: [Self; 6] = [
        Self::WriteLoop,
        Self::Nchan,
        Self::NpmWs,
        Self::TokioTungstenite,
        Self::Fastwebsockets,
        Self::EngineIo,
    ];

    /// Whether it has a transport.
    pub fn speaks(self, transport: Transport) -> bool {
        match self {
            Self::WriteLoop => matches!(transport, Transport::Sse | Transport::WebSocket),
            Self::Nchan => matches!(
                transport,
                Transport::LongPolling | Transport::Sse | Transport::WebSocket
            ),
            Self::NpmWs | Self::TokioTungstenite | Self::Fastwebsockets => {
                transport == Transport::WebSocket
            }
            Self::EngineIo => transport == Transport::LongPolling,
        }
    }

    /// The name of a server in scenarios and tables; `None` is our own.
    pub fn name_of(server: Option<Self>) -> String {
        server.map_or_else(|| OURS.into(), |peer| peer.to_string())
    }
}

/// The name of our own server.
const OURS: &str = "ours";

/// The name in rows, suites and on the command line.
impl fmt::Display for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.serialize(f)
    }
}
