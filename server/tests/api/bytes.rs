//! The exact bytes of each format, without headers.

use crate::{
    bad_input::assert_problem,
    http::{Connection, get},
    process::Server,
    transports::{STARTED_OVER, TRANSPORTS, When, position, utf8},
    websocket::{WebSocket, handshake},
};

/// Text that breaks naive formats: tags, entities, quotes, backslashes, all kinds of line breaks.
const NASTY: &str = "{ \"a\" : \"</script><!-- ]]> & ' \\\" \\\\ \\n \\r\\n \\u000a\u{2028}\u{2029}\\u2028 id: 9\\n\\ndata: 한글\",\t\"b\":[1.0, 1e3 ,-0]\r\n}";

/// The same text as it must be sent.
const SAFE: &str = r#"{"a":"\u003c/script\u003e\u003c!-- ]]\u003e \u0026 ' \" \\ \n \r\n \u000a\u2028\u2029\u2028 id: 9\n\ndata: 한글","b":[1.0,1e3,-0]}"#;

/// Publishes the difficult text and a plain one; returns the two texts that every transport must
/// carry.
fn two_updates(server: &Server) -> [String; 2] {
    let [sent, meant] = [SAFE, NASTY].map(serde_json::from_str::<serde_json::Value>);
    assert_eq!(sent.expect("JSON"), meant.expect("JSON"));
    server.publish(NASTY);
    server.publish("7");
    let body = server.get("/polling?after=0").text();
    let instants: Vec<_> = body.match_indices("\"at_us\":").collect();
    assert_eq!(instants.len(), 2, "{body}");
    let at_us = |nth: usize| {
        let digits = &body[instants[nth].0 + 8..][..16];
        assert!(digits.bytes().all(|byte| byte.is_ascii_digit()), "{body}");
        digits
    };
    [
        format!("{{\"seq\":1,\"at_us\":{},\"data\":{SAFE}}}", at_us(0)),
        format!("{{\"seq\":2,\"at_us\":{},\"data\":7}}", at_us(1)),
    ]
}

/// The next `count` chunks, as split by the server.
fn chunks(connection: &mut Connection, count: usize) -> Vec<String> {
    let chunks = (0..count).map(|_| connection.chunk().expect("the stream continues"));
    chunks.map(|chunk| utf8(&chunk)).collect()
}

#[test]
fn a_json_response_is_an_array() {
    let server = Server::quiet(&[]);
    assert_eq!(server.get("/polling").text(), "[]");
    assert_eq!(server.get("/long-polling").text(), "[]");
    let [one, two] = two_updates(&server);
    for name in ["polling", "long-polling"] {
        let body = |query: &str| server.get(&format!("/{name}?{query}")).text();
        assert_eq!(body("after=0"), format!("[{one},{two}]"), "{name}");
        assert_eq!(body(""), format!("[{two}]"), "{name}");
        let whole = format!("[{STARTED_OVER},{one},{two}]");
        assert_eq!(body("after=9"), whole, "{name}");
    }
    assert_eq!(server.get("/polling?after=2").text(), "[]");
}

#[test]
fn a_page_contains_the_updates_and_its_refresh_url() {
    let server = Server::quiet(&["--interval", "1500ms"]);
    let page = |position: &str, items: &str| {
        format!(
            "<!doctype html><meta http-equiv=\"refresh\" content=\"2;url=?after={position}\">\
             <title>updates</title>\n<ol>\n{items}</ol>\n"
        )
    };
    assert_eq!(server.get("/page-refresh").text(), page("0", ""));
    let [one, two] = two_updates(&server);
    let end = position(&two).expect("an update");
    let both = format!("<li>{one}</li>\n<li>{two}</li>\n");
    let started_over = format!("<li>{STARTED_OVER}</li>\n{both}");
    for (after, items) in [
        ("0", &both[..]),
        ("2", ""),
        (&end, ""),
        ("9", &started_over),
    ] {
        let answer = server.get(&format!("/page-refresh?after={after}"));
        assert_eq!(answer.text(), page(&end, items));
    }
}

#[test]
fn a_page_has_a_field_for_a_message_only_if_it_is_requested() {
    let server = Server::quiet(&["--interval", "1500ms"]);
    let [one, two] = two_updates(&server);
    let end = position(&two).expect("an update");
    let page = |more: &str, items: &str, form: &str| {
        format!(
            "<!doctype html><meta http-equiv=\"refresh\" content=\"2;url=?after={end}{more}\">\
             <title>updates</title>\n<ol>\n{items}</ol>\n{form}"
        )
    };
    let form = "<form id=\"line\"><input name=\"text\" autocomplete=\"off\" \
                aria-label=\"Message\"><button>Send</button></form>\n";
    let body = |query: &str| server.get(&format!("/page-refresh?{query}")).text();
    let both = format!("<li>{one}</li>\n<li>{two}</li>\n");
    assert_eq!(body("after=0"), page("", &both, ""));
    assert_eq!(body("after=0&input=1"), page("&amp;input=1", &both, form));
    assert_eq!(
        body(&format!("input=1&max=3&after={end}")),
        page("&amp;max=3&amp;input=1", "", form)
    );
    for invalid in [
        "input=",
        "input=0",
        "input=2",
        "input=01",
        "input=1&input=1",
    ] {
        let answer = server.get(&format!("/page-refresh?{invalid}"));
        assert_problem(&answer, 400);
    }
    // A long page is produced in parts.
    for _ in 0..2 {
        server.publish(&format!("\"{}\"", "x".repeat(60_000)));
    }
    let long = body("after=2&input=1");
    assert!(long.len() > 120_000 && long.ends_with(&format!("</ol>\n{form}")));
    assert!(long.contains("&amp;input=1\">"));
}

const FRAME_DOCUMENT: &str = "<!doctype html><title>updates</title>\n";

#[test]
fn a_frame_document_calls_its_parent_page() {
    let server = Server::quiet(&[]);
    assert_eq!(server.get("/hidden-frame").text(), FRAME_DOCUMENT);
    let tag = |text: &str| format!("<script>parent.receive({text})</script>\n");
    let [one, two] = two_updates(&server).map(|text| tag(&text));
    let whole = format!("{FRAME_DOCUMENT}{one}{two}");
    assert_eq!(server.get("/hidden-frame?after=0").text(), whole);
    let mut stream = server.stream("/forever-frame?after=9");
    let expected = [FRAME_DOCUMENT, &tag(STARTED_OVER), &one, &two];
    assert_eq!(chunks(&mut stream, 4), expected);
}

#[test]
fn http_streaming_sends_each_update_as_one_line_in_one_chunk() {
    let server = Server::quiet(&[]);
    let [one, two] = two_updates(&server).map(|text| format!("{text}\n"));
    let mut resumed = server.stream("/http-streaming?after=0");
    assert_eq!(chunks(&mut resumed, 2), [&one[..], &two]);
    let mut ahead = server.stream("/http-streaming?after=9");
    let expected = [&format!("{STARTED_OVER}\n"), &one, &two];
    assert_eq!(chunks(&mut ahead, 3), expected.map(String::as_str));
}

#[test]
fn an_event_stream_sends_each_update_as_one_event_in_one_chunk() {
    let server = Server::quiet(&["--interval", "1500ms"]);
    let [one, two] = two_updates(&server);
    let [one, two] = [one, two].map(|text| {
        let id = position(&text).expect("an update");
        format!("id: {id}\ndata: {text}\n\n")
    });
    let retry = "retry: 1500\n\n";
    let mut resumed = server.stream("/sse?after=0");
    assert_eq!(chunks(&mut resumed, 3), [retry, &one, &two]);
    let mut ahead = server.stream("/sse?after=9");
    // Without an id the browser would resume at the position of the earlier feed.
    let started_over = "id: 0\ndata: {\"started_over\":true,\"missed\":0}\n\n";
    assert_eq!(chunks(&mut ahead, 4), [retry, started_over, &one, &two]);
}

#[test]
fn a_websocket_sends_each_update_as_one_text_frame() {
    let server = Server::quiet(&[]);
    let [one, two] = two_updates(&server);
    let length = u8::try_from(one.len()).expect("between 126 and 255");
    let expected = [
        b"\x81\x20{\"started_over\":true,\"missed\":0}".to_vec(),
        [&[0x81, 126, 0, length], one.as_bytes()].concat(),
        [&[0x81, two.len() as u8], two.as_bytes()].concat(),
    ]
    .concat();
    let mut socket = WebSocket::open(&server, "/websocket?after=9");
    let received = socket.0.exactly(expected.len()).expect("all of it");
    assert_eq!(received, expected);
}

#[test]
fn every_response_has_its_media_type_and_must_not_be_stored_or_buffered() {
    let server = Server::quiet(&[]);
    let types = [
        "text/html; charset=utf-8",
        "application/json",
        "text/html; charset=utf-8",
        "application/json",
        "text/html; charset=utf-8",
        "application/x-ndjson",
        "text/event-stream",
    ];
    for (transport, media_type) in TRANSPORTS.iter().zip(types) {
        let name = transport.name;
        let head = server.send(&get(&format!("/{name}"))).head();
        assert_eq!(head.field("content-type"), Some(media_type), "{name}");
        assert_eq!(head.field("cache-control"), Some("no-store"), "{name}");
        let never_ends = transport.when == When::Chunk;
        let coding = never_ends.then_some("chunked");
        assert_eq!(head.field("transfer-encoding"), coding, "{name}");
        assert_eq!(head.field("content-length").is_none(), never_ends, "{name}");
        let buffering = never_ends.then_some("no");
        assert_eq!(head.field("x-accel-buffering"), buffering, "{name}");
    }
    let head = server.send(&handshake("/websocket", &[])).head();
    for field in ["transfer-encoding", "content-length", "x-accel-buffering"] {
        assert_eq!(head.field(field), None, "{head:?}");
    }
}
