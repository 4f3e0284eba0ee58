//! Framing: the ends of bodies and messages in the bytes of a connection.

use httparse::Status;
use server::{
    base::limits::LONGEST_UPDATE,
    transport::frame::{Decoder, Fault, Message, Sender},
};
use thiserror::Error;

use crate::{
    client::ledger::Ledger,
    record::{Class, Direction::Down},
};

/// Maximum number of bytes of a response that a client buffers: 16 of the longest updates. More is
/// an error.
pub const LONGEST_BODY_BYTES: usize = 16 * LONGEST_UPDATE;
/// Maximum number of bytes of a header, a chunk's line or a trailer that a client buffers.
pub const LONGEST_LINE_BYTES: usize = 64 << 10;

/// The framing of the bytes after a response header.
#[derive(Debug)]
pub enum Framing {
    /// The number of remaining bytes (`Content-Length`).
    Length(usize),
    /// Chunks (RFC 9112, section 7.1).
    Chunked(Chunk),
    /// All bytes until the server closes the connection (RFC 9112, section 6.3).
    Rest,
    /// WebSocket frames (RFC 6455, section 5.2).
    Frames(Decoder),
}

/// The position of the next byte in a chunked body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chunk {
    /// In the line with the size.
    Size,
    /// In the data, with this many bytes remaining.
    Data(usize),
    /// In the line end after the data.
    End,
    /// In the trailer fields after the last chunk, up to an empty line.
    Last,
}

/// The result of the framing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Framed {
    /// More bytes are needed.
    Nothing,
    /// Body bytes; more will follow.
    Part,
    /// A complete message.
    Message,
    /// The body is complete.
    End,
    /// A ping; the pong must repeat these bytes.
    Ping(Vec<u8>),
    /// The server closes the WebSocket, with code and reason.
    Close(u16, String),
}

/// Bytes that violate the protocol.
#[derive(Debug, Error)]
#[error("the server sent {0}")]
pub struct Garbled(pub String);

impl Framing {
    /// The frames of a server, each message at most as long as the longest update.
    pub const fn frames() -> Self {
        Self::Frames(Decoder::new(Sender::Server, LONGEST_UPDATE))
    }

    /// Whether bytes were taken that are not counted yet.
    pub const fn is_incomplete(&self) -> bool {
        matches!(self, Self::Frames(decoder) if decoder.is_incomplete())
    }

    /// Moves body bytes from `wire` to `body`, and counts the bytes around them.
    pub fn take(
        &mut self,
        wire: &mut Vec<u8>,
        body: &mut Vec<u8>,
        ledger: &mut Ledger,
    ) -> Result<Framed, Garbled> {
        let framed = match self {
            Self::Length(rest) => {
                *rest -= move_bytes(wire, body, *rest);
                Ok(match rest {
                    0 => Framed::End,
                    _ => Framed::Nothing,
                })
            }
            Self::Chunked(chunk) => chunk.take(wire, body, ledger),
            Self::Rest => Ok(part(move_bytes(wire, body, wire.len()))),
            Self::Frames(decoder) => take_message(decoder, wire, body, ledger),
        };
        check_length(body)?;
        framed
    }
}

/// An error if a client can't buffer more of this body.
pub fn check_length(body: &[u8]) -> Result<(), Garbled> {
    match body.len() {
        0..=LONGEST_BODY_BYTES => Ok(()),
        longer => Err(Garbled(format!(
            "{longer} bytes without an end, more than the limit of {LONGEST_BODY_BYTES}"
        ))),
    }
}

impl Chunk {
    fn take(
        &mut self,
        wire: &mut Vec<u8>,
        body: &mut Vec<u8>,
        ledger: &mut Ledger,
    ) -> Result<Framed, Garbled> {
        loop {
            let (line, next) = match *self {
                Self::Data(rest) => {
                    let moved = move_bytes(wire, body, rest);
                    *self = match rest - moved {
                        0 => Self::End,
                        rest => Self::Data(rest),
                    };
                    return Ok(part(moved));
                }
                Self::Size => match httparse::parse_chunk_size(wire) {
                    Ok(Status::Complete((line, 0))) => (line, Self::Last),
                    Ok(Status::Complete((line, size))) => (line, Self::Data(size as usize)),
                    Ok(Status::Partial) => return more_of_line(wire),
                    Err(_) => return Err(not_a("chunk size", wire)),
                },
                Self::End => match wire.get(..2) {
                    Some(b"\r\n") => (2, Self::Size),
                    Some(_) => return Err(not_a("chunk's end", wire)),
                    None => return Ok(Framed::Nothing),
                },
                Self::Last => match wire.windows(2).position(|pair| pair == b"\r\n") {
                    Some(end) => (end + 2, Self::Last),
                    None => return more_of_line(wire),
                },
            };
            wire.drain(..line);
            ledger.book(Down, Class::Chunk, line);
            let is_empty_line = line == 2;
            if std::mem::replace(self, next) == Self::Last && is_empty_line {
                return Ok(Framed::End);
            }
        }
    }
}

/// Waits for the rest of a line, unless it is already too long.
fn more_of_line(wire: &[u8]) -> Result<Framed, Garbled> {
    match wire.len() {
        0..=LONGEST_LINE_BYTES => Ok(Framed::Nothing),
        _ => Err(Garbled(format!(
            "more than {LONGEST_LINE_BYTES} bytes without a line end"
        ))),
    }
}

fn not_a(what: &str, wire: &[u8]) -> Garbled {
    const SHOWN: usize = 40;
    let line = wire.split(|&byte| byte == b'\r').next().unwrap_or_default();
    let line = String::from_utf8_lossy(&line[..line.len().min(SHOWN)]);
    Garbled(format!("'{line}' instead of a {what}"))
}

fn take_message(
    decoder: &mut Decoder,
    wire: &mut Vec<u8>,
    body: &mut Vec<u8>,
    ledger: &mut Ledger,
) -> Result<Framed, Garbled> {
    let mut unread = &wire[..];
    let decoded = decoder.decode(&mut unread);
    wire.drain(..wire.len() - unread.len());
    let decoded = decoded.map_err(|Fault { reason, .. }| Garbled(reason.into()))?;
    let Some(decoded) = decoded else {
        return Ok(Framed::Nothing);
    };
    let all_bytes = decoded.header_bytes + decoded.payload_bytes;
    let (class, bytes, framed) = match decoded.message {
        Message::Text(text) => {
            body.extend(text.into_bytes());
            (Class::WebsocketFrame, decoded.header_bytes, Framed::Message)
        }
        Message::Ping(payload) => (Class::Idle, all_bytes, Framed::Ping(payload)),
        Message::Close(close) => {
            let close = close.map(|(code, reason)| (u16::from(code), reason));
            let (code, reason) = close.unwrap_or((1005, String::new()));
            (
                Class::WebsocketFrame,
                all_bytes,
                Framed::Close(code, reason),
            )
        }
        Message::Binary(_) => return Err(Garbled("binary data".into())),
        Message::Pong(_) => return Err(Garbled("a pong without a ping".into())),
    };
    ledger.book(Down, class, bytes);
    Ok(framed)
}

/// The result of moving this number of body bytes, of which more will follow.
const fn part(moved: usize) -> Framed {
    match moved {
        0 => Framed::Nothing,
        _ => Framed::Part,
    }
}

/// Moves up to `most` bytes and returns their number.
fn move_bytes(from: &mut Vec<u8>, to: &mut Vec<u8>, most: usize) -> usize {
    let count = most.min(from.len());
    to.extend(from.drain(..count));
    count
}

#[cfg(test)]
mod tests;
