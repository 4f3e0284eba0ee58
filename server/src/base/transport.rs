//! The names of the eight transports.

use serde::{Deserialize, Serialize};
use strum::{Display, EnumString, IntoStaticStr, VariantArray};
use thiserror::Error;

/// The names of the eight transports, in the order of every table and chart.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
#[derive(Display, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "kebab-case")]
#[strum(parse_err_ty = UnknownTransport, parse_err_fn = UnknownTransport::of)]
#[expect(missing_docs, reason = "each transport's own module explains it")]
pub enum Transport {
    #[default]
    PageRefresh,
    Polling,
    HiddenFrame,
    LongPolling,
    ForeverFrame,
    HttpStreaming,
    Sse,
    #[serde(rename = "websocket")]
    #[strum(serialize = "websocket")]
    WebSocket,
}

impl Transport {
    /// All eight transports.
    pub const ALL: [Self; 8] = *Self::VARIANTS.as_array().expect("there are 8");

    /// The name in URLs, on command lines, in tables and in charts.
    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// A word that does not name a transport.
#[derive(Debug, Error)]
#[error("'{word}' is not a transport; expected one of {}", Transport::ALL.map(Transport::name).join(", "))]
pub struct UnknownTransport {
    word: String,
}

impl UnknownTransport {
    fn of(word: &str) -> Self {
        Self { word: word.into() }
    }
}
