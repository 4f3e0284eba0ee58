//! The names of the eight transports.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The names of the eight transports, in the order of every table and chart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "each transport's own module explains it")]
pub enum Transport {
    PageRefresh,
    Polling,
    HiddenFrame,
    LongPolling,
    ForeverFrame,
    HttpStreaming,
    Sse,
    #[serde(rename = "websocket")]
    WebSocket,
}

impl Transport {
    /// All eight transports.
    pub const ALL: [Self; 8] = [
        Self::PageRefresh,
        Self::Polling,
        Self::HiddenFrame,
        Self::LongPolling,
        Self::ForeverFrame,
        Self::HttpStreaming,
        Self::Sse,
        Self::WebSocket,
    ];

    /// The name in URLs, on command lines, in tables and in charts.
    pub const fn name(self) -> &'static str {
        match self {
            Self::PageRefresh => "page-refresh",
            Self::Polling => "polling",
            Self::HiddenFrame => "hidden-frame",
            Self::LongPolling => "long-polling",
            Self::ForeverFrame => "forever-frame",
            Self::HttpStreaming => "http-streaming",
            Self::Sse => "sse",
            Self::WebSocket => "websocket",
        }
    }
}

impl fmt::Display for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A word that does not name a transport.
#[derive(Debug, Error)]
#[error("'{word}' is not a transport; expected one of {}", Transport::ALL.map(Transport::name).join(", "))]
pub struct UnknownTransport {
    word: String,
}

impl FromStr for Transport {
    type Err = UnknownTransport;

    fn from_str(word: &str) -> Result<Self, UnknownTransport> {
        Self::ALL
            .into_iter()
            .find(|transport| transport.name() == word)
            .ok_or_else(|| UnknownTransport { word: word.into() })
    }
}
