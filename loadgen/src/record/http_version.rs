//! HTTP versions of the clients.

use clap::ValueEnum;
use serde::{Deserialize, Serialize};
use strum::Display;

/// The HTTP version of the clients.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ValueEnum, Display,
)]
pub enum HttpVersion {
    /// HTTP/1.1
    #[default]
    #[serde(rename = "1.1")]
    #[value(name = "1.1")]
    #[strum(serialize = "1.1")]
    Http1,
    /// HTTP/2, which needs TLS
    #[serde(rename = "2")]
    #[value(name = "2")]
    #[strum(serialize = "2")]
    Http2,
}
