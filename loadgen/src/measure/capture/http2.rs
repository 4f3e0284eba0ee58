//! What would the messages of HTTP/2 be in HTTP/1.1, which the reader of a capture knows?

use server::Transport;

use crate::record::Direction;

/// One direction of a connection with one request at a time (RFC 9113). Its headers are those that
/// the reader needs, since the blocks are not decoded.
pub(super) struct Http2Text {
    transport: Transport,
    direction: Direction,
    /// What has not been taken: the preface at first, and the start of a frame.
    bytes: Vec<u8>,
}

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

const DATA: u8 = 0;
const HEADERS: u8 = 1;
const END_STREAM: u8 = 1;

impl Http2Text {
    pub fn new(transport: Transport, direction: Direction) -> Self {
        Self {
            transport,
            direction,
            bytes: Vec::new(),
        }
    }

    /// The text of the frames that end in `bytes`.
    pub fn of(&mut self, bytes: &[u8]) -> Vec<u8> {
        self.bytes.extend_from_slice(bytes);
        let mut text = Vec::new();
        let mut rest = &self.bytes[..];
        if self.direction == Direction::Up {
            rest = rest.strip_prefix(PREFACE).unwrap_or(rest);
        }
        while let [high, middle, low, kind, flags, _, _, _, _, after @ ..] = rest {
            let length = u32::from_be_bytes([0, *high, *middle, *low]) as usize;
            let Some((payload, next)) = after.split_at_checked(length) else {
                break;
            };
            rest = next;
            let is_end = flags & END_STREAM != 0;
            text.extend(self.message(*kind, payload, is_end));
        }
        self.bytes = rest.to_vec();
        text
    }

    fn message(&self, kind: u8, payload: &[u8], is_end: bool) -> Vec<u8> {
        let mut text = match (self.direction, kind) {
            (Direction::Up, HEADERS) => {
                let transport = self.transport;
                return format!("GET /{transport} HTTP/1.1\r\n\r\n").into();
            }
            (Direction::Down, HEADERS) => {
                b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n".to_vec()
            }
            (Direction::Down, DATA) if !payload.is_empty() => {
                let size = format!("{:x}\r\n", payload.len());
                [size.as_bytes(), payload, b"\r\n"].concat()
            }
            (Direction::Down, DATA) => Vec::new(),
            _ => return Vec::new(),
        };
        if is_end {
            text.extend_from_slice(b"0\r\n\r\n");
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(kind: u8, flags: u8, payload: &[u8]) -> Vec<u8> {
        let header = [0, 0, payload.len() as u8, kind, flags, 0, 0, 0, 1];
        [&header, payload].concat()
    }

    #[test]
    fn messages_have_the_text_of_http1_wherever_they_are_cut() {
        const SETTINGS: u8 = 4;
        let up = [
            PREFACE.to_vec(),
            frame(SETTINGS, 0, &[0; 6]),
            frame(HEADERS, END_STREAM, b"block"),
        ];
        let down = [
            frame(HEADERS, 0, b"block"),
            frame(DATA, 0, b"[]"),
            frame(SETTINGS, 1, b""),
            frame(DATA, END_STREAM, b""),
        ];
        let begin = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
        for (direction, frames, expected) in [
            (
                Direction::Up,
                up.concat(),
                "GET /sse HTTP/1.1\r\n\r\n".into(),
            ),
            (
                Direction::Down,
                down.concat(),
                format!("{begin}2\r\n[]\r\n0\r\n\r\n"),
            ),
        ] {
            for step in [1, 5, 30, frames.len()] {
                let mut text = Http2Text::new(Transport::Sse, direction);
                let passed: Vec<u8> = frames.chunks(step).flat_map(|part| text.of(part)).collect();
                assert_eq!(String::from_utf8_lossy(&passed), expected, "{step}");
            }
        }
    }
}
