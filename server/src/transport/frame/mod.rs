//! Decodes WebSocket messages and detects faults (RFC 6455, section 5).
//!
//! No IO: bytes go in, split anywhere, and messages come out one at a time. So a fault is never
//! reported before a message that was sent earlier. The length is checked when the header has
//! arrived, and text as it arrives, so nothing is buffered that will be rejected.

mod header;
#[cfg(test)]
mod tests;

use actix_ws::CloseCode;
use thiserror::Error;

use self::header::{Frame, header_end, length_end};
use crate::base::frame::{CONTINUATION, LONGEST_HEADER_BYTES, PING, PONG, TEXT};

/// A complete message, unmasked and assembled from its frames.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    /// A text message.
    Text(String),
    /// A binary message.
    Binary(Vec<u8>),
    /// A ping; the reply is a pong with the same payload.
    Ping(Vec<u8>),
    /// The reply to a ping.
    Pong(Vec<u8>),
    /// The last message: code and reason, if present.
    Close(Option<(CloseCode, String)>),
}

/// A message, and its size on the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded {
    /// The message.
    pub message: Message,
    /// The bytes of all its frames' headers, including masking keys.
    pub header_bytes: usize,
    /// The bytes of its payload.
    pub payload_bytes: usize,
}

/// A fault that closes the connection, with the code of RFC 6455, section 7.4.1.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("{reason}")]
pub struct Fault {
    /// The close code; the decoder uses 1002, 1007 and 1009.
    pub code: CloseCode,
    /// The reason.
    pub reason: &'static str,
}

impl Fault {
    const fn protocol(reason: &'static str) -> Self {
        let code = CloseCode::Protocol;
        Self { code, reason }
    }
}

/// The end that sends the frames.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sender {
    /// Frames are masked.
    Client,
    /// Frames are not masked.
    Server,
}

/// Decodes the frames of one direction of a connection.
#[derive(Debug)]
pub struct Decoder {
    sender: Sender,
    longest_bytes: usize,
    header: [u8; LONGEST_HEADER_BYTES],
    header_bytes: usize,
    /// The frame whose payload is arriving.
    frame: Option<Frame>,
    /// The incomplete text or binary message.
    data: Option<DataMessage>,
    /// The payload of a control frame, which may arrive between the frames of a message.
    control: Vec<u8>,
}

#[derive(Debug)]
struct DataMessage {
    is_text: bool,
    header_bytes: usize,
    bytes: Vec<u8>,
    /// The length of the prefix that is valid UTF-8.
    valid_bytes: usize,
}

impl Decoder {
    /// A decoder for the frames of `sender`. A message of more than `longest_bytes` is a fault.
    pub const fn new(sender: Sender, longest_bytes: usize) -> Self {
        Self {
            sender,
            longest_bytes,
            header: [0; LONGEST_HEADER_BYTES],
            header_bytes: 0,
            frame: None,
            data: None,
            control: Vec::new(),
        }
    }

    /// Whether a frame or a message is incomplete.
    pub const fn is_incomplete(&self) -> bool {
        self.header_bytes > 0 || self.frame.is_some() || self.data.is_some()
    }

    /// Whether a text or binary message is incomplete.
    pub const fn is_in_message(&self) -> bool {
        self.data.is_some()
    }

    /// Consumes bytes of `unread` up to the end of a message, or all if no message ends in them.
    /// Call it again with the rest.
    ///
    /// # Errors
    ///
    /// A fault. The decoder must not be used after it.
    pub fn decode(&mut self, unread: &mut &[u8]) -> Result<Option<Decoded>, Fault> {
        loop {
            let frame = match self.frame {
                Some(frame) => frame,
                None => match self.read_header(unread)? {
                    Some(frame) => frame,
                    None => return Ok(None),
                },
            };
            self.frame = self.read_payload(frame, unread)?;
            if self.frame.is_some() {
                return Ok(None);
            }
            if let Some(decoded) = self.end_frame(frame)? {
                return Ok(Some(decoded));
            }
        }
    }

    /// Reads up to the end of a header; `None` while it is incomplete. A frame is checked as soon
    /// as its length is known.
    fn read_header(&mut self, unread: &mut &[u8]) -> Result<Option<Frame>, Fault> {
        while let Some((&byte, rest)) = unread.split_first() {
            *unread = rest;
            self.header[self.header_bytes] = byte;
            self.header_bytes += 1;
            let header = &self.header[..self.header_bytes];
            if header.len() == length_end(header) {
                self.check(&Frame::of(header)?)?;
            }
            if header.len() == header_end(header) {
                let frame = Frame::of(header)?;
                self.header_bytes = 0;
                self.begin(&frame);
                return Ok(Some(frame));
            }
        }
        Ok(None)
    }

    /// Checks a frame before any of its payload is buffered.
    fn check(&self, frame: &Frame) -> Result<(), Fault> {
        let fault = |reason| Err(Fault::protocol(reason));
        match (self.sender, frame.mask) {
            (Sender::Client, None) => return fault("a frame of a client without a mask"),
            (Sender::Server, Some(_)) => return fault("a frame of a server with a mask"),
            _ => {}
        }
        if frame.is_control() {
            return match frame.length {
                _ if !frame.is_final => fault("a control frame in fragments"),
                0..=125 => Ok(()),
                _ => fault("a control frame of more than 125 bytes"),
            };
        }
        let begun_bytes = match (&self.data, frame.opcode) {
            (Some(data), CONTINUATION) => data.bytes.len(),
            (None, CONTINUATION) => return fault("a continuation of nothing"),
            (Some(_), _) => return fault("a message inside another one"),
            (None, _) => 0,
        };
        if frame.length > self.longest_bytes - begun_bytes {
            return Err(Fault {
                code: CloseCode::Size,
                reason: "a message over the limit",
            });
        }
        Ok(())
    }

    fn begin(&mut self, frame: &Frame) {
        if !frame.is_control() {
            let data = self.data.get_or_insert_with(|| DataMessage {
                is_text: frame.opcode == TEXT,
                header_bytes: 0,
                bytes: Vec::new(),
                valid_bytes: 0,
            });
            data.header_bytes += frame.header_bytes;
        }
    }

    /// Reads payload; returns the frame if it is still incomplete.
    fn read_payload(
        &mut self,
        mut frame: Frame,
        unread: &mut &[u8],
    ) -> Result<Option<Frame>, Fault> {
        let (arrived, rest) = unread.split_at(unread.len().min(frame.length - frame.arrived));
        *unread = rest;
        let payload = match &mut self.data {
            Some(data) if !frame.is_control() => &mut data.bytes,
            _ => &mut self.control,
        };
        let begin = payload.len();
        payload.extend_from_slice(arrived);
        if let Some(mask) = frame.mask {
            let masks = mask.iter().cycle().skip(frame.arrived % mask.len());
            let fresh = payload[begin..].iter_mut();
            fresh.zip(masks).for_each(|(byte, mask)| *byte ^= mask);
        }
        frame.arrived += arrived.len();
        if frame.arrived == frame.length {
            return Ok(None);
        }
        if let Some(data) = self.data.as_mut().filter(|_| !frame.is_control()) {
            data.require_utf8_so_far()?;
        }
        Ok(Some(frame))
    }

    /// Completes a frame and returns the message that ends with it, if any.
    fn end_frame(&mut self, frame: Frame) -> Result<Option<Decoded>, Fault> {
        if frame.is_control() {
            let payload = std::mem::take(&mut self.control);
            return Ok(Some(Decoded {
                header_bytes: frame.header_bytes,
                payload_bytes: payload.len(),
                message: match frame.opcode {
                    PING => Message::Ping(payload),
                    PONG => Message::Pong(payload),
                    _ => Message::Close(code_and_reason(payload)?),
                },
            }));
        }
        if !frame.is_final {
            let data = self.data.as_mut().expect("the frame has begun a message");
            data.require_utf8_so_far()?;
            return Ok(None);
        }
        let data = self.data.take().expect("the frame has begun a message");
        Ok(Some(Decoded {
            header_bytes: data.header_bytes,
            payload_bytes: data.bytes.len(),
            message: match data.is_text {
                true => Message::Text(utf8(data.bytes)?),
                false => Message::Binary(data.bytes),
            },
        }))
    }
}

impl DataMessage {
    /// Rejects text that can't become valid UTF-8. It may be split inside a character.
    fn require_utf8_so_far(&mut self) -> Result<(), Fault> {
        if self.is_text {
            match str::from_utf8(&self.bytes[self.valid_bytes..]) {
                Ok(valid) => self.valid_bytes += valid.len(),
                Err(error) if error.error_len().is_none() => {
                    self.valid_bytes += error.valid_up_to();
                }
                Err(_) => return Err(NOT_UTF8),
            }
        }
        Ok(())
    }
}

const NOT_UTF8: Fault = Fault {
    code: CloseCode::Invalid,
    reason: "text that is not UTF-8",
};

fn utf8(bytes: Vec<u8>) -> Result<String, Fault> {
    String::from_utf8(bytes).map_err(|_| NOT_UTF8)
}

/// Decodes the payload of a close frame (section 5.5.1).
fn code_and_reason(payload: Vec<u8>) -> Result<Option<(CloseCode, String)>, Fault> {
    match payload[..] {
        [] => Ok(None),
        [high, low, ref reason @ ..] => match u16::from_be_bytes([high, low]) {
            // Codes that may be sent, by section 7.4 and the IANA registry.
            code @ (1000..=1003 | 1007..=1014 | 3000..=4999) => {
                Ok(Some((code.into(), utf8(reason.to_vec())?)))
            }
            _ => Err(Fault::protocol("a close code that may not be sent")),
        },
        [_] => Err(Fault::protocol("half a close code")),
    }
}
