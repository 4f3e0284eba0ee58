//! Decoders: the updates in a body, and the bytes around them.
//!
//! One decoder for each format, written from the format's description and not with the server's
//! code, so that a mistake on one side is noticed.

use std::ops::Range;

use serde_json::value::RawValue;
use server::Transport;

use crate::client::http1::framing::Garbled;

/// The decoder of a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decode {
    /// A JSON array, complete.
    Array,
    /// The message, or the complete body, is the update.
    Message,
    /// Packets of engine.io, complete: one that begins with `4` has an update.
    Packets,
    /// Blocks up to a separator. In a block, the update is in a line between a prefix and a suffix. An
    /// empty block or a comment is a heartbeat.
    Blocks {
        /// Ends a block.
        separator: &'static [u8],
        /// Precedes the update.
        prefix: &'static [u8],
        /// Follows the update.
        suffix: &'static [u8],
    },
}

/// The texts found in the bytes of a body.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// Number of decoded bytes.
    pub consumed: usize,
    /// The ranges of JSON texts: updates and notices.
    pub texts: Vec<Range<usize>>,
    /// Number of bytes of heartbeats.
    pub idle: usize,
}

impl Decode {
    /// The decoder of a transport's format.
    pub const fn of(transport: Transport) -> Self {
        match transport {
            Transport::Polling | Transport::LongPolling => Self::Array,
            Transport::WebSocket => Self::Message,
            Transport::HttpStreaming => Self::blocks(b"\n", b"", b""),
            Transport::Sse => Self::blocks(b"\n\n", b"data: ", b""),
            Transport::PageRefresh => Self::blocks(b"\n", b"<li>", b"</li>"),
            Transport::HiddenFrame | Transport::ForeverFrame => {
                Self::blocks(b"\n", b"<script>parent.receive(", b")</script>")
            }
        }
    }

    const fn blocks(
        separator: &'static [u8],
        prefix: &'static [u8],
        suffix: &'static [u8],
    ) -> Self {
        Self::Blocks {
            separator,
            prefix,
            suffix,
        }
    }

    /// Finds the texts in a body. `whole`: the body is complete.
    pub fn find(self, body: &[u8], whole: bool) -> Result<Found, Garbled> {
        match self {
            Self::Array | Self::Message | Self::Packets if !whole => Ok(Found::default()),
            Self::Array => array(body),
            Self::Packets => Ok(packets(body)),
            Self::Message => Ok(Found {
                consumed: body.len(),
                texts: std::iter::once(0..body.len()).collect(),
                idle: 0,
            }),
            Self::Blocks {
                separator,
                prefix,
                suffix,
            } => Ok(blocks(body, separator, prefix, suffix)),
        }
    }
}

fn array(body: &[u8]) -> Result<Found, Garbled> {
    let texts: Vec<&RawValue> = serde_json::from_slice(body)
        .map_err(|error| Garbled(format!("a body that is not a JSON array: {error}")))?;
    let range = |text: &RawValue| {
        let start = text.get().as_ptr().addr() - body.as_ptr().addr();
        start..start + text.get().len()
    };
    Ok(Found {
        consumed: body.len(),
        texts: texts.into_iter().map(range).collect(),
        idle: 0,
    })
}

fn packets(body: &[u8]) -> Found {
    const SEPARATOR: u8 = 0x1e;
    let mut found = Found::default();
    for packet in body.split(|&byte| byte == SEPARATOR) {
        let start = found.consumed;
        if packet.first() == Some(&b'4') {
            found.texts.push(start + 1..start + packet.len());
        }
        found.consumed = (start + packet.len() + 1).min(body.len());
    }
    found
}

fn blocks(body: &[u8], separator: &[u8], prefix: &[u8], suffix: &[u8]) -> Found {
    let mut found = Found::default();
    let next = |rest: &[u8]| rest.windows(separator.len()).position(|it| it == separator);
    while let Some(length) = next(&body[found.consumed..]) {
        let start = found.consumed;
        let block = &body[start..start + length];
        found.consumed += length + separator.len();
        if matches!(block, b"" | b":") {
            found.idle += length + separator.len();
            continue;
        }
        let mut line_start = start;
        for line in block.split(|&byte| byte == b'\n') {
            let line_end = line_start + line.len();
            if line.starts_with(prefix) && line.ends_with(suffix) {
                let text = line_start + prefix.len()..line_end - suffix.len();
                found.texts.push(text);
            }
            line_start = line_end + 1;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(transport: Transport, body: &str, whole: bool) -> (Vec<&str>, usize, usize) {
        let found = Decode::of(transport).find(body.as_bytes(), whole).unwrap();
        let texts = found.texts.into_iter().map(|range| &body[range]).collect();
        (texts, body.len() - found.consumed, found.idle)
    }

    #[test]
    fn each_format_returns_its_texts_and_keeps_incomplete_ones() {
        use Transport::*;
        assert_eq!(
            texts(Polling, r#"[{"a":1},{"b":2}]"#, true),
            (vec![r#"{"a":1}"#, r#"{"b":2}"#], 0, 0)
        );
        assert_eq!(texts(LongPolling, "[]", true), (vec![], 0, 0));
        assert_eq!(
            texts(HttpStreaming, "{\"a\":1}\n\n{\"b", false),
            (vec![r#"{"a":1}"#], 3, 1)
        );
        assert_eq!(
            texts(
                Sse,
                "retry: 1000\n\n:\n\nid: 1\ndata: {\"a\":1}\n\nid: 2\n",
                false
            ),
            (vec![r#"{"a":1}"#], 6, 3)
        );
        assert_eq!(
            texts(
                ForeverFrame,
                "<title>x</title>\n<script>parent.receive({})</script>\n<scr",
                false
            ),
            (vec!["{}"], 4, 0)
        );
        assert_eq!(
            texts(PageRefresh, "<ol>\n<li>{}</li>\n</ol>\n", true),
            (vec!["{}"], 0, 0)
        );
        assert_eq!(texts(WebSocket, "{}", true), (vec!["{}"], 0, 0));
    }

    #[test]
    fn packets_of_engine_io_return_their_messages() {
        let of = |body: &str| {
            let found = Decode::Packets.find(body.as_bytes(), true).unwrap();
            assert_eq!(found.consumed, body.len());
            let texts = found.texts.into_iter().map(|range| body[range].to_owned());
            texts.collect::<Vec<_>>()
        };
        assert_eq!(of(r#"0{"sid":"x"}"#), [""; 0]);
        assert_eq!(of("4{}"), ["{}"]);
        assert_eq!(of("4{}\u{1e}2\u{1e}4{\"a\":1}"), ["{}", r#"{"a":1}"#]);
    }
}
