//! HTTP versions of the clients.

use std::fmt;

use clap::ValueEnum;
use serde::{Deserialize, Serialize};

/// The HTTP version of the clients.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ValueEnum)]
pub enum HttpVersion {
    /// HTTP/1.1
    #[default]
    #[serde(rename = "1.1")]
    #[value(name = "1.1")]
    Http1,
    /// HTTP/2, which needs TLS
    #[serde(rename = "2")]
    #[value(name = "2")]
    Http2,
}

/// The number of the version.
impl fmt::Display for HttpVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.serialize(f)
    }
}
