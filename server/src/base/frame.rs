//! The header of a WebSocket frame (RFC 6455, section 5.2).

/// The bit of the first byte that marks the last frame of a message.
pub const FIN: u8 = 0x80;
/// Continues a fragmented message.
pub const CONTINUATION: u8 = 0x0;
/// Starts a text message in UTF-8.
pub const TEXT: u8 = 0x1;
/// Starts a binary message.
pub const BINARY: u8 = 0x2;
/// Closes the connection (section 5.5.1).
pub const CLOSE: u8 = 0x8;
/// Requests a pong (section 5.5.2).
pub const PING: u8 = 0x9;
/// Replies to a ping (section 5.5.3).
pub const PONG: u8 = 0xa;

/// The bit of the second byte that announces a masking key.
pub const MASK: u8 = 0x80;
/// The length of the longest header: two bytes, eight bytes of length, four of masking key.
pub const LONGEST_HEADER_BYTES: usize = 14;

/// A whole message in one frame. Clients mask what they send (section 5.3), servers do not.
pub fn frame(opcode: u8, payload: &[u8], mask: Option<[u8; 4]>) -> Vec<u8> {
    let mask_bit = if mask.is_some() { MASK } else { 0 };
    let mut frame = Vec::with_capacity(LONGEST_HEADER_BYTES + payload.len());
    frame.push(FIN | opcode);
    match payload.len() {
        length @ 0..=125 => frame.push(mask_bit | length as u8),
        length @ 126..=0xffff => {
            frame.push(mask_bit | 126);
            frame.extend((length as u16).to_be_bytes());
        }
        length => {
            frame.push(mask_bit | 127);
            frame.extend((length as u64).to_be_bytes());
        }
    }
    match mask {
        None => frame.extend(payload),
        Some(mask) => {
            frame.extend(mask);
            let masks = mask.iter().cycle();
            frame.extend(payload.iter().zip(masks).map(|(byte, mask)| byte ^ mask));
        }
    }
    frame
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hello_has_the_bytes_given_in_the_rfc() {
        // RFC 6455, section 5.7.
        let bytes = [
            0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58,
        ];
        assert_eq!(frame(TEXT, b"Hello", Some([0x37, 0xfa, 0x21, 0x3d])), bytes);
        assert_eq!(frame(TEXT, b"Hello", None), b"\x81\x05Hello");
    }
}
