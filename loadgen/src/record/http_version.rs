//! Which version of HTTP do clients speak?

use std::fmt;

use clap::ValueEnum;
use serde::{Deserialize, Serialize};

/// Which version of HTTP clients speak.
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
