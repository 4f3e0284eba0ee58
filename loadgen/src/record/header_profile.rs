//! Whose request heads do clients send?

use std::fmt;

use clap::ValueEnum;
use serde::{Deserialize, Serialize};

/// Whose request heads clients send.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum HeaderProfile {
    /// Chromium 156 on `http://127.0.0.1`, as captured; see METHODOLOGY.md
    #[default]
    Browser,
    /// Firefox 3.5.5 as in the founding article of 2009: 716 bytes to ask
    #[serde(rename = "article-2009")]
    #[value(name = "article-2009")]
    Article2009,
    /// What the protocols require, and no more
    Minimal,
}

/// The request head of the founding article, on the wire.
pub const ARTICLE_REQUEST_BYTES: usize = 716;
/// The response head of the founding article, on the wire. Our server's own is different:
/// numbers with this one are arithmetic.
pub const ARTICLE_RESPONSE_BYTES: usize = 193;

/// The name in rows and on the command line.
impl fmt::Display for HeaderProfile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.serialize(f)
    }
}
