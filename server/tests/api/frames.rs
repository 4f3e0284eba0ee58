//! The frames that a client may send, and the close codes for those that it may not.

use crate::{
    process::Server,
    websocket::{BINARY, CLOSE, CONTINUATION, FIN, Frame, PING, PONG, TEXT, WebSocket, masked},
};

/// A WebSocket on a feed without its own updates.
fn open() -> (Server, WebSocket) {
    let server = Server::quiet(&[]);
    let socket = WebSocket::open(&server, "/websocket?after=0");
    (server, socket)
}

/// Sends invalid bytes; returns the server's close code.
fn code_after(bytes: &[u8]) -> u16 {
    let (_server, mut socket) = open();
    socket.0.send(bytes);
    socket.closed().0
}

fn data(text: &str) -> &str {
    let (_, data) = text.split_once("\"data\":").expect("an update");
    data.strip_suffix('}').expect("an update")
}

#[test]
fn a_ping_is_answered_with_its_payload() {
    let (_server, mut socket) = open();
    for payload in [&b""[..], b"abc", &[0xff; 125]] {
        socket.send(FIN | PING, payload);
        let pong = Frame {
            first: FIN | PONG,
            length: vec![payload.len() as u8],
            payload: payload.to_vec(),
        };
        assert_eq!(socket.frame(), pong);
    }
}

#[test]
fn an_unsolicited_pong_is_ignored() {
    let (server, mut socket) = open();
    socket.send(FIN | PONG, b"abc");
    server.publish("1");
    assert_eq!(data(&socket.text()), "1");
}

#[test]
fn a_close_is_echoed_with_its_code() {
    for code in [1000_u16, 1001, 3000, 4999] {
        let (_server, mut socket) = open();
        socket.send(FIN | CLOSE, &[&code.to_be_bytes(), &b"bye"[..]].concat());
        assert_eq!(socket.closed().0, code);
    }
}

#[test]
fn a_close_without_a_code_is_echoed_without_one() {
    let (_server, mut socket) = open();
    socket.send(FIN | CLOSE, b"");
    let frame = socket.frame();
    assert_eq!((frame.first, &frame.payload[..]), (FIN | CLOSE, &b""[..]));
    assert_eq!(socket.0.rest(), b"");
}

#[test]
fn a_frame_without_a_mask_ends_with_1002() {
    assert_eq!(code_after(b"\x81\x02hi"), 1002);
}

#[test]
fn reserved_bits_and_opcodes_end_with_1002() {
    for first in [0xc1, 0xa1, 0x91, 0x83, 0x8b] {
        assert_eq!(code_after(&masked(first, b"1")), 1002, "{first:#x}");
    }
}

#[test]
fn a_continuation_of_nothing_ends_with_1002() {
    assert_eq!(code_after(&masked(FIN | CONTINUATION, b"1")), 1002);
    let two_starts = [masked(TEXT, b"1"), masked(FIN | TEXT, b"2")].concat();
    assert_eq!(code_after(&two_starts), 1002);
}

#[test]
fn a_fragmented_or_too_long_control_frame_ends_with_1002() {
    assert_eq!(code_after(&masked(PING, b"1")), 1002);
    assert_eq!(code_after(&masked(FIN | PING, &[0; 126])), 1002);
}

#[test]
fn an_invalid_close_frame_ends_with_1002() {
    for payload in [&b"\x03"[..], b"\x03\xed", b"\x00\x00", b"\x0b\xb7"] {
        assert_eq!(
            code_after(&masked(FIN | CLOSE, payload)),
            1002,
            "{payload:?}"
        );
    }
}

#[test]
fn text_that_is_not_utf8_ends_with_1007() {
    assert_eq!(code_after(&masked(FIN | TEXT, b"\xff\xfe")), 1007);
    assert_eq!(code_after(&masked(FIN | TEXT, b"\xed\xa0\x80")), 1007);
    let parts = [masked(TEXT, b"\xea\xb0"), masked(FIN | CONTINUATION, b"1")].concat();
    assert_eq!(code_after(&parts), 1007);
}

#[test]
fn binary_data_end_with_1003() {
    assert_eq!(code_after(&masked(FIN | BINARY, b"1")), 1003);
}

#[test]
fn a_declared_length_over_the_limit_ends_with_1009_at_once() {
    let huge = [0x81, 0xff, 0, 0, 1, 0, 0, 0, 0, 0];
    assert_eq!(code_after(&huge), 1009);
    let exceed_limit = [0x81, 0xff, 0, 0, 0, 0, 0, 1, 0, 1];
    assert_eq!(code_after(&exceed_limit), 1009);
}

#[test]
fn fragments_that_are_too_long_in_total_end_with_1009() {
    let half = [b'1'; 40_000];
    let parts = [masked(TEXT, &half), masked(FIN | CONTINUATION, &half)].concat();
    assert_eq!(code_after(&parts), 1009);
}

#[test]
fn a_length_that_is_not_minimal_ends_with_1002() {
    let two_bytes = [0x81, 0xfe, 0, 1, 0, 0, 0, 0, b'1'];
    assert_eq!(code_after(&two_bytes), 1002);
    let eight_bytes = [0x81, 0xff, 0, 0, 0, 0, 0, 0, 0, 126, 0, 0, 0, 0];
    assert_eq!(code_after(&eight_bytes), 1002);
}

#[test]
fn text_is_published_as_json_or_as_a_string() {
    let (server, mut socket) = open();
    let longest = format!("\"{}\"", "x".repeat(65_534));
    let sent_as = [
        ("{ \"a\": [1, 2] }", "{\"a\":[1,2]}"),
        ("hello </script>", "\"hello \\u003c/script\\u003e\""),
        ("", "\"\""),
        ("한글\n", "\"한글\\n\""),
        (&longest, &longest),
    ];
    for (number, (text, expected)) in (1..).zip(sent_as) {
        socket.send(FIN | TEXT, text.as_bytes());
        let received = socket.text();
        assert!(
            received.starts_with(&format!("{{\"seq\":{number},")),
            "{received}"
        );
        assert_eq!(data(&received), expected);
    }
    assert_eq!(server.texts().len(), 5);
}

#[test]
fn a_fragmented_text_with_a_ping_in_between_is_published_as_one() {
    let (server, mut socket) = open();
    let [first, second] = ["한".as_bytes(), "글".as_bytes()];
    socket.send(TEXT, &first[..2]);
    socket.send(CONTINUATION, &[&first[2..], second].concat());
    socket.send(FIN | PING, b"still there?");
    let pong = socket.frame();
    assert_eq!(
        (pong.first, &pong.payload[..]),
        (FIN | PONG, &b"still there?"[..])
    );
    assert!(server.texts().is_empty());
    socket.send(FIN | CONTINUATION, b"!");
    assert_eq!(data(&socket.text()), "\"한글!\"");
}

#[test]
fn a_frame_that_arrives_byte_by_byte_is_published() {
    let (_server, mut socket) = open();
    for byte in masked(FIN | TEXT, b"[1]") {
        socket.0.send(&[byte]);
    }
    assert_eq!(data(&socket.text()), "[1]");
}

#[test]
fn messages_before_an_invalid_frame_in_the_same_write_are_published() {
    let mistakes = [
        (b"\x81\x02hi".to_vec(), 1002),
        (masked(0xc1, b"1"), 1002),
        (masked(FIN | TEXT, b"\xff"), 1007),
        (masked(FIN | BINARY, b"1"), 1003),
        (vec![0x81, 0xff, 0, 0, 1, 0, 0, 0, 0, 0], 1009),
        (masked(FIN | CLOSE, &1000_u16.to_be_bytes()), 1000),
    ];
    for (mistake, expected) in mistakes {
        let (server, mut socket) = open();
        let text = masked(FIN | TEXT, b"\"before\"");
        socket
            .0
            .send(&[text.clone(), text, mistake.clone()].concat());
        // This client may receive the update or not, since it is being closed.
        let mut frame = socket.frame();
        while frame.first == FIN | TEXT {
            frame = socket.frame();
        }
        assert_eq!(frame.first, FIN | CLOSE, "{mistake:?}");
        assert_eq!(frame.close_reason().0, expected, "{mistake:?}");
        let texts = server.texts();
        let published: Vec<_> = texts.iter().map(|text| data(text)).collect();
        assert_eq!(published, ["\"before\"", "\"before\""], "{mistake:?}");
    }
}

#[test]
fn the_header_of_a_frame_is_minimal() {
    let (server, mut socket) = open();
    let bare = "{\"seq\":1,\"at_us\":1763890000123456,\"data\":\"\"}".len();
    for (bytes, length) in [
        (125, vec![125]),
        (126, vec![126, 0, 126]),
        (65_535, vec![126, 0xff, 0xff]),
        (65_536, vec![127, 0, 0, 0, 0, 0, 1, 0, 0]),
    ] {
        server.publish(&format!("\"{}\"", "x".repeat(bytes - bare)));
        let frame = socket.frame();
        assert_eq!((frame.first, frame.length), (FIN | TEXT, length));
        assert_eq!(frame.payload.len(), bytes);
    }
}

#[test]
fn the_echo_returns_texts_and_binary_data() {
    let server = Server::quiet(&["--echo"]);
    let mut socket = WebSocket::open(&server, "/websocket/echo");
    let long = "x".repeat(70_000);
    for (opcode, payload) in [
        (TEXT, &b""[..]),
        (TEXT, "한글".as_bytes()),
        (BINARY, b"\xff\x00"),
        (TEXT, long.as_bytes()),
    ] {
        socket.send(FIN | opcode, payload);
        let frame = socket.frame();
        assert_eq!((frame.first, &frame.payload[..]), (FIN | opcode, payload));
    }
    assert_eq!(Server::quiet(&[]).get("/websocket/echo").head.status, 404);
}

#[test]
fn an_echo_precedes_the_close_that_follows_it() {
    let server = Server::quiet(&["--echo"]);
    let mut socket = WebSocket::open(&server, "/websocket/echo");
    let both = [
        masked(FIN | TEXT, b"last"),
        masked(FIN | CLOSE, b"\x03\xe8"),
    ];
    socket.0.send(&both.concat());
    assert_eq!(socket.text(), "last");
    assert_eq!(socket.closed().0, 1000);
}
