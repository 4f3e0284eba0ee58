//! Every case that a peer may send, split into single bytes and in one piece.

use super::*;
use crate::base::frame::{BINARY, CLOSE, frame};

const LONGEST: usize = 70_000;
const KEY: [u8; 4] = [0x37, 0xfa, 0x21, 0x3d];

/// The messages that a client sent, and the fault after them.
fn decoded(wire: &[u8], at_once: usize) -> (Vec<Message>, Option<u16>) {
    let mut decoder = Decoder::new(Sender::Client, LONGEST);
    let mut messages = Vec::new();
    for mut unread in wire.chunks(at_once) {
        loop {
            match decoder.decode(&mut unread) {
                Ok(Some(decoded)) => messages.push(decoded.message),
                Ok(None) => break,
                Err(fault) => return (messages, Some(fault.code.into())),
            }
        }
        assert!(unread.is_empty());
    }
    (messages, None)
}

/// Decodes with several splits, which must give the same result.
fn from_client(wire: &[u8]) -> (Vec<Message>, Option<u16>) {
    let whole = decoded(wire, usize::MAX);
    for at_once in [1, 3, 1000] {
        assert_eq!(decoded(wire, at_once), whole, "{at_once} bytes at once");
    }
    whole
}

fn masked(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut bytes = frame(first & 0x0f, payload, Some(KEY));
    bytes[0] = first;
    bytes
}

fn text(text: &str) -> Message {
    Message::Text(text.into())
}

fn close(code: u16, reason: &str) -> Message {
    Message::Close(Some((code.into(), reason.into())))
}

#[test]
fn messages_are_decoded_completely_and_in_order() {
    let long = "x".repeat(65_536);
    let wire = [
        masked(0x81, b"Hello"),
        masked(0x81, b""),
        masked(0x82, b"\xff\x00"),
        masked(0x81, long.as_bytes()),
        // A message in three fragments, one of them empty, with control frames in between.
        masked(0x01, "한".as_bytes()),
        masked(0x89, b"ping"),
        masked(0x00, b""),
        masked(0x8a, b""),
        masked(0x80, "글".as_bytes()),
        masked(0x88, b"\x03\xe8bye"),
    ]
    .concat();
    let expected = [
        text("Hello"),
        text(""),
        Message::Binary(b"\xff\x00".into()),
        text(&long),
        Message::Ping(b"ping".into()),
        Message::Pong(Vec::new()),
        text("한글"),
        close(1000, "bye"),
    ];
    assert_eq!(from_client(&wire), (expected.into(), None));
}

#[test]
fn a_character_may_be_split_between_fragments() {
    let bytes = "κόσμε🙂".as_bytes();
    for cut in 0..=bytes.len() {
        let wire = [masked(0x01, &bytes[..cut]), masked(0x80, &bytes[cut..])].concat();
        assert_eq!(from_client(&wire), (vec![text("κόσμε🙂")], None), "{cut}");
    }
}

#[test]
fn each_fault_has_its_code_and_follows_earlier_messages() {
    let two_texts = [masked(0x01, b"1"), masked(0x81, b"2")];
    let halves = [
        masked(0x01, &[b'1'; LONGEST / 2]),
        masked(0x80, &[b'1'; LONGEST / 2 + 1]),
    ];
    let cases: &[(&str, &[u8], u16)] = &[
        ("RSV1", &masked(0xc1, b"1"), 1002),
        ("RSV2", &masked(0xa1, b"1"), 1002),
        ("RSV3 of a control frame", &masked(0x99, b"1"), 1002),
        ("opcode 3", &masked(0x83, b"1"), 1002),
        ("opcode 7", &masked(0x87, b""), 1002),
        ("opcode 11", &masked(0x8b, b""), 1002),
        ("opcode 15", &masked(0x8f, b""), 1002),
        ("no mask", b"\x81\x02hi", 1002),
        ("a ping in fragments", &masked(0x09, b"1"), 1002),
        ("a ping of 126 bytes", &masked(0x89, &[0; 126]), 1002),
        ("a continuation of nothing", &masked(0x80, b"1"), 1002),
        ("an open continuation of nothing", &masked(0x00, b"1"), 1002),
        ("a text inside a text", &two_texts.concat(), 1002),
        ("126 for a length of 125", b"\x81\xfe\x00\x7d", 1002),
        (
            "127 for 65,535",
            b"\x81\xff\0\0\0\0\0\0\xff\xff\0\0\0\0",
            1002,
        ),
        ("length 2^63", b"\x81\xff\x80\0\0\0\0\0\0\0\0\0\0\0", 1002),
        ("length 2^40", b"\x81\xff\0\0\x01\0\0\0\0\0\0\0\0\0", 1009),
        ("too long fragments", &halves.concat(), 1009),
        ("half a close code", &masked(0x88, b"\x03"), 1002),
        ("a bad close reason", &masked(0x88, b"\x03\xe8\xff"), 1007),
        ("text that is not UTF-8", &masked(0x81, b"\xff\xfe"), 1007),
        ("a surrogate", &masked(0x81, b"\xed\xa0\x80"), 1007),
        ("half a character", &masked(0x81, b"\xea\xb0"), 1007),
        ("a hopeless fragment", &masked(0x01, b"\xf4\x90"), 1007),
    ];
    for (name, wire, code) in cases {
        let after_a_message = [&masked(0x81, b"first"), *wire].concat();
        let expected = (vec![text("first")], Some(*code));
        assert_eq!(from_client(&after_a_message), expected, "{name}");
    }
}

#[test]
fn only_the_close_codes_that_may_be_sent_are_accepted() {
    for code in [1000, 1003, 1007, 1011, 1014, 3000, 3999, 4999_u16] {
        let (messages, fault) = from_client(&masked(0x88, &code.to_be_bytes()));
        assert_eq!((messages, fault), (vec![close(code, "")], None), "{code}");
    }
    for code in [
        0, 999, 1004, 1005, 1006, 1015, 1100, 2000, 2999, 5000, 65_535_u16,
    ] {
        let (messages, fault) = from_client(&masked(0x88, &code.to_be_bytes()));
        assert_eq!((messages, fault), (vec![], Some(1002)), "{code}");
    }
    let (messages, _) = from_client(&masked(0x88, b""));
    assert_eq!(messages, [Message::Close(None)]);
}

#[test]
fn bad_text_is_a_fault_before_the_rest_of_its_frame_arrives() {
    let wire = masked(0x81, &[b"\xff".as_slice(), &[b'x'; 60_000]].concat());
    let mut decoder = Decoder::new(Sender::Client, LONGEST);
    let fault = decoder.decode(&mut &wire[..9]).unwrap_err();
    assert_eq!(fault.code, CloseCode::Invalid);
}

#[test]
fn headers_are_counted_over_all_fragments_and_a_server_sends_no_mask() {
    let mut decoder = Decoder::new(Sender::Server, LONGEST);
    let wire = [
        &b"\x01\x02ab"[..],
        b"\x89\x00",
        b"\x80\x7e\x00\x7e",
        &[b'x'; 126],
    ]
    .concat();
    let mut unread = &wire[..];
    let ping = decoder.decode(&mut unread).unwrap().unwrap();
    assert_eq!((ping.header_bytes, ping.payload_bytes), (2, 0));
    assert!(decoder.is_incomplete(), "the text has begun");
    let text = decoder.decode(&mut unread).unwrap().unwrap();
    assert_eq!((text.header_bytes, text.payload_bytes), (2 + 4, 2 + 126));
    assert!(!decoder.is_incomplete());
    let mut masked = &frame(BINARY, b"1", Some(KEY))[..];
    let fault = decoder.decode(&mut masked).unwrap_err();
    assert_eq!(fault.code, CloseCode::Protocol);
    assert_eq!(frame(CLOSE, b"", None), b"\x88\0");
}
