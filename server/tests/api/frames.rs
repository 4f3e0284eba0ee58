//! The frames that a client may send, and the close codes for those that it may not.

use crate::{
    process::Server,
    transports::data,
    websocket::{BINARY, CLOSE, CONTINUATION, FIN, Frame, PING, PONG, TEXT, WebSocket, masked},
};

/// A WebSocket on a feed without its own updates.
fn open() -> (Server, WebSocket) {
    let server = Server::quiet(&[]);
    let socket = WebSocket::open(&server, "/websocket?after=0");
    (server, socket)
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

/// Bytes that a client may not send, and the code with which the server closes.
fn mistakes() -> Vec<(u16, Vec<u8>)> {
    let continued = |first: &[u8], rest: &[u8]| {
        [masked(TEXT, first), masked(FIN | CONTINUATION, rest)].concat()
    };
    vec![
        // Without a mask.
        (1002, b"\x81\x02hi".to_vec()),
        // Reserved bits and opcodes.
        (1002, masked(0xc1, b"1")),
        (1002, masked(0xa1, b"1")),
        (1002, masked(0x91, b"1")),
        (1002, masked(0x83, b"1")),
        (1002, masked(0x8b, b"1")),
        // A continuation of nothing, and two starts.
        (1002, masked(FIN | CONTINUATION, b"1")),
        (
            1002,
            [masked(TEXT, b"1"), masked(FIN | TEXT, b"2")].concat(),
        ),
        // A fragmented and a too long control frame.
        (1002, masked(PING, b"1")),
        (1002, masked(FIN | PING, &[0; 126])),
        // Invalid close codes.
        (1002, masked(FIN | CLOSE, b"\x03")),
        (1002, masked(FIN | CLOSE, b"\x03\xed")),
        (1002, masked(FIN | CLOSE, b"\x00\x00")),
        (1002, masked(FIN | CLOSE, b"\x0b\xb7")),
        // A length that is not minimal.
        (1002, vec![0x81, 0xfe, 0, 1, 0, 0, 0, 0, b'1']),
        (1002, vec![0x81, 0xff, 0, 0, 0, 0, 0, 0, 0, 126, 0, 0, 0, 0]),
        (1003, masked(FIN | BINARY, b"1")),
        // Not UTF-8.
        (1007, masked(FIN | TEXT, b"\xff\xfe")),
        (1007, masked(FIN | TEXT, b"\xed\xa0\x80")),
        (1007, continued(b"\xea\xb0", b"1")),
        // A declared length over the limit, and fragments that are too long in total.
        (1009, vec![0x81, 0xff, 0, 0, 1, 0, 0, 0, 0, 0]),
        (1009, vec![0x81, 0xff, 0, 0, 0, 0, 0, 1, 0, 1]),
        (1009, continued(&[b'1'; 40_000], &[b'1'; 40_000])),
    ]
}

#[test]
fn an_invalid_frame_ends_the_connection_with_its_code_and_is_counted() {
    let server = Server::quiet(&[]);
    for (code, bytes) in mistakes() {
        let mut socket = WebSocket::open(&server, "/websocket?after=0");
        socket.0.send(&bytes);
        assert_eq!(
            socket.closed().0,
            code,
            "{:x?}",
            &bytes[..bytes.len().min(20)]
        );
    }
    for (code, reason) in [
        (1002, "websocket_protocol_error"),
        (1003, "websocket_unsupported_data"),
        (1007, "websocket_invalid_text"),
        (1009, "websocket_message_too_long"),
    ] {
        let expected = mistakes()
            .iter()
            .filter(|mistake| mistake.0 == code)
            .count();
        assert_eq!(server.rejections(reason), expected as u64, "{reason}");
    }
}

#[test]
fn messages_before_an_invalid_frame_in_the_same_write_are_published() {
    let close = (1000, masked(FIN | CLOSE, &1000_u16.to_be_bytes()));
    for (code, mistake) in mistakes().into_iter().chain([close]) {
        let (server, mut socket) = open();
        let text = masked(FIN | TEXT, b"\"before\"");
        socket.0.send(&[&text[..], &text, &mistake].concat());
        let shown = &mistake[..mistake.len().min(20)];
        // This client may receive the update or not, since it is being closed.
        assert_eq!(socket.close_reason().0, code, "{shown:x?}");
        let texts = server.texts();
        let published: Vec<_> = texts.iter().map(|text| data(text)).collect();
        assert_eq!(published, ["\"before\"", "\"before\""], "{shown:x?}");
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
