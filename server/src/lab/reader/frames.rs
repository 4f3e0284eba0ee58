//! Finds the WebSocket frames in one direction (RFC 6455, section 5.2).

use crate::{
    base::frame::{LONGEST_HEADER_BYTES, MASK},
    lab::message::least,
};

/// The state of the parser.
#[derive(Debug, Default)]
pub(super) struct Frames {
    head: [u8; LONGEST_HEADER_BYTES],
    head_bytes: usize,
    /// The number of payload bytes that follow.
    rest: u64,
}

/// Adjacent bytes of one frame, either of its header or of its payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct FrameSpan {
    pub opcode: u8,
    pub is_head: bool,
    pub length: usize,
    /// Whether it starts the frame.
    pub begins: bool,
}

impl Frames {
    /// Classifies the first of `bytes`, which must not be empty.
    pub fn next(&mut self, bytes: &[u8]) -> FrameSpan {
        if self.rest > 0 {
            let length = least(self.rest, bytes);
            self.rest -= length as u64;
            return self.piece(false, length, false);
        }
        // The previous header and its payload are complete.
        if self.head_bytes == self.needed_bytes() {
            self.head_bytes = 0;
        }
        let begins = self.head_bytes == 0;
        let mut length = 0;
        for &byte in bytes {
            self.head[self.head_bytes] = byte;
            self.head_bytes += 1;
            length += 1;
            if self.head_bytes == self.needed_bytes() {
                self.rest = self.announced();
                break;
            }
        }
        self.piece(true, length, begins)
    }

    fn piece(&self, is_head: bool, length: usize, begins: bool) -> FrameSpan {
        FrameSpan {
            opcode: self.head[0] & 0x0f,
            is_head,
            length,
            begins,
        }
    }

    /// The length of the header, as far as its first bytes show.
    fn needed_bytes(&self) -> usize {
        if self.head_bytes < 2 {
            return 2;
        }
        let length_bytes = match self.head[1] & !MASK {
            126 => 2,
            127 => 8,
            _ => 0,
        };
        let mask_bytes = if self.head[1] & MASK == 0 { 0 } else { 4 };
        2 + length_bytes + mask_bytes
    }

    /// The length of the payload.
    fn announced(&self) -> u64 {
        let big_endian = |bytes: &[u8]| bytes.iter().fold(0, |sum, &b| sum << 8 | u64::from(b));
        match self.head[1] & !MASK {
            126 => big_endian(&self.head[2..4]),
            127 => big_endian(&self.head[2..10]),
            length => length.into(),
        }
    }
}
