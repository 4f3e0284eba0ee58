use super::*;

fn text(head: &str) -> String {
    head.replace('\n', "\r\n")
}

fn accepted(head: &str) -> Head {
    let head = text(head);
    match read(head.as_bytes()) {
        Ok(Some(accepted)) => accepted,
        other => panic!("{head}: {other:?}"),
    }
}

/// The header as passed on to actix-http.
fn handed_over(head: &str) -> String {
    let accepted = accepted(head);
    let as_received = || text(head).into_bytes();
    let bytes = accepted.rewritten.unwrap_or_else(as_received);
    String::from_utf8(bytes)
        .expect("it is ASCII")
        .replace('\r', "")
}

fn status(head: &str) -> u16 {
    match read(text(head).as_bytes()) {
        Err(rejection) => rejection.status.as_u16(),
        other => panic!("{head}: {other:?}"),
    }
}

#[test]
fn a_header_ends_with_an_empty_line() {
    let head = text("GET /sse?after=0 HTTP/1.1\nHost: localhost\n\n");
    for cut in 0..head.len() {
        assert_eq!(read(&head.as_bytes()[..cut]), Ok(None), "{cut}");
    }
    let accepted = read(format!("{head}GET").as_bytes());
    let expected = Head {
        length: head.len(),
        rewritten: None,
        follows: Follows::Nothing,
        expects_continue: false,
    };
    assert_eq!(accepted, Ok(Some(expected)));
}

#[test]
fn a_header_determines_the_body() {
    let follows = |fields: &str| {
        let head = format!("POST /updates HTTP/1.1\nHost: a\n{fields}\n\n");
        accepted(&head).follows
    };
    assert_eq!(follows("Content-Length: 0"), Follows::Nothing);
    assert_eq!(
        follows("Content-Length: 7"),
        Follows::Body(BodyEnd::Length(7))
    );
    assert_eq!(
        follows("transfer-encoding: Chunked"),
        Follows::Body(BodyEnd::chunked())
    );
}

#[test]
fn exactly_one_valid_host_is_required() {
    assert_eq!(status("GET / HTTP/1.0\nHost: a\nHost: b\n\n"), 400);
    accepted("GET / HTTP/1.0\n\n");
    for host in [
        "a:x", "a:-1", "a:+1", "a:65536", "a,b", "[::1", "a:1:2", "http://a", "a\u{e9}", "a?b",
        "a#b", "a\\b", "<a>",
    ] {
        let head = format!("GET / HTTP/1.1\nHost: {host}\n\n");
        assert_eq!(status(&head), 400, "{host}");
    }
    for host in ["", "A.b-c_d", "[::1]:8080", "a:"] {
        accepted(&format!("GET / HTTP/1.1\nHost: {host}\n\n"));
    }
}

#[test]
fn singleton_fields_are_rejected_if_repeated() {
    for name in SINGLE {
        let head = format!(
            "GET / HTTP/1.1\nHost: a\n{name}: 1\n{}: 1\n\n",
            name.to_lowercase()
        );
        assert_eq!(status(&head), 400, "{name}");
    }
}

#[test]
fn the_guard_does_not_pass_on_the_expectation() {
    let head = "POST / HTTP/1.1\nHost: a\nExpect: 100-Continue\nContent-Length: 1\n\n";
    assert!(accepted(head).expects_continue);
    assert_eq!(
        handed_over(head),
        "POST / HTTP/1.1\nHost: a\nContent-Length: 1\n\n"
    );
    assert_eq!(status("GET / HTTP/1.1\nHost: a\nExpect: 200-ok\n\n"), 417);
    assert!(!accepted(&head.replace("1.1", "1.0")).expects_continue);
}

#[test]
fn headers_that_few_clients_send_are_rejected() {
    for (expected, head) in [
        (400, "GET /\u{7f} HTTP/1.1\nHost: a\n\n"),
        (400, "GET http://u@b/ HTTP/1.1\nHost: a\n\n"),
        (400, "POST / HTTP/1.1\nHost: a\nContent-Length:\n\n"),
        (501, "POST / HTTP/1.1\nHost: a\nTransfer-Encoding:\n\n"),
        (400, "POST / HTTP/1.0\nTransfer-Encoding: chunked\n\n"),
        (411, "POST / HTTP/1.0\n\n"),
    ] {
        assert_eq!(status(head), expected, "{head}");
    }
}

#[test]
fn only_a_valid_upgrade_and_connect_begin_a_tunnel() {
    for head in [
        "GET / HTTP/1.1\nHost: a\nUpgrade: websocket\nConnection: upgraded\n\n",
        "GET / HTTP/1.0\nConnection: Upgrade\nUpgrade: websocket\n\n",
    ] {
        assert_eq!(accepted(head).follows, Follows::Nothing, "{head}");
        assert!(!handed_over(head).contains("Upgrade:"), "{head}");
    }
    let connect = "CONNECT a:1 HTTP/1.1\nHost: a:1\n\n";
    assert_eq!(accepted(connect).follows, Follows::Tunnel);
}
