//! What a client that is slow, silent or one too many gets over TLS.

use std::time::Duration;

use super::{
    TlsServer,
    client::{self, runtime},
};
use crate::{http::Connection, process::until};

fn rejections(reason: &str) -> String {
    format!("feed_rejections_total{{reason=\"{reason}\"}}")
}

#[test]
fn a_client_that_does_not_complete_its_handshake_or_its_first_request_is_disconnected() {
    let TlsServer { server, address } = &TlsServer::quiet(&["--header-timeout", "300ms"]);
    // Nothing; the beginning of a handshake record; a handshake and no HTTP/2.
    let mut silent = Connection::open(*address);
    let mut begun = Connection::open(*address);
    begun.send(&[22, 3, 1, 2]);
    assert_eq!(silent.rest(), b"");
    assert_eq!(begun.rest(), b"");
    server.metric_becomes(&rejections("header_timeout"), 2);
    runtime().block_on(async {
        let mut stream = client::connect(*address, &[b"h2"]).await;
        let mut rest = Vec::new();
        let closed = tokio::io::AsyncReadExt::read_to_end(&mut stream, &mut rest);
        let _ = tokio::time::timeout(Duration::from_secs(10), closed)
            .await
            .expect("it is closed");
    });
    server.metric_becomes(&rejections("header_timeout"), 3);
}

#[test]
fn a_connection_that_is_silent_in_its_handshake_makes_room_for_a_newer_one() {
    let options = ["--connections-without-request", "2", "--workers", "1"];
    let TlsServer { server, address } = &TlsServer::quiet(&options);
    let mut first = Connection::open(*address);
    let _others: Vec<_> = (0..2).map(|_| Connection::open(*address)).collect();
    assert_eq!(first.rest(), b"");
    assert!(server.metric(&rejections("connections_without_request")) >= 1);
}

#[test]
fn a_connection_too_many_is_closed_without_a_response() {
    let TlsServer { server, address } =
        &TlsServer::quiet(&["--connections", "3", "--workers", "1"]);
    let kept: Vec<_> = (0..3).map(|_| Connection::open(*address)).collect();
    let mut rejected = Connection::open(*address);
    assert_eq!(rejected.rest(), b"");
    drop(kept);
    // The places are free when the server has noticed it.
    let runtime = runtime();
    until("a free place", || {
        let connected = client::try_connect(*address, &[b"http/1.1"]);
        runtime.block_on(connected).is_ok()
    });
    let reason = rejections("connections");
    until("the rejection is counted", || server.metric(&reason) >= 1);
}
