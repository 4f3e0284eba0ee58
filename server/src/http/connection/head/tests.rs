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
fn ambiguous_framing_of_a_body_is_rejected() {
    let status = |version: u8, fields: &str| {
        status(&format!("POST / HTTP/1.{version}\nHost: a\n{fields}\n"))
    };
    for fields in [
        "Content-Length: 1\nContent-Length: 1\n",
        "Content-Length: +1\n",
        "Content-Length: -1\n",
        "Content-Length: 1, 1\n",
        "Content-Length: 0x1\n",
        "Content-Length:\n",
        "Content-Length: 18446744073709551616\n",
        "Content-Length: 1\nTransfer-Encoding: chunked\n",
    ] {
        assert_eq!(status(1, fields), 400, "{fields}");
    }
    for coding in ["gzip", "gzip, chunked", "chunked, chunked", "xchunked", ""] {
        assert_eq!(
            status(1, &format!("Transfer-Encoding: {coding}\n")),
            501,
            "{coding}"
        );
    }
    assert_eq!(
        status(
            1,
            "Transfer-Encoding: chunked\nTransfer-Encoding: chunked\n"
        ),
        501
    );
    assert_eq!(status(0, "Transfer-Encoding: chunked\n"), 400);
    assert_eq!(status(0, ""), 411);
}

#[test]
fn exactly_one_valid_host_is_required() {
    assert_eq!(status("GET / HTTP/1.1\n\n"), 400);
    assert_eq!(status("GET / HTTP/1.1\nHost: a\nHost: a\n\n"), 400);
    assert_eq!(status("GET / HTTP/1.0\nHost: a\nHost: b\n\n"), 400);
    accepted("GET / HTTP/1.0\n\n");
    for host in [
        "a b", "a/b", "user@a", "a:x", "a:-1", "a:+1", "a:65536", "a,b", "[::1", "a:1:2",
        "http://a", "a\u{e9}", "a?b", "a#b", "a\\b", "<a>",
    ] {
        assert_eq!(
            status(&format!("GET / HTTP/1.1\nHost: {host}\n\n")),
            400,
            "{host}"
        );
    }
    for host in [
        "",
        "a",
        "A.b-c_d",
        "127.0.0.1:80",
        "[::1]",
        "[::1]:8080",
        "localhost:",
        "localhost.",
    ] {
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
fn an_invalid_or_too_long_header_is_rejected_before_it_is_complete() {
    assert_eq!(status(&format!("GET /{}", "a".repeat(LONGEST))), 431);
    assert_eq!(
        status(&format!("GET / HTTP/1.1\n{}", "a:b\n".repeat(97))),
        431
    );
    for head in [
        "\u{16}\u{3}\u{1}",
        "GET  / HTTP/1.1\n",
        "GET / HTTP/2.0\n",
        "PRI * HTTP/2.0\n",
        "GET / HTTP/1.1\na b: c\n",
        "GET / HTTP/1.1\na: \u{0}\n",
        "GET / HTTP/1.1\n a: b\n",
    ] {
        assert_eq!(status(head), 400, "{head}");
    }
    assert_eq!(status("GET /\u{7f} HTTP/1.1\nHost: a\n\n"), 400);
}

#[test]
fn the_authority_of_an_absolute_target_replaces_the_host() {
    assert_eq!(
        handed_over("GET http://b:81/sse?after=1 HTTP/1.1\nHost: a\nAccept: x\n\n"),
        "GET /sse?after=1 HTTP/1.1\nAccept: x\nHost: b:81\n\n"
    );
    assert_eq!(
        handed_over("GET http://b HTTP/1.0\n\n"),
        "GET / HTTP/1.0\nHost: b\n\n"
    );
    assert_eq!(status("GET http://u@b/ HTTP/1.1\nHost: a\n\n"), 400);
}

#[test]
fn empty_fields_are_absent() {
    assert_eq!(
        handed_over("GET / HTTP/1.1\nHost:\nLast-Event-ID:\nOrigin: \nAccept: x\n\n"),
        "GET / HTTP/1.1\nHost: \nAccept: x\n\n"
    );
}

#[test]
fn connection_is_a_list_that_may_contain_upgrade() {
    let upgrade = |fields: &str| {
        let head = format!("GET /websocket HTTP/1.1\nHost: a\n{fields}\n\n");
        (
            accepted(&head).follows == Follows::Tunnel,
            handed_over(&head),
        )
    };
    let plain = "GET /websocket HTTP/1.1\nHost: a\n";
    let canonical = "Connection: Upgrade\nUpgrade: websocket";
    assert_eq!(
        upgrade(canonical),
        (true, format!("{plain}{canonical}\n\n"))
    );
    for fields in [
        "Upgrade: WebSocket\nConnection: close, foo ,  UPGRADE",
        "Connection: keep-alive\nConnection: upgrade\nUpgrade: h2c, websocket",
    ] {
        assert_eq!(
            upgrade(fields),
            (true, format!("{plain}{canonical}\n\n")),
            "{fields}"
        );
    }
    for fields in [
        "Upgrade: websocket",
        "Upgrade: websocket\nConnection: upgraded",
    ] {
        let (tunnel, handed_over) = upgrade(fields);
        assert!(
            !tunnel && !handed_over.contains("Upgrade:"),
            "{handed_over}"
        );
    }
    assert_eq!(
        upgrade("Connection: close, foo").1,
        format!("{plain}Connection: close, foo\n\n")
    );
    let handed = upgrade("Connection: foo, UPGRADE , close").1;
    assert_eq!(handed, format!("{plain}Connection: foo, close\n\n"));
    let old = "GET / HTTP/1.0\nConnection: Upgrade\nUpgrade: websocket\n\n";
    assert_eq!(accepted(old).follows, Follows::Nothing);
    assert_eq!(
        accepted("CONNECT a:1 HTTP/1.1\nHost: a:1\n\n").follows,
        Follows::Tunnel
    );
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
