//! Other servers that are compared with ours.

use serde::{Deserialize, Serialize};
use server::Transport;
use strum::{Display, VariantArray};

/// Another server that sends the same updates. The program `peers` starts it. Tables and charts have
/// this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Display, VariantArray)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
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
