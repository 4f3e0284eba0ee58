//! Everything except updates: notices, publishing, rejections, the files of the page.

use super::*;

#[test]
fn a_notice_is_format_in_every_format() {
    let notice = || [unsure(Format, "{\"m"), is(Format, "issed\":3}")];
    let [start, rest] = notice();
    let [open, update_5, close] = array(5);
    let polled = [open, start, rest, is(Format, ","), update_5, close];
    let messages = [request(RequestHead, "/polling?after=1"), answer(polled)];
    assert_eq!(check(Transport::Polling, &messages), [5]);

    let [start, rest] = notice();
    let event = [is(Format, "id: 4\ndata: "), start, rest, is(Format, "\n\n")];
    let messages = [request(Setup, "/sse?after=1"), stream_head(), chunk(event)];
    assert_eq!(check(Transport::Sse, &messages), [0; 0]);

    let [start, rest] = notice();
    let mut messages = Vec::from(handshake());
    messages.push(down([is(WebsocketFrame, [0x81, 12]), start, rest]));
    messages.push(down(text_frame(is(Payload, update(5)))));
    assert_eq!(check(Transport::WebSocket, &messages), [5]);
}

#[test]
fn a_publish_is_payload_and_its_response_is_not_an_update() {
    let head = "POST /updates HTTP/1.1\r\nHost: feed.test\r\nContent-Length: 9\r\n\r\n";
    let created = "HTTP/1.1 201 Created\r\ncontent-length: 10\r\n\r\n";
    let messages = [
        up([is(RequestHead, head), is(Payload, "{\"seq\":1}")]),
        down([is(ResponseHead, created), is(Format, "{\"seq\":42}")]),
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
        down([
            unsure(ResponseHead, "HTTP/1.1 400"),
            is(ResponseHead, refused),
            is(Format, "{\"seq\":1,\"at_us\":2,\"data\":\"\"}\n"),
        ]),
        request(Setup, "/sse?after=4"),
        stream_head(),
        chunk([is(Format, "retry: 1000\n\n")]),
    ];
    assert_eq!(check(Transport::Sse, &messages), [0; 0]);
}

#[test]
fn only_requests_of_transports_are_reported() {
    let file = |path: &str| {
        let rest = "HTTP/1.1\r\nHost: feed.test\r\n\r\n";
        up([unsure(None, &format!("GET {path} ")), unreported(rest)])
    };
    let page = "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n<ol>\n";
    let unchanged = "HTTP/1.1 304 Not Modified\r\ncontent-length: 99\r\n\r\n";
    let script = "HTTP/1.1 200 OK\r\ncontent-length: 14\r\n\r\nlet a = {\"s\"};";
    let messages = [
        file("/panel.html?transport=polling"),
        down([unreported(page)]),
        request(RequestHead, "/polling"),
        answer(array(5)),
        file("/lab"),
        down([unreported(unchanged)]),
        file("/transports/polling.js"),
        down([unreported(script)]),
        request(RequestHead, "/polling?after=5"),
        answer(array(6)),
    ];
    assert_eq!(check(Transport::Polling, &messages), [5, 6]);
}
