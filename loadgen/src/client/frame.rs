//! How does a client write a WebSocket frame?

/// The final part of a text (RFC 6455, section 5.2).
pub const TEXT: u8 = 0x81;
/// The answer to a ping (section 5.5.3).
pub const PONG: u8 = 0x8a;

/// A browser takes a new mask for each frame; one of the same length costs as much.
const MASK: [u8; 4] = [0x5a, 0x3c, 0x96, 0xe1];

/// A frame as a client must send it, masked (RFC 6455, section 5.3): 6 bytes around a payload of
/// up to 125, 8 up to 65,535, 14 beyond.
pub fn masked(kind: u8, payload: &[u8]) -> Vec<u8> {
    let mut frame = vec![kind];
    match payload.len() {
        length @ 0..=125 => frame.push(0x80 | length as u8),
        length @ 126..=0xffff => {
            frame.push(0x80 | 126);
            frame.extend((length as u16).to_be_bytes());
        }
        length => {
            frame.push(0x80 | 127);
            frame.extend((length as u64).to_be_bytes());
        }
    }
    frame.extend(MASK);
    let masks = MASK.iter().cycle();
    frame.extend(payload.iter().zip(masks).map(|(byte, mask)| byte ^ mask));
    frame
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_masked_frame_has_the_head_of_its_length() {
        for (length, around) in [(0, 6), (125, 6), (126, 8), (65_535, 8), (65_536, 14)] {
            let frame = masked(TEXT, &vec![b'a'; length]);
            assert_eq!(frame.len(), length + around);
        }
        // RFC 6455, section 5.7, has "Hello" under another mask; here under ours.
        let bytes = [
            0x81, 0x85, 0x5a, 0x3c, 0x96, 0xe1, 0x12, 0x59, 0xfa, 0x8d, 0x35,
        ];
        assert_eq!(masked(TEXT, b"Hello"), bytes);
    }
}
