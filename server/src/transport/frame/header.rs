//! The header of a WebSocket frame (RFC 6455, section 5.2).

use super::Fault;
use crate::base::frame::{BINARY, CLOSE, CONTINUATION, FIN, MASK, PING, PONG, TEXT};

/// A frame whose header has arrived.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame {
    pub is_final: bool,
    pub opcode: u8,
    pub header_bytes: usize,
    /// The masking key; valid only once the whole header has arrived.
    pub mask: Option<[u8; 4]>,
    /// The number of payload bytes that have arrived.
    pub arrived: usize,
    pub length: usize,
}

impl Frame {
    /// Parses a header whose length field has arrived, and rejects faults that are visible in it.
    pub fn of(header: &[u8]) -> Result<Self, Fault> {
        // An extension would give RSV1 a meaning, as permessage-deflate does (RFC 7692).
        const RESERVED_BITS: u8 = 0x70;
        let (first, second) = (header[0], header[1]);
        if first & RESERVED_BITS != 0 {
            return Err(Fault::protocol("reserved bits"));
        }
        let opcode = first & 0x0f;
        if ![CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG].contains(&opcode) {
            return Err(Fault::protocol("a reserved opcode"));
        }
        let (least, length) = match second & !MASK {
            126 => (126, big_endian(&header[2..4])),
            127 => (1 << 16, big_endian(&header[2..10])),
            short => (0, u64::from(short)),
        };
        if length < least || length > i64::MAX as u64 {
            let reason = "a length that is not encoded in the fewest bytes";
            return Err(Fault::protocol(reason));
        }
        let has_mask = second & MASK != 0;
        Ok(Self {
            is_final: first & FIN != 0,
            opcode,
            header_bytes: header.len(),
            mask: has_mask.then(|| header.last_chunk().copied().unwrap_or_default()),
            arrived: 0,
            length: usize::try_from(length).unwrap_or(usize::MAX),
        })
    }

    pub const fn is_control(&self) -> bool {
        self.opcode & 0x8 != 0
    }
}

/// Where the length field ends, as far as the first bytes of a header show.
pub(super) fn length_end(header: &[u8]) -> usize {
    match header {
        [_, second, ..] => match second & !MASK {
            126 => 4,
            127 => 10,
            _ => 2,
        },
        _ => 2,
    }
}

/// Where the header ends: after the masking key, if it has one.
pub(super) fn header_end(header: &[u8]) -> usize {
    let has_mask = header.get(1).is_some_and(|second| second & MASK != 0);
    length_end(header) + if has_mask { 4 } else { 0 }
}

fn big_endian(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0, |sum, &byte| sum << 8 | u64::from(byte))
}
