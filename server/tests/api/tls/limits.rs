//! Limits of connections over TLS.

use std::{net::SocketAddr, time::Duration};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};
use tokio_rustls::client::TlsStream;

use super::{
    TlsServer,
    client::{self, runtime},
};
use crate::{
    http::{Connection, get},
    process::until,
};

#[test]
fn a_client_with_an_incomplete_handshake_or_request_is_disconnected() {
    let TlsServer { server, address } = &TlsServer::quiet(&["--header-timeout", "300ms"]);
    // Nothing; the start of a handshake record; a complete handshake without HTTP/2.
    let mut silent = Connection::open(*address);
    let mut begun = Connection::open(*address);
    begun.send(&[22, 3, 1, 2]);
    assert_eq!(silent.rest(), b"");
    assert_eq!(begun.rest(), b"");
    server.rejections_become("header_timeout", 2);
    runtime().block_on(async {
        let mut stream = client::connect(*address, &[b"h2"]).await;
        let mut rest = Vec::new();
        let closed = stream.read_to_end(&mut rest);
        let _ = tokio::time::timeout(Duration::from_secs(10), closed)
            .await
            .expect("the connection is closed");
    });
    server.rejections_become("header_timeout", 3);
}

#[test]
fn a_connection_without_a_handshake_is_replaced_by_a_newer_one() {
    let options = ["--connections-without-request", "2", "--workers", "1"];
    let TlsServer { server, address } = &TlsServer::quiet(&options);
    let mut first = Connection::open(*address);
    let _others: Vec<_> = (0..2).map(|_| Connection::open(*address)).collect();
    assert_eq!(first.rest(), b"");
    assert!(server.rejections("connections_without_request") >= 1);
}

/// A connection that has received a response.
async fn asked(server: SocketAddr) -> TlsStream<TcpStream> {
    let mut stream = client::connect(server, &[b"http/1.1"]).await;
    let asked = stream.write_all(&get("/healthz")).await;
    asked.expect("the server reads");
    stream.read_u8().await.expect("the server answers");
    stream
}

#[test]
fn a_connection_over_the_limit_is_closed_without_a_response() {
    let TlsServer { server, address } =
        &TlsServer::quiet(&["--connections", "3", "--workers", "1"]);
    let runtime = runtime();
    // A silent connection would make room.
    let kept = [(); 3].map(|()| runtime.block_on(asked(*address)));
    let mut rejected = Connection::open(*address);
    assert_eq!(rejected.rest(), b"");
    drop(kept);
    // The places are free when the server has noticed it.
    until("a free place", || {
        let connected = client::try_connect(*address, &[b"http/1.1"]);
        runtime.block_on(connected).is_ok()
    });
    until("the rejection is counted", || {
        server.rejections("connections") >= 1
    });
}
