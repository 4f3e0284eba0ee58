//! TLS records: their boundaries, and the class of their bytes (RFC 8446, section 5).

use super::Class;

/// The header of a record: a type, a version and a length.
pub const HEADER_BYTES: usize = 5;

/// The overhead after the content of an encrypted record in TLS 1.3: its type, and a tag of 16
/// bytes.
pub const TRAILER_BYTES: usize = 1 + 16;

/// The length of a record that contains a KeyUpdate of 5 bytes.
const KEY_UPDATE_BYTES: usize = HEADER_BYTES + 5 + TRAILER_BYTES;

/// The record at the start of `wire`, including its header, if it is complete.
pub fn first(wire: &[u8]) -> Option<&[u8]> {
    let header = wire.get(..HEADER_BYTES)?;
    let length = u16::from_be_bytes([header[3], header[4]]);
    wire.get(..HEADER_BYTES + usize::from(length))
}

/// The class of the bytes of a record that are not application data, of which it has
/// `content_bytes`.
pub fn class(record: &[u8], content_bytes: usize, is_handshake: bool) -> Class {
    match content_bytes {
        _ if is_handshake => Class::Setup,
        // A session ticket, or an alert.
        0 if record.len() != KEY_UPDATE_BYTES => Class::Setup,
        _ => Class::Tls,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_found_once_it_has_arrived() {
        let wire = [23, 3, 3, 0, 2, 7, 8, 23, 3];
        for arrived in 0..7 {
            assert_eq!(first(&wire[..arrived]), None);
        }
        assert_eq!(first(&wire), Some(&wire[..7]));
    }
}
