//! Failures of a client.

use std::{io, net::SocketAddr, time::Duration};

use thiserror::Error;

use crate::client::http1::framing::Garbled;

/// The reason for a client's failure.
#[derive(Debug, Error)]
pub enum Failure {
    /// The connection could not be opened.
    #[error("can't connect to {0}: {1}")]
    Connect(SocketAddr, io::Error),
    /// Connections ended without an update.
    #[error("the server closed {0} consecutive connections without an update")]
    Cut(u32),
    /// A response other than 200 or 101, with the start of its body.
    #[error("the server responded with {0}: {start}", start = quote(.1))]
    Status(u16, String),
    /// The server closed the WebSocket.
    #[error("the server closed the WebSocket with {0} ({1})")]
    Closed(u16, String),
    /// No update planned after the window arrived in time.
    #[error(
        "{hanging} of {clients} clients received no update planned after the window within \
         {within:?}, so it is unknown whether they missed updates: the feed may have ended, the \
         server may have stopped, or the network may be too slow for the updates"
    )]
    #[expect(missing_docs, reason = "the message explains them")]
    Hanging {
        hanging: usize,
        clients: usize,
        within: Duration,
    },
    /// No update arrived in time.
    #[error("{silent} of {clients} clients received no update within {within:?}")]
    #[expect(missing_docs, reason = "the message explains them")]
    Silent {
        silent: usize,
        clients: usize,
        within: Duration,
    },
    /// The received bytes violate the protocol.
    #[error(transparent)]
    Garbled(#[from] Garbled),
}

/// The start of a text in one line, because another server may respond with a whole page.
fn quote(text: &str) -> String {
    const LONGEST: usize = 100;
    let line: Vec<_> = text.split_whitespace().collect();
    let line = line.join(" ");
    match line.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}...", &line[..end]),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_start_of_a_page_is_quoted() {
        let page = format!(
            "<!doctype html>\n<title>404</title>{}",
            "é\n".repeat(10_000)
        );
        let words = Failure::Status(404, page).to_string();
        assert!(words.starts_with("the server responded with 404: <!doctype html> <title>"));
        assert!(words.chars().count() < 150, "{words}");
        let short = Failure::Status(503, "full".into()).to_string();
        assert_eq!(short, "the server responded with 503: full");
    }
}
