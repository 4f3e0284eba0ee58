//! The limit of the history in bytes covers texts and encoded copies in the formats of all
//! transports.

use crate::{
    http::request,
    process::Server,
    transports::{TRANSPORTS, seq},
};

/// The default of `--history-bytes`.
const BOUND: u64 = 16 << 20;
/// Memory of the allocator, requests and responses. A debug build uses less than half of it.
/// Without the limit it would be 2 GiB.
const MARGIN_KIB: u64 = 48 << 10;
const POSTS: u64 = 1_024;

/// 64 KiB of JSON, most of it characters that are escaped as six bytes.
fn data() -> String {
    format!("\"{}{}\"", "<".repeat(64_000), "‹".repeat(510))
}

fn history_bytes(server: &Server) -> u64 {
    let bytes = server.metric("feed_history_bytes");
    assert!(bytes <= BOUND, "{bytes}");
    bytes
}

#[test]
fn posts_full_of_escapes_read_in_every_format_stay_within_the_limit() {
    let server = Server::unlimited(&[]);
    let before_kib = server.memory_kib("VmRSS:");
    let post = request("POST", "/updates", &[], data().as_bytes());
    let mut publisher = server.connect();
    for number in 1..=POSTS {
        publisher.send(&post);
        assert_eq!(publisher.answer().head.status, 201);
        if number % (POSTS / 4) != 0 {
            continue;
        }
        let update_bytes = 6 * data().len() as u64;
        for row in TRANSPORTS {
            let mut client = row.client(&server, Some(0));
            while seq(&client.next()) != Some(number) {}
            // There is no room for another update in all formats.
            let bytes = history_bytes(&server);
            assert!(bytes > BOUND - 7 * update_bytes, "{}: {bytes}", row.name);
        }
    }
    let grown_kib = server.memory_kib("VmHWM:").saturating_sub(before_kib);
    println!("the server grew by {grown_kib} KiB");
    assert!(grown_kib < BOUND / 1024 + MARGIN_KIB, "{grown_kib} KiB");
}
