//! Why does a client give up?

use std::{io, net::SocketAddr, time::Duration};

use thiserror::Error;

use crate::client::http1::framing::Garbled;

/// Why a client gave up.
#[derive(Debug, Error)]
pub enum Failure {
    /// No connection.
    #[error("can't connect to {0}: {1}")]
    Connect(SocketAddr, io::Error),
    /// Connections that end before they bring anything.
    #[error("the server ended {0} connections one after the other without an update")]
    Cut(u32),
    /// An answer other than 200 or 101, and the begin of its body.
    #[error("the server answered {0}: {begin}", begin = quote(.1))]
    Status(u16, String),
    /// The server closed the WebSocket.
    #[error("the server closed the WebSocket with {0} ({1})")]
    Closed(u16, String),
    /// Nothing more came in all the time that there was after the window.
    #[error(
        "{hanging} of {clients} clients received nothing planned after the window within \
         {within:?}, so what they miss of it is unknown: has the feed ended, has the server stopped, or is \
         there more to send than passes?"
    )]
    #[expect(missing_docs, reason = "the message says it")]
    Hanging {
        hanging: usize,
        clients: usize,
        within: Duration,
    },
    /// Nothing came in all the time that there was.
    #[error("{silent} of {clients} clients received no update within {within:?}")]
    #[expect(missing_docs, reason = "the message says it")]
    Silent {
        silent: usize,
        clients: usize,
        within: Duration,
    },
    /// What came is not what the protocol says.
    #[error(transparent)]
    Garbled(#[from] Garbled),
}

/// The begin of a text, in one line: a server that is none of ours may answer with a whole page.
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
    fn of_a_whole_page_only_the_begin_is_quoted() {
        let page = format!(
            "<!doctype html>\n<title>404</title>{}",
            "é\n".repeat(10_000)
        );
        let words = Failure::Status(404, page).to_string();
        assert!(words.starts_with("the server answered 404: <!doctype html> <title>"));
        assert!(words.chars().count() < 150, "{words}");
        let short = Failure::Status(503, "full".into()).to_string();
        assert_eq!(short, "the server answered 503: full");
    }
}
