use super::*;
use Direction::{Down, Up};

const WINDOW: Window = Window {
    from_us: 100,
    to_us: 200,
};

const POLL: &str = "GET /polling HTTP/1.1\r\n\r\n";
const UPGRADE: &str = "GET /websocket HTTP/1.1\r\nUpgrade: websocket\r\n\r\n";

/// A capture of one connection, a passage every 100 µs.
fn capture(transport: Transport, passed: &[(Direction, &str)]) -> Capture {
    let passages = (0..).zip(passed);
    let passages =
        passages.map(|(nth, &(direction, text))| passage(direction, 100 * nth, text.into()));
    Capture::read(transport, passages)
}

fn passage(direction: Direction, client_us: u64, bytes: Vec<u8>) -> Passage {
    Passage {
        connection: 0,
        direction,
        client_us,
        server_us: 0,
        bytes: bytes.into(),
        records: None,
    }
}

/// Planned 10 µs after the previous update.
fn update(seq: u64) -> String {
    format!("{{\"seq\":{seq},\"at_us\":{seq}0,\"data\":0}}")
}

/// A WebSocket frame with an update. The reader of a capture does not look at its first bit.
fn frame(seq: u64) -> String {
    let text = update(seq);
    format!("\u{1}{}{text}", char::from(text.len() as u8))
}

fn json(body: &str) -> String {
    let length = body.len();
    format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n{body}")
}

fn arrows(transport: Transport, passed: &[(Direction, &str)]) -> Vec<(What, Vec<u64>)> {
    let arrows = capture(transport, passed).arrows().into_iter();
    let planned = |arrow: &Arrow| arrow.updates.iter().filter_map(|one| one.at_us).collect();
    arrows.map(|arrow| (arrow.what, planned(&arrow))).collect()
}

#[test]
fn arrows_have_their_kind_and_the_updates_that_end_in_them() {
    let response = json(&format!("[{},{}]", update(4), update(5)));
    let (first, second) = response.split_at(response.len() - 20);
    let polled = [(Up, POLL), (Down, first), (Down, second)];
    let expected = [
        (What::Request, vec![]),
        (What::Response, vec![40]),
        (What::Chunk, vec![50]),
    ];
    assert_eq!(arrows(Transport::Polling, &polled), expected);

    let head = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
    let chunk = format!("{:x}\r\n{}\n\r\n", update(6).len() + 1, update(6));
    let streamed = [
        (Up, "GET /http-streaming HTTP/1.1\r\n\r\n"),
        (Down, head),
        (Down, &chunk),
    ];
    let expected = [
        (What::Request, vec![]),
        (What::Response, vec![]),
        (What::Chunk, vec![60]),
    ];
    assert_eq!(arrows(Transport::HttpStreaming, &streamed), expected);

    let socket = [
        (Up, UPGRADE),
        (Down, "HTTP/1.1 101 Switching Protocols\r\n\r\n"),
        (Down, &frame(7)),
        // The content of a frame is not a request.
        (Up, "\n\0GET /websocket HTTP/1.1\r\n\r\n"),
    ];
    let expected = [
        (What::Handshake, vec![]),
        (What::Handshake, vec![]),
        (What::Frame, vec![70]),
        (What::Frame, vec![]),
    ];
    assert_eq!(arrows(Transport::WebSocket, &socket), expected);
    assert_eq!(capture(Transport::WebSocket, &socket).exchanges().len(), 1);
}

#[test]
fn headers_may_be_cut_and_files_of_the_page_are_omitted() {
    let passed = [
        (Up, "GET /polling.js HTTP/1.1\r\n\r\n"),
        (Down, &json("export")),
        (Up, "GET /polling?after=1 HT"),
        (Up, "TP/1.1\r\n\r\n"),
        (Down, "HTTP/1.1 200 OK\r\n"),
        (Down, "content-length: 8\r\n\r\n[{}]\r\n\r\n"),
        (Up, "GET /polling HTTP/1.1\r\nHost: h\r\n\r\n"),
    ];
    let found = capture(Transport::Polling, &passed).exchanges();
    assert_eq!(found.len(), 2);
    assert_eq!(found[0].asked_us, 200);
    assert_eq!(found[0].target(), "/polling?after=1");
    assert!(found[0].is_asked() && found[0].is_answered());
    let head = b"HTTP/1.1 200 OK\r\ncontent-length: 8\r\n\r\n";
    assert_eq!(found[0].response, head);
    assert_eq!(found[1].request.len(), 34);
    assert!(!found[1].is_answered());
}

#[test]
fn the_bytes_of_the_window_begin_after_the_last_update_before_it() {
    let responses = [1, 12, 20].map(|seq| json(&format!("[{}]", update(seq))));
    let passed = [
        (Up, POLL),
        (Down, &responses[0]),
        (Up, POLL),
        (Down, &responses[1]),
        (Up, POLL),
        (Down, &responses[2]),
    ];
    let shared = Shared::new();
    shared.open(WINDOW);
    let (ledger, marks) = capture(Transport::Polling, &passed).ledger(&shared);
    let window = marks.window();
    assert_eq!((ledger.requests, ledger.deliveries), (3, 3));
    assert_eq!((window.requests, window.deliveries), (1, 1));
    assert_eq!(window.bytes(Class::RequestHead), POLL.len() as u64);
    assert_eq!(window.bytes(Class::Format), 2);
    assert_eq!(window.bytes(Class::Payload), update(12).len() as u64);
    assert_eq!(ledger.unexplained(), 0);
    assert!(!ledger.knows_packets());
}

#[test]
fn bytes_that_are_not_http_are_unexplained_after_a_request_of_the_transport() {
    let request = (Up, POLL);
    let file = [(Up, "GET /polling.js HTTP/1.1\r\n\r\n"), (Down, "\0\u{1}")];
    let chunked = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
    let response = json(&format!("[{}]", update(1)));
    let cases: [(&[(Direction, &str)], i64); 6] = [
        (&[request, (Down, &response)], 0),
        (&[request, (Down, "\0\u{1}no HTTP")], 9),
        (&[request, (Down, "no HTTP\r\n\r\n"), (Down, "more")], 15),
        (&[request, (Down, &response), (Up, "\0\u{1}no HTTP")], 9),
        (&[request, (Down, chunked), (Down, "no size\r\n")], 9),
        (&file, 0),
    ];
    for (passed, unexplained) in cases {
        let capture = capture(Transport::Polling, passed);
        let (ledger, _) = capture.ledger(&Shared::new());
        assert_eq!(ledger.unexplained(), unexplained, "{passed:?}");
    }
}

#[test]
fn only_the_first_arrival_of_an_update_of_the_window_counts() {
    let bodies = [[9, 10], [10, 20]].map(|seqs| seqs.map(update).join(","));
    let [first, second] = bodies.map(|body| json(&format!("[{body}]")));
    let passed = [(Up, POLL), (Up, ""), (Up, ""), (Down, &first)];
    let passed = [&passed[..], &[(Up, POLL), (Down, &second)]].concat();
    let latency_us = capture(Transport::Polling, &passed).latency_us(WINDOW);
    // Planned at 100 µs, it arrived at 300 µs and at 500 µs.
    assert_eq!((latency_us.len(), latency_us.max()), (1, 200));
}

/// Bytes of one connection that stand for TLS records, passed at an instant.
fn encrypted(direction: Direction, client_us: u64, length: usize) -> Passage {
    passage(direction, client_us, vec![0; length])
}

#[test]
fn over_tls_a_message_has_the_records_that_end_in_it() {
    let record = |direction, contents: &str, length| TappedRecord {
        connection: 0,
        direction,
        length,
        contents: contents.into(),
    };
    let records = [
        // The handshake of TLS is no message.
        record(Up, "", 300),
        record(Down, "", 900),
        record(Up, UPGRADE, 70),
        record(Down, "HTTP/1.1 101 Switching Protocols\r\n\r\n", 60),
        record(Down, &frame(7), 55),
        record(Down, &frame(8), 55),
    ];
    let passages = [
        encrypted(Up, 1, 300),
        encrypted(Down, 2, 900),
        encrypted(Up, 3, 70),
        encrypted(Down, 4, 60),
        // The second record is cut.
        encrypted(Down, 5, 65),
        encrypted(Down, 6, 45),
    ];
    let capture = Capture::read_tls(Transport::WebSocket, HttpVersion::Http1, passages, records);
    assert!(!capture.is_encrypted());
    let arrows = capture.arrows().into_iter().map(|arrow| {
        let seqs: Vec<_> = arrow.updates.iter().map(|update| update.seq).collect();
        (arrow.what, arrow.bytes, arrow.record_bytes, seqs)
    });
    let expected = [
        (What::Handshake, 70, vec![70], vec![]),
        (What::Handshake, 60, vec![60], vec![]),
        (What::Frame, 65, vec![55], vec![7]),
        (What::Frame, 45, vec![55], vec![8]),
    ];
    assert_eq!(arrows.collect::<Vec<_>>(), expected);
}

#[test]
fn of_bytes_that_stay_encrypted_the_number_for_each_update_is_known() {
    let passages = [
        (Up, 100, 500),
        (Down, 110, 900),
        // An update before the window of 100 to 200 us, planned at 90 us.
        (Down, 150, 70),
        (Up, 155, 60),
        // Two updates of it together.
        (Down, 170, 150),
        (Up, 180, 60),
        // An update after it.
        (Down, 260, 70),
    ];
    let passages = passages.map(|(direction, at_us, length)| encrypted(direction, at_us, length));
    let capture = Capture::read_tls(Transport::LongPolling, HttpVersion::Http2, passages, []);
    assert!(capture.is_encrypted() && capture.arrows().is_empty());
    let shared = Shared::new();
    shared.open(WINDOW);
    let updates = [(90, 151), (120, 172), (150, 173), (250, 265)];
    let (ledger, marks) = capture.encrypted_ledger(&shared, updates);
    let window = marks.window();
    assert_eq!((ledger.deliveries, window.deliveries), (4, 2));
    assert!(!ledger.knows_classes() && !window.knows_packets());
    assert_eq!(ledger.socket_bytes_of(&[Up, Down]), 1_810);
    assert_eq!(window.socket_bytes_of(&[Up]), 60);
    assert_eq!(window.socket_bytes_of(&[Down]), 150);
    let each = window.per_update(&[Up, Down]);
    let known = (each.total, each.classes[Class::Payload]);
    assert_eq!(known, (Some(105.0), None));
}
