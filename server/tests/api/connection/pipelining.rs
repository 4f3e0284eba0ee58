//! Requests that are sent before the previous response has ended.

use crate::{
    http::{Connection, get, request},
    process::Server,
    slow::connect_with_small_buffer,
    transports::{Transport, chunked},
};

/// Many small requests with at least `length` bytes in total.
fn requests(length: usize) -> Vec<u8> {
    let one = get("/healthz");
    one.repeat(length.div_ceil(one.len()))
}

#[test]
fn requests_after_a_stream_close_the_connection_and_use_no_memory() {
    for length in [128_000, 400_000] {
        for Transport { name, .. } in chunked() {
            let server = Server::quiet(&[]);
            // Without the pages of the program itself, which are loaded at their first use.
            let before = server.memory_kib("RssAnon:");
            let first = get(&format!("/{name}"));
            let all = [first, requests(length)].concat();
            let connections = (0..8).map(|_| {
                let mut connection = server.connect();
                // The server may close it before everything is sent.
                let _ = connection.try_send(&all);
                connection
            });
            let connections: Vec<_> = connections.collect();
            server.rejections_become("pipelined", 8);
            server.clients_become(name, 0);
            let grown = server.memory_kib("RssAnon:").saturating_sub(before);
            assert!(
                grown < 8 * 512,
                "{name} with {length} bytes grew the server by {grown} KiB"
            );
            if length == 400_000 {
                server.assert_idle_for_a_second();
            }
            for mut connection in connections {
                connection.rest();
            }
        }
    }
}

#[test]
fn a_single_byte_after_a_stream_closes_it() {
    let server = Server::quiet(&[]);
    server.publish("1");
    for (nth, Transport { name, .. }) in (1..).zip(chunked()) {
        let mut stream = server.stream(&format!("/{name}?after=0"));
        stream.chunk().expect("an update");
        stream.send(b"G");
        stream.rest();
        server.rejections_become("pipelined", nth);
    }
}

#[test]
fn requests_after_a_held_poll_wait_in_the_kernel_and_are_answered_in_order() {
    let server = Server::quiet(&["--hold", "1h"]);
    let mut poll = server.send(&get("/long-polling?after=0"));
    server.clients_become("long-polling", 1);
    // Without the pages of the program itself, which are loaded at their first use.
    let before = server.memory_kib("RssAnon:");
    let count = 128_000 / requests(1).len();
    poll.send(&requests(1).repeat(count));
    server.assert_idle_for_a_second();
    let grown = server.memory_kib("RssAnon:").saturating_sub(before);
    assert!(grown < 512, "the server grew by {grown} KiB");
    server.publish("1");
    assert!(poll.answer().text().starts_with("[{\"seq\":1,"));
    for _ in 0..count {
        assert_eq!(poll.answer().text(), "ok\n");
    }
}

#[test]
fn pipelined_requests_with_bodies_are_answered_in_order() {
    let server = Server::quiet(&[]);
    let post = |body: &[u8]| request("POST", "/updates", &[], body);
    let chunked =
        b"POST /updates HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n\
                    3;x=\"y\"\r\n[1,\r\n2\r\n2]\r\n0\r\nTrailer: x\r\n\r\n";
    let health = get("/healthz");
    let all = [&post(b"1")[..], chunked, &health, &post(b"3"), &health].concat();
    for step in [1, 7, all.len()] {
        let mut connection = server.connect();
        for part in all.chunks(step) {
            connection.send(part);
        }
        let answers: Vec<_> = (0..5).map(|_| connection.answer()).collect();
        let statuses: Vec<_> = answers.iter().map(|answer| answer.head.status).collect();
        assert_eq!(statuses, [201, 201, 200, 201, 200], "{step}");
    }
    assert_eq!(server.metric("feed_newest_seq"), 9);
}

#[test]
fn an_upgrade_behind_responses_loses_none_of_their_bytes() {
    let server = Server::quiet(&[]);
    let data = format!("\"{}\"", "x".repeat(8_000));
    for _ in 0..3 {
        server.publish(&data);
    }
    let upgrade = ["Connection: Upgrade", "Upgrade: websocket"];
    let upgrade = request("GET", "/healthz", &upgrade, b"");
    // With some of these numbers the last response is still in the server's buffer.
    let mut connections: Vec<_> = (1..=16)
        .map(|responses| {
            let polls = get("/polling?after=0").repeat(responses);
            let mut connection = Connection::over(connect_with_small_buffer(&server));
            connection.send(&[&polls[..], &upgrade].concat());
            (responses, connection)
        })
        .collect();
    server.assert_idle_for_a_second();
    let first = server.get("/polling?after=0");
    for (responses, connection) in &mut connections {
        for nth in 0..*responses {
            let answer = connection.answer();
            assert!(answer.body == first.body, "{nth} of {responses}");
        }
        assert_eq!(connection.answer().head.status, 200);
    }
}
