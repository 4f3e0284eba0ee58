//! What passes is written down here with the class of each byte. It is read whole, cut in two at
//! every position, and byte by byte: the classes must be the same.

use super::*;
use crate::{
    class::Class::*,
    link::Direction::{Down, Up},
};

/// Neighbouring bytes and what they are; `None`: not told.
struct Segment {
    class: Option<Class>,
    /// Whether a part of it, where it is cut, is taken for the usual.
    unsure: bool,
    bytes: Vec<u8>,
}

fn is(class: Class, bytes: impl AsRef<[u8]>) -> Segment {
    Segment {
        class: Some(class),
        unsure: false,
        bytes: bytes.as_ref().to_vec(),
    }
}

fn unsure(class: impl Into<Option<Class>>, bytes: &str) -> Segment {
    Segment {
        class: class.into(),
        unsure: true,
        bytes: bytes.into(),
    }
}

fn untold(bytes: &str) -> Segment {
    Segment {
        class: None,
        ..is(Format, bytes)
    }
}

type Said = (Direction, Vec<Segment>);

/// A byte with where it stands: which segment, and what it is.
struct Byte {
    direction: Direction,
    segment: usize,
    unsure: bool,
    class: Option<Class>,
    value: u8,
}

fn bytes_of(said: &[Said]) -> Vec<Byte> {
    let segments = said.iter().flat_map(|(direction, segments)| {
        segments.iter().map(move |segment| (*direction, segment))
    });
    let bytes = segments.enumerate().flat_map(|(nth, (direction, of))| {
        of.bytes.iter().map(move |&value| Byte {
            direction,
            segment: nth,
            unsure: of.unsure,
            class: of.class,
            value,
        })
    });
    bytes.collect()
}

/// Reads all, cut where the direction changes and before these positions: the class of each byte,
/// and the updates.
fn read(port_of: Transport, bytes: &[Byte], cuts: &[usize]) -> (Vec<Option<Class>>, Vec<Carried>) {
    let mut reader = Reader::new(port_of);
    let (mut classes, mut updates) = (Vec::new(), Vec::new());
    let mut begin = 0;
    for end in 1..=bytes.len() {
        let goes_on = bytes.get(end).map(|next| next.direction) == Some(bytes[begin].direction);
        if goes_on && !cuts.binary_search(&end).is_ok() {
            continue;
        }
        let values: Vec<u8> = bytes[begin..end].iter().map(|byte| byte.value).collect();
        match reader.read(bytes[begin].direction, &values) {
            None => classes.extend(vec![None; values.len()]),
            Some(told) => {
                let lengths: usize = told.parts.iter().map(|(_, length)| length).sum();
                assert_eq!(lengths, values.len(), "{told:?}");
                for (class, length) in told.parts {
                    classes.extend(vec![Some(class); length]);
                }
                updates.extend(told.updates);
            }
        }
        begin = end;
    }
    (classes, updates)
}

/// Reads what is said in all ways, and gives back the `seq` of each update.
fn check(port_of: Transport, said: &[Said]) -> Vec<u64> {
    let bytes = bytes_of(said);
    let whole = read(port_of, &bytes, &[]);
    let every: Vec<usize> = (1..bytes.len()).collect();
    let ways = every.iter().map(std::slice::from_ref);
    for cuts in std::iter::once(&[][..]).chain(ways).chain([&every[..]]) {
        let (classes, updates) = read(port_of, &bytes, cuts);
        assert_eq!(updates, whole.1, "cut at {cuts:?}");
        for (nth, (byte, class)) in bytes.iter().zip(classes).enumerate() {
            let is_cut_behind = |&cut: &usize| nth < cut && bytes[cut].segment == byte.segment;
            if byte.unsure && cuts.iter().any(is_cut_behind) {
                continue;
            }
            let value = char::from(byte.value);
            assert_eq!(class, byte.class, "cut at {cuts:?}, byte {nth} {value:?}");
        }
    }
    whole.1.iter().map(|update| update.seq).collect()
}

fn update(seq: u64) -> String {
    // Nothing in a string ends it.
    format!(r#"{{"seq":{seq},"at_us":1763890000073000,"data":{{"t":"}} \" {{\\","n":{{}}}}}}"#)
}

fn request(class: Class, path: &str) -> Said {
    let fields = "Host: feed.test\r\nAccept: */*\r\nConnection: keep-alive\r\n\r\n";
    (
        Up,
        vec![is(class, format!("GET {path} HTTP/1.1\r\n{fields}"))],
    )
}

/// An answer whose length is told.
fn answer(body: Vec<Segment>) -> Said {
    let length: usize = body.iter().map(|segment| segment.bytes.len()).sum();
    let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n");
    (
        Down,
        std::iter::once(is(ResponseHead, head))
            .chain(body)
            .collect(),
    )
}

/// The head of an answer without an end.
fn stream_head() -> Said {
    let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n";
    (Down, vec![is(Setup, head)])
}

fn chunk(body: Vec<Segment>) -> Said {
    let length: usize = body.iter().map(|segment| segment.bytes.len()).sum();
    let mut all = vec![is(Chunk, format!("{length:X}\r\n"))];
    all.extend(body);
    all.push(is(Chunk, "\r\n"));
    (Down, all)
}

fn frame_head(first: u8, mask: Option<[u8; 4]>, length: usize) -> Vec<u8> {
    let masked = if mask.is_some() { 0x80 } else { 0 };
    let mut head = match length {
        0..=125 => vec![first, masked | length as u8],
        126..=0xffff => [&[first, masked | 126][..], &(length as u16).to_be_bytes()].concat(),
        _ => [&[first, masked | 127][..], &(length as u64).to_be_bytes()].concat(),
    };
    head.extend(mask.into_iter().flatten());
    head
}

fn text_frame(body: Segment) -> Vec<Segment> {
    vec![
        is(WebsocketFrame, frame_head(0x81, None, body.bytes.len())),
        body,
    ]
}

fn handshake() -> [Said; 2] {
    let switched = "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\n\r\n";
    [
        request(Setup, "/websocket?after=4"),
        (Down, vec![is(Setup, switched)]),
    ]
}

#[test]
fn polls_cost_heads_and_brackets() {
    for (transport, path) in [
        (Transport::Polling, "/polling?after=4"),
        (Transport::LongPolling, "/long-polling"),
    ] {
        let seqs = check(
            transport,
            &[
                request(RequestHead, path),
                answer(vec![is(Format, "[]")]),
                request(RequestHead, path),
                answer(vec![
                    is(Format, "["),
                    is(Payload, update(5)),
                    is(Format, ","),
                    is(Payload, update(6)),
                    is(Format, "]"),
                ]),
            ],
        );
        assert_eq!(seqs, [5, 6]);
    }
}

#[test]
fn a_page_and_a_frame_that_are_loaded_again_are_format_around_their_updates() {
    let head = "<!doctype html><meta http-equiv=\"refresh\" content=\"1;url=?after=5\">\
                <title>updates</title>\n<ol>\n<li>";
    let page = vec![
        is(Format, head),
        is(Payload, update(5)),
        is(Format, "</li>\n</ol>\n"),
    ];
    let said = [request(RequestHead, "/page-refresh?after=4"), answer(page)];
    assert_eq!(check(Transport::PageRefresh, &said), [5]);

    let head = "<!doctype html><title>updates</title>\n<script>parent.receive(";
    let frame = vec![
        is(Format, head),
        is(Payload, update(5)),
        is(Format, ")</script>\n<script>parent.receive("),
        is(Payload, update(6)),
        is(Format, ")</script>\n"),
    ];
    let said = [request(RequestHead, "/hidden-frame?after=4"), answer(frame)];
    assert_eq!(check(Transport::HiddenFrame, &said), [5, 6]);
}

#[test]
fn streams_have_their_heads_once_chunks_around_and_heartbeats_between() {
    let said = [
        request(Setup, "/forever-frame?after=4"),
        stream_head(),
        chunk(vec![is(Format, "<!doctype html><title>updates</title>\n")]),
        chunk(vec![
            is(Format, "<script>parent.receive("),
            is(Payload, update(5)),
            is(Format, ")</script>\n"),
        ]),
        chunk(vec![is(Idle, "\n")]),
        (Down, vec![is(Chunk, "0\r\n\r\n")]),
        // The stream was ended, and the connection was not.
        request(Setup, "/forever-frame?after=5"),
        stream_head(),
        chunk(vec![is(Format, "<!doctype html><title>updates</title>\n")]),
    ];
    assert_eq!(check(Transport::ForeverFrame, &said), [5]);

    let said = [
        request(Setup, "/http-streaming"),
        stream_head(),
        chunk(vec![is(Payload, update(5)), is(Format, "\n")]),
        chunk(vec![is(Idle, "\n")]),
        chunk(vec![is(Idle, "\n")]),
        chunk(vec![is(Payload, update(6)), is(Format, "\n")]),
    ];
    assert_eq!(check(Transport::HttpStreaming, &said), [5, 6]);

    let said = [
        request(Setup, "/sse?after=4"),
        stream_head(),
        chunk(vec![is(Format, "retry: 1000\n\n")]),
        chunk(vec![
            is(Format, "id: 5\ndata: "),
            is(Payload, update(5)),
            is(Format, "\n\n"),
        ]),
        chunk(vec![is(Idle, ":\n\n")]),
        chunk(vec![
            is(Format, "id: 6\ndata: "),
            is(Payload, update(6)),
            is(Format, "\n\n"),
        ]),
    ];
    assert_eq!(check(Transport::Sse, &said), [5, 6]);
}

#[test]
fn a_websocket_has_frames_both_ways_and_signs_of_life_between() {
    let mask = [0x5a, 0x3c, 0x96, 0xe1];
    let mut said = Vec::from(handshake());
    said.extend([
        (Down, text_frame(is(Payload, update(5)))),
        (Down, vec![is(Idle, [0x89, 0])]),
        (Up, vec![is(Idle, frame_head(0x8a, Some(mask), 0))]),
        (
            Up,
            vec![
                is(WebsocketFrame, frame_head(0x81, Some(mask), 5)),
                // Its mask turns these into no braces, and they are never looked into.
                is(Payload, "{{{{{"),
                is(WebsocketFrame, frame_head(0x01, Some(mask), 2)),
                is(Payload, "ab"),
                is(Idle, frame_head(0x89, Some(mask), 1)),
                is(Idle, "?"),
                is(WebsocketFrame, frame_head(0x80, Some(mask), 200)),
                is(Payload, [b'c'; 200]),
            ],
        ),
        (Down, text_frame(is(Payload, update(6)))),
        (Down, vec![is(WebsocketFrame, b"\x88\x04\x03\xe9by")]),
        (
            Up,
            vec![
                is(WebsocketFrame, frame_head(0x88, Some(mask), 2)),
                is(WebsocketFrame, "\x03e"),
            ],
        ),
    ]);
    assert_eq!(check(Transport::WebSocket, &said), [5, 6]);
}

#[test]
fn the_length_of_a_frame_takes_one_byte_three_or_nine() {
    let long = |bytes: usize| {
        let around = update(7).len() - "{}".len() + "\"\"".len();
        update(7).replace("{}", &format!("\"{}\"", "x".repeat(bytes - around)))
    };
    for length in [125, 126, 65_535, 65_536] {
        let mut reader = Reader::new(Transport::WebSocket);
        for (direction, segments) in handshake() {
            reader.read(direction, &segments[0].bytes).unwrap();
        }
        let [head, text] = text_frame(is(Payload, long(length)))
            .try_into()
            .ok()
            .unwrap();
        let told = reader
            .read(Down, &[head.bytes.clone(), text.bytes].concat())
            .unwrap();
        let parts = [(WebsocketFrame, head.bytes.len()), (Payload, length)];
        assert_eq!(told.parts, parts);
        assert_eq!(told.updates[0].seq, 7);
    }
}

#[test]
fn a_notice_is_format_in_every_format() {
    let notice = || [unsure(Format, "{\"m"), is(Format, "issed\":3}")];
    let [start, rest] = notice();
    let polled = vec![
        is(Format, "["),
        start,
        rest,
        is(Format, ","),
        is(Payload, update(5)),
        is(Format, "]"),
    ];
    let said = [request(RequestHead, "/polling?after=1"), answer(polled)];
    assert_eq!(check(Transport::Polling, &said), [5]);

    let [start, rest] = notice();
    let event = vec![is(Format, "id: 4\ndata: "), start, rest, is(Format, "\n\n")];
    let said = [request(Setup, "/sse?after=1"), stream_head(), chunk(event)];
    assert_eq!(check(Transport::Sse, &said), [0; 0]);

    let [start, rest] = notice();
    let mut said = Vec::from(handshake());
    said.push((Down, vec![is(WebsocketFrame, [0x81, 12]), start, rest]));
    said.push((Down, text_frame(is(Payload, update(5)))));
    assert_eq!(check(Transport::WebSocket, &said), [5]);
}

#[test]
fn a_publish_is_payload_with_its_heads_and_its_answer_is_no_update() {
    let head = "POST /updates HTTP/1.1\r\nHost: feed.test\r\nContent-Length: 9\r\n\r\n";
    let created = "HTTP/1.1 201 Created\r\ncontent-length: 10\r\n\r\n";
    let said = [
        (Up, vec![is(RequestHead, head), is(Payload, "{\"seq\":1}")]),
        (
            Down,
            vec![is(ResponseHead, created), is(Format, "{\"seq\":42}")],
        ),
    ];
    for transport in Transport::ALL {
        assert_eq!(check(transport, &said), [0; 0]);
        let mut reader = Reader::new(transport);
        let told = reader.read(Up, head.as_bytes()).unwrap();
        assert_eq!(told.transport, transport);
    }
}

#[test]
fn a_refusal_is_an_answer_with_a_head_also_where_a_stream_was_asked_for() {
    let refused = " Bad Request\r\ncontent-length: 30\r\n\r\n";
    let said = [
        request(Setup, "/sse?after=x"),
        (
            Down,
            vec![
                unsure(ResponseHead, "HTTP/1.1 400"),
                is(ResponseHead, refused),
                is(Format, "{\"seq\":1,\"at_us\":2,\"data\":\"\"}\n"),
            ],
        ),
        request(Setup, "/sse?after=4"),
        stream_head(),
        chunk(vec![is(Format, "retry: 1000\n\n")]),
    ];
    assert_eq!(check(Transport::Sse, &said), [0; 0]);
}

#[test]
fn the_files_of_the_page_are_not_told_and_what_is_asked_between_them_is() {
    let file = |path: &str| {
        let rest = "HTTP/1.1\r\nHost: feed.test\r\n\r\n";
        (
            Up,
            vec![unsure(None, &format!("GET {path} ")), untold(rest)],
        )
    };
    let script = "HTTP/1.1 200 OK\r\ncontent-length: 14\r\n\r\nlet a = {\"s\"};";
    let said = [
        file("/panel.html?transport=polling"),
        (
            Down,
            vec![untold("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n<ol>\n")],
        ),
        request(RequestHead, "/polling"),
        answer(vec![
            is(Format, "["),
            is(Payload, update(5)),
            is(Format, "]"),
        ]),
        file("/lab"),
        (
            Down,
            vec![untold(
                "HTTP/1.1 304 Not Modified\r\ncontent-length: 14\r\n\r\n",
            )],
        ),
        file("/transports/polling.js"),
        (Down, vec![untold(script)]),
        request(RequestHead, "/polling?after=5"),
        answer(vec![
            is(Format, "["),
            is(Payload, update(6)),
            is(Format, "]"),
        ]),
    ];
    assert_eq!(check(Transport::Polling, &said), [5, 6]);
}

#[test]
fn the_transport_is_that_of_the_path_on_any_port() {
    let mut reader = Reader::new(Transport::Sse);
    let told = reader.read(Up, b"GET /long-polling?after=1 HTTP/1.1\r\n\r\n");
    assert_eq!(told.unwrap().transport, Transport::LongPolling);
    assert_eq!(
        reader.read(Up, b"GET /long-polling.js HTTP/1.1\r\n\r\n"),
        None
    );
}

#[test]
fn one_class_is_apart_only_where_it_is_of_two_things() {
    let mut reader = Reader::new(Transport::Sse);
    reader.read(Up, b"GET /sse HTTP/1.1\r\n\r\n").unwrap();
    reader
        .read(
            Down,
            b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n",
        )
        .unwrap();
    let text = update(5);
    let length = format!("{:x}\r\n", text.len() + 14);
    let event = format!("{length}id: 5\ndata: {text}\n\n\r\n6\r\n:\n\n:\n\n\r\n");
    let told = reader.read(Down, event.as_bytes()).unwrap();
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
    assert_eq!(told.parts, parts);
    let carried = Carried {
        seq: 5,
        at_us: 1_763_890_000_073_000,
    };
    assert_eq!(told.updates, [carried]);

    let mut reader = Reader::new(Transport::WebSocket);
    for (direction, segments) in handshake() {
        reader.read(direction, &segments[0].bytes).unwrap();
    }
    let told = reader
        .read(Down, b"\x89\x01?\x89\x00\x88\x02\x03\xe9")
        .unwrap();
    assert_eq!(told.parts, [(Idle, 3), (Idle, 2), (WebsocketFrame, 4)]);
}

#[test]
fn an_update_is_told_where_its_text_ends() {
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
fn what_is_no_http_is_told_no_more() {
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
fn garbage_is_no_reason_to_stop() {
    let mut random = fastrand::Rng::with_seed(1);
    let mut said = Vec::from(handshake());
    said.push((Down, text_frame(is(Payload, update(5)))));
    said.push((Up, vec![is(Idle, frame_head(0x8a, Some([1; 4]), 0))]));
    let http = [
        request(Setup, "/sse"),
        stream_head(),
        chunk(vec![is(Payload, update(5)), is(Format, "\n\n")]),
        chunk(vec![is(Idle, ":\n\n")]),
    ];
    for said in [&said[..], &http[..]] {
        let sound = bytes_of(said);
        for _ in 0..2_000 {
            let mut bytes = bytes_of(said);
            for _ in 0..random.usize(1..6) {
                let at = random.usize(0..sound.len());
                bytes[at].value = random.u8(..);
            }
            let mut cuts = [0; 2].map(|_| random.usize(1..sound.len()));
            cuts.sort();
            // It asserts that what is told has the length of what was read.
            read(Transport::Sse, &bytes, &cuts);
        }
    }
}
