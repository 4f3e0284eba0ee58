//! Everything except updates: notices, publishing, rejections, the files of the page.

use super::*;

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
    let messages = [request(RequestHead, "/polling?after=1"), answer(polled)];
    assert_eq!(check(Transport::Polling, &messages), [5]);

    let [start, rest] = notice();
    let event = vec![is(Format, "id: 4\ndata: "), start, rest, is(Format, "\n\n")];
    let messages = [request(Setup, "/sse?after=1"), stream_head(), chunk(event)];
    assert_eq!(check(Transport::Sse, &messages), [0; 0]);

    let [start, rest] = notice();
    let mut messages = Vec::from(handshake());
    messages.push((Down, vec![is(WebsocketFrame, [0x81, 12]), start, rest]));
    messages.push((Down, text_frame(is(Payload, update(5)))));
    assert_eq!(check(Transport::WebSocket, &messages), [5]);
}

#[test]
fn a_publish_is_payload_and_its_response_is_not_an_update() {
    let head = "POST /updates HTTP/1.1\r\nHost: feed.test\r\nContent-Length: 9\r\n\r\n";
    let created = "HTTP/1.1 201 Created\r\ncontent-length: 10\r\n\r\n";
    let messages = [
        (Up, vec![is(RequestHead, head), is(Payload, "{\"seq\":1}")]),
        (
            Down,
            vec![is(ResponseHead, created), is(Format, "{\"seq\":42}")],
        ),
    ];
    for transport in Transport::ALL {
        assert_eq!(check(transport, &messages), [0; 0]);
        let mut reader = Reader::new(transport);
        let reading = reader.read(Up, head.as_bytes()).unwrap();
        assert_eq!(reading.transport, transport);
    }
}

#[test]
fn a_rejection_has_a_response_header_even_for_a_stream() {
    let refused = " Bad Request\r\ncontent-length: 30\r\n\r\n";
    let messages = [
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
    assert_eq!(check(Transport::Sse, &messages), [0; 0]);
}

#[test]
fn only_requests_of_transports_are_reported() {
    let file = |path: &str| {
        let rest = "HTTP/1.1\r\nHost: feed.test\r\n\r\n";
        (
            Up,
            vec![unsure(None, &format!("GET {path} ")), unreported(rest)],
        )
    };
    let script = "HTTP/1.1 200 OK\r\ncontent-length: 14\r\n\r\nlet a = {\"s\"};";
    let messages = [
        file("/panel.html?transport=polling"),
        (
            Down,
            vec![unreported(
                "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n<ol>\n",
            )],
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
            vec![unreported(
                "HTTP/1.1 304 Not Modified\r\ncontent-length: 99\r\n\r\n",
            )],
        ),
        file("/transports/polling.js"),
        (Down, vec![unreported(script)]),
        request(RequestHead, "/polling?after=5"),
        answer(vec![
            is(Format, "["),
            is(Payload, update(6)),
            is(Format, "]"),
        ]),
    ];
    assert_eq!(check(Transport::Polling, &messages), [5, 6]);
}
