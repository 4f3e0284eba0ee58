//! A response that ends has at most 64 KiB in memory. A longer one is produced as it is sent.

use crate::{
    http::{Connection, get},
    process::{Server, awaited},
    slow::{UPDATE_BYTES, after, connect_with_small_buffer, publish_large},
    transports::{Transport, ending, position, utf8},
};

/// A request for the whole history.
fn history(row: Transport) -> Vec<u8> {
    get(&format!("/{}?after=0", row.name))
}

/// The last position in the texts of a complete response.
fn end_of(row: Transport, body: &[u8]) -> u64 {
    let texts = row.read(body);
    texts.iter().fold(0, |position, text| after(position, text))
}

#[test]
fn a_response_of_more_than_64_kib_comes_in_chunks() {
    let server = Server::unlimited(&[]);
    for (updates, is_long) in [(1, false), (1, true), (18, true)] {
        publish_large(&server, updates);
        for row in ending() {
            let response = server.ask(&history(row));
            let length = response.head.field("content-length").map(str::to_owned);
            let long = (None, Some("chunked"));
            let short = (Some(response.body.len().to_string()), None);
            let expected = if is_long { long } else { short };
            let coding = response.head.field("transfer-encoding");
            assert_eq!((length, coding), expected, "{}", row.name);
            assert_eq!(
                end_of(row, &response.body),
                server.metric("feed_newest_seq")
            );
        }
    }
}

#[test]
fn updates_of_more_than_64_kib_arrive_complete() {
    let server = Server::quiet(&[]);
    let escaped = format!("\"{}\"", "<".repeat(UPDATE_BYTES));
    for number in 1..=3 {
        assert_eq!(server.publish(&escaped), number);
    }
    for row in ending() {
        let body = server.ask(&history(row)).body;
        assert!(body.len() > 3 * 6 * UPDATE_BYTES, "{}", row.name);
        assert_eq!(end_of(row, &body), 3, "{}", row.name);
    }
}

#[test]
fn a_long_response_of_http_1_0_ends_with_the_connection() {
    let server = Server::unlimited(&[]);
    publish_large(&server, 3);
    for row in ending() {
        let target = format!("/{}?after=0", row.name);
        let (head, body) = server.send_http_1_0("GET", &target, &[]).last_answer();
        assert!(!head.contains("content-length"), "{head}");
        assert!(!head.contains("transfer-encoding"), "{head}");
        assert_eq!(end_of(row, body.as_bytes()), 3, "{}", row.name);
    }
}

#[test]
fn unread_responses_hold_no_memory() {
    let server = Server::unlimited(&["--history", "160"]);
    publish_large(&server, 160);
    for row in ending() {
        assert_eq!(end_of(row, &server.ask(&history(row)).body), 160);
    }
    let before_kib = server.memory_kib("VmRSS:");
    let unread: Vec<_> = (0..10)
        .flat_map(|_| ending())
        .map(|row| {
            let mut client = Connection::over(connect_with_small_buffer(&server));
            client.send(&history(row));
            assert_eq!(client.head().status, 200);
            client
        })
        .collect();
    // Each could have contained the whole history, 9.6 MB.
    let grown_kib = server.memory_kib("VmHWM:").saturating_sub(before_kib);
    assert!(grown_kib < 40 * 512, "the server grew by {grown_kib} KiB");
    drop(unread);
}

#[test]
fn a_long_response_contains_a_notice_for_updates_that_left_the_history() {
    let server = Server::unlimited(&["--history", "64"]);
    publish_large(&server, 64);
    for row in ending() {
        let end = server.metric("feed_newest_seq");
        let newest = awaited("the newest update", || server.texts().pop());
        let mut client = Connection::over(connect_with_small_buffer(&server));
        client.send(&get(&format!("/{}?after={}", row.name, end - 64)));
        let head = client.head();
        publish_large(&server, 200);
        assert_eq!(head.field("transfer-encoding"), Some("chunked"));
        let body: Vec<u8> = std::iter::from_fn(|| client.chunk()).flatten().collect();
        let texts = row.read(&body);
        let has_notice = texts.iter().any(|text| text.starts_with("{\"missed\":"));
        assert!(has_notice, "{}", row.name);
        let texts = texts.iter();
        let last = texts.fold(end - 64, |position, text| after(position, text));
        assert_eq!(last, end, "{}", row.name);
        if row.name == "page-refresh" {
            let next = position(&newest).expect("an update");
            assert!(utf8(&body).contains(&format!("url=?after={next}\"")));
        }
    }
}
