//! Where does a TLS record end, and to which class do its bytes belong? (RFC 8446, section 5)

use super::Class;

/// The header of a record: a type, a version and a length.
pub const HEADER_BYTES: usize = 5;

/// What TLS 1.3 puts after the content of an encrypted record: its type, and a tag of 16 bytes.
pub const TRAILER_BYTES: usize = 1 + 16;

/// A record that contains a KeyUpdate, which has 5 bytes.
const KEY_UPDATE_BYTES: usize = HEADER_BYTES + 5 + TRAILER_BYTES;

/// The record at the start of `wire`, with its header, once all of it has arrived.
pub fn first(wire: &[u8]) -> Option<&[u8]> {
    let header = wire.get(..HEADER_BYTES)?;
    let length = u16::from_be_bytes([header[3], header[4]]);
    wire.get(..HEADER_BYTES + usize::from(length))
}

/// The class of the bytes of a record that are not content of the application, of which it has
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
