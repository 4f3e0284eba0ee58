//! Wires: protocol combinations that carry a transport.

use serde::Deserialize;
use server::Transport;
use strum::Display;

use crate::record::{http_version::HttpVersion, scenario::Scenario};

/// A version of HTTP, in clear text or encrypted, as browsers use it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Display)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Wire {
    /// HTTP/1.1 in clear text.
    Http1,
    /// HTTP/1.1 over TLS.
    Http1Tls,
    /// HTTP/2 over TLS, the only way in which browsers use HTTP/2.
    Http2Tls,
}

impl Wire {
    /// The wire of a scenario.
    pub fn of(scenario: &Scenario) -> Self {
        match (scenario.http_version, scenario.tls) {
            (HttpVersion::Http1, false) => Self::Http1,
            (HttpVersion::Http1, true) => Self::Http1Tls,
            (HttpVersion::Http2, _) => Self::Http2Tls,
        }
    }

    /// The scenario over this wire, named after it.
    pub fn carry(self, scenario: &Scenario) -> Scenario {
        let (http_version, tls) = match self {
            Self::Http1 => (HttpVersion::Http1, false),
            Self::Http1Tls => (HttpVersion::Http1, true),
            Self::Http2Tls => (HttpVersion::Http2, true),
        };
        Scenario {
            name: format!("{}-{}", scenario.name, self),
            http_version,
            tls,
            ..scenario.clone()
        }
    }

    /// Whether a transport runs over it.
    pub fn carries(self, transport: Transport) -> bool {
        self != Self::Http2Tls || transport != Transport::WebSocket
    }
}
