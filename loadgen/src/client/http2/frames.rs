//! Splits the bytes of HTTP/2 into header blocks, data and the frames around them (RFC 9113, sections
//! 3.4 and 4.1).

use crate::{
    client::ledger::Ledger,
    record::{Class, Direction},
};

/// The bytes that a client sends before its first frame.
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// The length of a frame's header.
const HEADER_BYTES: usize = 9;

/// Types of frames (RFC 9113, section 6).
mod frame_type {
    pub const DATA: u8 = 0;
    pub const HEADERS: u8 = 1;
    pub const CONTINUATION: u8 = 9;
}

/// The frames of one direction of a connection.
#[derive(Debug, Default)]
pub struct Frames {
    /// Remaining bytes of the preface.
    preface: usize,
    /// The header of a frame, as far as it has arrived.
    header: Vec<u8>,
    /// The kind of the payload, and its remaining bytes.
    payload: (Payload, usize),
}

/// The kind of a frame's payload.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Payload {
    /// HEADERS and CONTINUATION.
    Header,
    /// DATA.
    Data,
    /// Any other frame.
    #[default]
    Control,
}

impl Frames {
    /// The frames that a client sends.
    pub fn with_preface() -> Self {
        Self {
            preface: PREFACE.len(),
            ..Self::default()
        }
    }

    /// Whether the last frame is complete.
    pub fn is_between(&self) -> bool {
        self.header.is_empty() && self.payload.1 == 0
    }

    /// Counts bytes, header blocks as `header`. Data are counted here only if they are sent, because
    /// they are published data; received data are counted by the decoder of their format.
    pub fn book(&mut self, bytes: &[u8], direction: Direction, header: Class, ledger: &mut Ledger) {
        self.split(bytes, |part, length| {
            let class = match (part, direction) {
                (Payload::Header, _) => header,
                (Payload::Control, _) => Class::Http2Frame,
                (Payload::Data, Direction::Up) => Class::Payload,
                (Payload::Data, Direction::Down) => return,
            };
            ledger.book(direction, class, length);
        });
    }

    /// Calls `each` with every part of the bytes: its kind and length. Headers of frames and
    /// the preface are [`Payload::Control`].
    fn split(&mut self, mut bytes: &[u8], mut each: impl FnMut(Payload, usize)) {
        while !bytes.is_empty() {
            let (part, most) = match self {
                Self { preface: 1.., .. } => (Payload::Control, self.preface),
                Self {
                    payload: (payload, rest @ 1..),
                    ..
                } => (*payload, *rest),
                _ => (Payload::Control, HEADER_BYTES - self.header.len()),
            };
            let (taken, rest) = bytes.split_at(most.min(bytes.len()));
            bytes = rest;
            each(part, taken.len());
            if self.preface > 0 {
                self.preface -= taken.len();
            } else if self.payload.1 > 0 {
                self.payload.1 -= taken.len();
            } else {
                self.header.extend_from_slice(taken);
                self.begin_payload();
            }
        }
    }

    fn begin_payload(&mut self) {
        if let [high, middle, low, kind, ..] = self.header[..]
            && self.header.len() == HEADER_BYTES
        {
            let payload = match kind {
                frame_type::DATA => Payload::Data,
                frame_type::HEADERS | frame_type::CONTINUATION => Payload::Header,
                _ => Payload::Control,
            };
            let length = u32::from_be_bytes([0, high, middle, low]) as usize;
            self.payload = (payload, length);
            self.header = Vec::new();
        }
    }
}

/// Whole frames, with `block` as the payload of their HEADERS. The first bytes may be a preface.
pub fn with_header_block(mut written: &[u8], block: &[u8]) -> Vec<u8> {
    let mut frames = Vec::with_capacity(written.len() + block.len());
    if written.starts_with(PREFACE) {
        frames.extend_from_slice(PREFACE);
        written = &written[PREFACE.len()..];
    }
    while let Some((header, rest)) = written.split_at_checked(HEADER_BYTES) {
        let length = u32::from_be_bytes([0, header[0], header[1], header[2]]) as usize;
        let (payload, rest) = rest.split_at(length.min(rest.len()));
        let payload = match header[3] {
            frame_type::HEADERS => block,
            _ => payload,
        };
        frames.extend_from_slice(&(payload.len() as u32).to_be_bytes()[1..]);
        frames.extend_from_slice(&header[3..]);
        frames.extend_from_slice(payload);
        written = rest;
    }
    frames
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(kind: u8, payload: &[u8]) -> Vec<u8> {
        let length = (payload.len() as u32).to_be_bytes();
        let header = [length[1], length[2], length[3], kind, 0, 0, 0, 0, 1];
        [&header, payload].concat()
    }

    #[test]
    fn frames_may_be_cut_anywhere() {
        let wire = [
            PREFACE.to_vec(),
            frame(4, &[0; 12]),
            frame(1, b"header"),
            frame(9, b"more"),
            frame(0, b"data"),
            frame(0, b""),
            frame(8, &[0; 4]),
        ]
        .concat();
        for step in [1, 2, 7, wire.len()] {
            let (mut frames, mut ledger) = (Frames::with_preface(), Ledger::default());
            for bytes in wire.chunks(step) {
                frames.book(bytes, Direction::Up, Class::Setup, &mut ledger);
            }
            assert!(frames.is_between());
            assert_eq!(ledger.bytes(Class::Setup), 10);
            assert_eq!(ledger.bytes(Class::Payload), 4);
            let control = 24 + 6 * 9 + 12 + 4;
            assert_eq!(ledger.bytes(Class::Http2Frame), control);
            assert_eq!(ledger.all_bytes(), wire.len() as u64);
        }
    }
}
