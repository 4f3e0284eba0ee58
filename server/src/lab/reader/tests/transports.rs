//! Each of the eight transports, as written by the server.

use super::*;

#[test]
fn polls_cost_headers_and_brackets() {
    for (transport, path) in [
        (Transport::Polling, "/polling?after=4"),
        (Transport::LongPolling, "/long-polling"),
    ] {
        let [open, first, close] = array(5);
        let both = [open, first, is(Format, ","), is(Payload, update(6)), close];
        let messages = [
            request(RequestHead, path),
            answer([is(Format, "[]")]),
            request(RequestHead, path),
            answer(both),
        ];
        assert_eq!(check(transport, &messages), [5, 6]);
    }
}

#[test]
fn a_page_and_a_frame_document_are_format_around_their_updates() {
    let head = "<!doctype html><meta http-equiv=\"refresh\" content=\"1;url=?after=5\">\
                <title>updates</title>\n<ol>\n<li>";
    let page = [
        is(Format, head),
        is(Payload, update(5)),
        is(Format, "</li>\n</ol>\n"),
    ];
    let messages = [request(RequestHead, "/page-refresh?after=4"), answer(page)];
    assert_eq!(check(Transport::PageRefresh, &messages), [5]);

    let head = "<!doctype html><title>updates</title>\n<script>parent.receive(";
    let frame = [
        is(Format, head),
        is(Payload, update(5)),
        is(Format, ")</script>\n<script>parent.receive("),
        is(Payload, update(6)),
        is(Format, ")</script>\n"),
    ];
    let messages = [request(RequestHead, "/hidden-frame?after=4"), answer(frame)];
    assert_eq!(check(Transport::HiddenFrame, &messages), [5, 6]);
}

#[test]
fn streams_have_headers_once_and_chunks_and_heartbeats() {
    let messages = [
        request(Setup, "/forever-frame?after=4"),
        stream_head(),
        chunk([is(Format, "<!doctype html><title>updates</title>\n")]),
        chunk([
            is(Format, "<script>parent.receive("),
            is(Payload, update(5)),
            is(Format, ")</script>\n"),
        ]),
        chunk([is(Idle, "\n")]),
        down([is(Chunk, "0\r\n\r\n")]),
        // The stream has ended, but not the connection.
        request(Setup, "/forever-frame?after=5"),
        stream_head(),
        chunk([is(Format, "<!doctype html><title>updates</title>\n")]),
    ];
    assert_eq!(check(Transport::ForeverFrame, &messages), [5]);

    let messages = [
        request(Setup, "/http-streaming"),
        stream_head(),
        chunk([is(Payload, update(5)), is(Format, "\n")]),
        chunk([is(Idle, "\n")]),
        chunk([is(Idle, "\n")]),
        chunk([is(Payload, update(6)), is(Format, "\n")]),
    ];
    assert_eq!(check(Transport::HttpStreaming, &messages), [5, 6]);

    let event = |seq| {
        let id = is(Format, format!("id: {seq}\ndata: "));
        chunk([id, is(Payload, update(seq)), is(Format, "\n\n")])
    };
    let messages = [
        request(Setup, "/sse?after=4"),
        stream_head(),
        // Its lines end; the stream does not.
        chunk([is(Format, "retry: 1000\nid: 4\n\n")]),
        event(5),
        chunk([is(Idle, ":\n\n")]),
        event(6),
    ];
    assert_eq!(check(Transport::Sse, &messages), [5, 6]);
}

#[test]
fn a_websocket_has_frames_in_both_directions_and_heartbeats() {
    let mask = [0x5a, 0x3c, 0x96, 0xe1];
    let mut messages = Vec::from(handshake());
    messages.extend([
        down(text_frame(is(Payload, update(5)))),
        down([is(Idle, [0x89, 0])]),
        up([is(Idle, frame_head(0x8a, Some(mask), 0))]),
        up([
            is(WebsocketFrame, frame_head(0x81, Some(mask), 5)),
            // The mask would turn these bytes into braces, but they are not parsed.
            is(Payload, "{{{{{"),
            is(WebsocketFrame, frame_head(0x01, Some(mask), 2)),
            is(Payload, "ab"),
            is(Idle, frame_head(0x89, Some(mask), 1)),
            is(Idle, "?"),
            is(WebsocketFrame, frame_head(0x80, Some(mask), 200)),
            is(Payload, [b'c'; 200]),
        ]),
        down(text_frame(is(Payload, update(6)))),
        down([is(WebsocketFrame, b"\x88\x04\x03\xe9by")]),
        up([
            is(WebsocketFrame, frame_head(0x88, Some(mask), 2)),
            is(WebsocketFrame, "\x03e"),
        ]),
    ]);
    assert_eq!(check(Transport::WebSocket, &messages), [5, 6]);
}

#[test]
fn the_length_of_a_frame_is_one_three_or_nine_bytes() {
    let long = |bytes: usize| {
        let around = update(7).len() - "{}".len() + "\"\"".len();
        update(7).replace("{}", &format!("\"{}\"", "x".repeat(bytes - around)))
    };
    for length in [125, 126, 65_535, 65_536] {
        let [head, text] = text_frame(is(Payload, long(length)));
        let frame = [&head.bytes[..], &text.bytes].concat();
        let reading = upgraded().read(Down, &frame).unwrap();
        let parts = [(WebsocketFrame, head.bytes.len()), (Payload, length)];
        assert_eq!(reading.parts, parts);
        assert_eq!(reading.updates[0].seq, 7);
    }
}
