//! Which bytes are reported, and which are not.

use super::*;

#[test]
fn the_transport_is_that_of_the_path_on_any_port() {
    let mut reader = Reader::new(Transport::Sse);
    let reading = reader.read(Up, b"GET /long-polling?after=1 HTTP/1.1\r\n\r\n");
    assert_eq!(reading.unwrap().transport, Transport::LongPolling);
    let file = b"GET /long-polling.js HTTP/1.1\r\n\r\n";
    assert_eq!(reader.read(Up, file), None);
}

#[test]
fn adjacent_bytes_of_one_class_are_separate_only_if_a_new_part_begins() {
    let mut reader = Reader::new(Transport::Sse);
    reader.read(Up, b"GET /sse HTTP/1.1\r\n\r\n").unwrap();
    let head = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
    reader.read(Down, head).unwrap();
    let text = update(5);
    let length = format!("{:x}\r\n", text.len() + 14);
    let event = format!("{length}id: 5\ndata: {text}\n\n\r\n6\r\n:\n\n:\n\n\r\n");
    let reading = reader.read(Down, event.as_bytes()).unwrap();
    let parts = [
        (Chunk, length.len()),
        (Format, 12),
        (Payload, text.len()),
        (Format, 2),
        (Chunk, 2),
        (Chunk, 3),
        (Idle, 3),
        (Idle, 3),
        (Chunk, 2),
    ];
    assert_eq!(reading.parts, parts);
    let carried = UpdateId {
        seq: 5,
        at_us: 1_763_890_000_073_000,
    };
    assert_eq!(reading.updates, [carried]);

    let frames = b"\x89\x01?\x89\x00\x88\x02\x03\xe9";
    let reading = upgraded().read(Down, frames).unwrap();
    assert_eq!(reading.parts, [(Idle, 3), (Idle, 2), (WebsocketFrame, 4)]);
}

#[test]
fn an_update_is_reported_where_its_text_ends() {
    let mut reader = Reader::new(Transport::Polling);
    reader.read(Up, b"GET /polling HTTP/1.1\r\n\r\n").unwrap();
    let body = format!("[{}]", update(5));
    let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", body.len());
    reader.read(Down, head.as_bytes()).unwrap();
    let (all_but_last, last) = body.as_bytes().split_at(body.len() - 2);
    assert_eq!(reader.read(Down, all_but_last).unwrap().updates, []);
    assert_eq!(reader.read(Down, last).unwrap().updates[0].seq, 5);
}

#[test]
fn bytes_that_are_not_http_are_not_reported() {
    let head = b"GET /sse HTTP/1.1\r\n\r\n";
    let mut reader = Reader::new(Transport::Sse);
    let long = format!("GET /sse HTTP/1.1\r\nCookie: {}", "x".repeat(70_000));
    assert_eq!(reader.read(Up, long.as_bytes()), None);
    assert_eq!(reader.read(Up, head), None);

    let mut reader = Reader::new(Transport::Sse);
    reader.read(Up, head).unwrap();
    let answer = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nZ\r\n";
    assert_eq!(reader.read(Down, answer), None);
    assert_eq!(reader.read(Down, b"5\r\n"), None);
}

#[test]
fn random_bytes_cause_no_panic() {
    let mut random = fastrand::Rng::with_seed(1);
    let mut messages = Vec::from(handshake());
    messages.push(down(text_frame(is(Payload, update(5)))));
    messages.push(up([is(Idle, frame_head(0x8a, Some([1; 4]), 0))]));
    let http = [
        request(Setup, "/sse"),
        stream_head(),
        chunk([is(Payload, update(5)), is(Format, "\n\n")]),
        chunk([is(Idle, ":\n\n")]),
    ];
    for messages in [&messages[..], &http[..]] {
        let sound = bytes_of(messages);
        for _ in 0..2_000 {
            let mut bytes = bytes_of(messages);
            for _ in 0..random.usize(1..6) {
                let at = random.usize(0..sound.len());
                bytes[at].value = random.u8(..);
            }
            let mut cuts = [0; 2].map(|_| random.usize(1..sound.len()));
            cuts.sort();
            // Asserts that the reported parts have the length of the bytes that were read.
            read(Transport::Sse, &bytes, &cuts);
        }
    }
}
