//! Request headers of the clients.

use clap::ValueEnum;
use serde::{Deserialize, Serialize};
use strum::Display;

/// The request headers that clients send.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ValueEnum, Display,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum HeaderProfile {
    /// Chromium 156 on `http://127.0.0.1`, as captured for each transport
    #[default]
    Browser,
    /// Firefox 3.5.5, as in the article of 2009: a request header of 716 bytes
    #[serde(rename = "article-2009")]
    #[value(name = "article-2009")]
    #[strum(serialize = "article-2009")]
    Article2009,
    /// Only the headers that the protocols require
    Minimal,
}

/// Bytes of the article's request header on the wire.
pub const ARTICLE_REQUEST_BYTES: usize = 716;
/// Bytes of the article's response header on the wire. Our server sends a different one, so numbers
/// with this one are arithmetic.
pub const ARTICLE_RESPONSE_BYTES: usize = 193;
