//! Where do bodies and messages begin and end in the bytes of a connection?

use httparse::Status;
use thiserror::Error;

use crate::{
    client::ledger::Ledger,
    record::{Class, Direction::Down},
};

/// How the bytes after a response head are framed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framing {
    /// So many bytes are still to come (`Content-Length`).
    Length(usize),
    /// Chunks (RFC 9112, section 7.1).
    Chunked(Chunk),
    /// WebSocket frames (RFC 6455, section 5.2).
    Frames,
}

/// Where in a chunked body the next byte stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chunk {
    /// In the line that tells the size.
    Size,
    /// So many bytes of data are still to come.
    Data(usize),
    /// In the line end after the data.
    End,
    /// In the line end after the last chunk.
    Last,
}

/// What came out of the framing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Framed {
    /// More bytes are needed.
    Nothing,
    /// Body bytes came; more will follow.
    Part,
    /// A whole message has come.
    Message,
    /// The body is complete.
    End,
    /// The server asks for a sign of life, with these bytes to send back.
    Ping(Vec<u8>),
    /// The server ends the connection: code and reason.
    Close(u16, String),
}

/// Bytes that no server of ours should send.
#[derive(Debug, Error)]
#[error("the server sent {0}")]
pub struct Garbled(pub String);

impl Framing {
    /// Moves body bytes from `wire` to `body`, and books what stands around them.
    pub fn take(
        &mut self,
        wire: &mut Vec<u8>,
        body: &mut Vec<u8>,
        ledger: &mut Ledger,
    ) -> Result<Framed, Garbled> {
        match self {
            Self::Length(rest) => {
                *rest -= move_bytes(wire, body, *rest);
                Ok(if *rest == 0 {
                    Framed::End
                } else {
                    Framed::Nothing
                })
            }
            Self::Chunked(chunk) => chunk.take(wire, body, ledger),
            Self::Frames => take_frame(wire, body, ledger),
        }
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
                    *self = if moved == rest {
                        Self::End
                    } else {
                        Self::Data(rest - moved)
                    };
                    return Ok(if moved == 0 {
                        Framed::Nothing
                    } else {
                        Framed::Part
                    });
                }
                Self::Size => match httparse::parse_chunk_size(wire) {
                    Ok(Status::Complete((line, 0))) => (line, Self::Last),
                    Ok(Status::Complete((line, size))) => (line, Self::Data(size as usize)),
                    Ok(Status::Partial) => return Ok(Framed::Nothing),
                    Err(_) => return Err(no_chunk_size(wire)),
                },
                Self::End | Self::Last => match wire.windows(2).position(|pair| pair == b"\r\n") {
                    Some(end) => (end + 2, Self::Size),
                    None => return Ok(Framed::Nothing),
                },
            };
            wire.drain(..line);
            ledger.book(Down, Class::Chunk, line);
            if std::mem::replace(self, next) == Self::Last {
                return Ok(Framed::End);
            }
        }
    }
}

fn no_chunk_size(wire: &[u8]) -> Garbled {
    let line = wire.split(|&byte| byte == b'\r').next();
    let line = String::from_utf8_lossy(line.unwrap_or_default());
    Garbled(format!("'{line}' where a chunk size belongs"))
}

fn take_frame(
    wire: &mut Vec<u8>,
    body: &mut Vec<u8>,
    ledger: &mut Ledger,
) -> Result<Framed, Garbled> {
    let &[first, second, ref rest @ ..] = wire.as_slice() else {
        return Ok(Framed::Nothing);
    };
    let (head, length) = match (second, rest) {
        (0..=125, _) => (2, usize::from(second)),
        (126, &[a, b, ..]) => (4, usize::from(u16::from_be_bytes([a, b]))),
        (127, rest) if rest.len() >= 8 => {
            let length = rest[..8].try_into().expect("eight bytes");
            (10, u64::from_be_bytes(length) as usize)
        }
        (126 | 127, _) => return Ok(Framed::Nothing),
        _ => return Err(Garbled("a masked frame".into())),
    };
    if wire.len() - head < length {
        return Ok(Framed::Nothing);
    }
    let payload: Vec<u8> = wire.drain(..head + length).skip(head).collect();
    match first {
        0x81 => {
            ledger.book(Down, Class::WebsocketFrame, head);
            body.extend(payload);
            Ok(Framed::Message)
        }
        0x88 => {
            ledger.book(Down, Class::WebsocketFrame, head + length);
            let code = payload
                .first_chunk()
                .map_or(1005, |&code| u16::from_be_bytes(code));
            let reason = String::from_utf8_lossy(payload.get(2..).unwrap_or_default());
            Ok(Framed::Close(code, reason.into_owned()))
        }
        0x89 => {
            ledger.book(Down, Class::Idle, head + length);
            Ok(Framed::Ping(payload))
        }
        _ => Err(Garbled(format!("a frame that begins with 0x{first:02x}"))),
    }
}

/// Moves up to `most` bytes and returns how many.
fn move_bytes(from: &mut Vec<u8>, to: &mut Vec<u8>, most: usize) -> usize {
    let count = most.min(from.len());
    to.extend(from.drain(..count));
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Feeds `wire` byte by byte and returns what came out, the body and the ledger.
    fn trickle(mut framing: Framing, wire: &[u8]) -> (Vec<Framed>, Vec<u8>, Ledger) {
        let (mut pending, mut body, mut ledger) = (Vec::new(), Vec::new(), Ledger::default());
        let mut framed = Vec::new();
        for &byte in wire {
            pending.push(byte);
            match framing.take(&mut pending, &mut body, &mut ledger).unwrap() {
                Framed::Nothing | Framed::Part => {}
                whole => framed.push(whole),
            }
        }
        assert!(pending.is_empty());
        (framed, body, ledger)
    }

    #[test]
    fn chunks_may_be_cut_anywhere() {
        let wire = b"4\r\nab\r\n\r\nA\r\n0123456789\r\n0\r\n\r\n";
        let (framed, body, ledger) = trickle(Framing::Chunked(Chunk::Size), wire);
        assert_eq!(framed, [Framed::End]);
        assert_eq!(body, b"ab\r\n0123456789");
        assert_eq!(ledger.bytes(Class::Chunk), wire.len() as u64 - 14);
    }

    #[test]
    fn frames_may_be_cut_anywhere_and_control_frames_stand_between() {
        let long = [b'x'; 126];
        let wire = [
            &b"\x81\x02hi\x89\x01?"[..],
            b"\x81\x7e\x00\x7e",
            &long,
            b"\x88\x04\x03\xe9by",
        ]
        .concat();
        let (framed, body, ledger) = trickle(Framing::Frames, &wire);
        let close = Framed::Close(1001, "by".into());
        let ping = Framed::Ping(b"?".into());
        assert_eq!(framed, [Framed::Message, ping, Framed::Message, close]);
        assert_eq!(body.len(), 2 + 126);
        assert_eq!(ledger.bytes(Class::WebsocketFrame), 2 + 4 + 6);
        assert_eq!(ledger.bytes(Class::Idle), 3);
    }
}
