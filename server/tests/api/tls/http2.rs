//! HTTP/2 over TLS.

use std::{net::SocketAddr, time::Duration};

use h2::{
    Reason, RecvStream,
    client::{Builder, Connection, ResponseFuture, SendRequest},
};
use http::{Request, Response};
use tokio::{net::TcpStream, time::timeout};
use tokio_rustls::client::TlsStream;

use super::{TlsServer, client};
use crate::{
    process::{PATIENCE, Server},
    transports::{TRANSPORTS, When},
};

type Bytes = actix_web::web::Bytes;

/// An HTTP/2 connection, which is closed when this is dropped.
struct Http2 {
    requests: SendRequest<Bytes>,
    task: tokio::task::JoinHandle<Result<(), h2::Error>>,
}

impl Http2 {
    async fn open(server: SocketAddr) -> Self {
        let stream = client::connect(server, &[b"h2", b"http/1.1"]).await;
        assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
        let opened: (_, Connection<TlsStream<TcpStream>, Bytes>) = Builder::new()
            .initial_connection_window_size(16 << 20)
            .handshake(stream)
            .await
            .expect("HTTP/2");
        let (requests, connection) = opened;
        Self {
            requests,
            task: tokio::spawn(connection),
        }
    }

    fn send(&mut self, method: &str, path: &str, body: Option<&str>) -> ResponseFuture {
        let request = Request::builder()
            .method(method)
            .uri(format!("https://localhost{path}"))
            .body(())
            .expect("a request");
        let sent = self.requests.send_request(request, body.is_none());
        let (response, mut stream) = sent.expect("the server receives it");
        if let Some(body) = body {
            let body = Bytes::copy_from_slice(body.as_bytes());
            stream
                .send_data(body, true)
                .expect("the server receives it");
        }
        response
    }

    async fn ask(&mut self, method: &str, path: &str, body: Option<&str>) -> Response<RecvStream> {
        received(self.send(method, path, body))
            .await
            .expect("a response")
    }

    async fn text(&mut self, path: &str) -> String {
        let response = self.ask("GET", path, None).await;
        text(response.into_body()).await
    }

    async fn publish(&mut self, json: &str) {
        let response = self.ask("POST", "/updates", Some(json)).await;
        assert_eq!(response.status(), 201);
    }
}

/// A server with `--tls`, and a connection to it.
async fn start(options: &[&str]) -> (Server, Http2) {
    let TlsServer { server, address } = TlsServer::quiet(options);
    (server, Http2::open(address).await)
}

impl Drop for Http2 {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Waits for a response or an error.
async fn received(response: ResponseFuture) -> Result<Response<RecvStream>, h2::Error> {
    timeout(PATIENCE, response)
        .await
        .expect("it arrives in time")
}

/// The next part of a body; `None` at its end.
async fn part(body: &mut RecvStream) -> Option<Vec<u8>> {
    let part = timeout(PATIENCE, body.data())
        .await
        .expect("the stream continues");
    let part = part.transpose().expect("no error")?;
    let _ = body.flow_control().release_capacity(part.len());
    Some(part.to_vec())
}

async fn text(mut body: RecvStream) -> String {
    let mut bytes = Vec::new();
    while let Some(part) = part(&mut body).await {
        bytes.extend(part);
    }
    String::from_utf8(bytes).expect("it is UTF-8")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_seven_http_transports_work_over_http2() {
    let (_server, mut http2) = start(&["--heartbeat", "1h"]).await;
    http2.publish("1").await;
    for transport in TRANSPORTS {
        let path = format!("/{}?after=0", transport.name);
        match transport.when {
            When::Ended => {
                let body = http2.text(&path).await;
                let updates = transport.read(body.as_bytes());
                assert_eq!(updates.len(), 1, "{}: {body}", transport.name);
            }
            When::Chunk => {
                let response = http2.ask("GET", &path, None).await;
                assert_eq!(response.status(), 200);
                let mut body = response.into_body();
                let mut updates = Vec::new();
                while updates.is_empty() {
                    let part = part(&mut body).await.expect("a part");
                    updates = transport.read(&part);
                }
                http2.publish("2").await;
                let part = part(&mut body).await.expect("a part");
                let updates = transport.read(&part);
                assert!(updates[0].ends_with("\"data\":2}"), "{updates:?}");
                http2.publish("1").await;
            }
            When::Frame => {
                let response = http2.ask("GET", &path, None).await;
                assert_eq!(response.status(), 400, "WebSocket requires HTTP/1.1");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_held_poll_is_answered_by_the_next_update_on_another_stream() {
    let (_server, mut http2) = start(&[]).await;
    let held = http2.send("GET", "/long-polling?after=0", None);
    http2.publish("\"now\"").await;
    let response = received(held).await.expect("a response");
    assert_eq!(response.headers()["content-type"], "application/json");
    assert!(response.headers().contains_key("date"));
    assert!(!response.headers().contains_key("connection"));
    let length = response.headers()["content-length"].clone();
    let body = text(response.into_body()).await;
    assert_eq!(length, body.len().to_string());
    assert!(body.contains("\"data\":\"now\""), "{body}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_head_request_gets_only_the_header() {
    let (_server, mut http2) = start(&[]).await;
    for path in ["/sse", "/polling", "/healthz"] {
        let response = http2.ask("HEAD", path, None).await;
        assert_eq!(response.status(), 200);
        assert!(response.body().is_end_stream(), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_resets_its_stream_or_disconnects_is_noticed_at_once() {
    let TlsServer { server, address } = TlsServer::quiet(&["--heartbeat", "1h", "--hold", "1h"]);
    for name in ["sse", "http-streaming", "forever-frame", "long-polling"] {
        let path = format!("/{name}?after=0");
        let mut http2 = Http2::open(address).await;
        let stream = http2.send("GET", &path, None);
        let other = http2.send("GET", &path, None);
        server.clients_become(name, 2);
        drop(stream);
        server.clients_become(name, 1);
        drop(http2);
        server.clients_become(name, 0);
        drop(other);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_stops_sends_goaway_and_ends_its_streams() {
    let (mut server, mut http2) = start(&[]).await;
    let stream = http2.ask("GET", "/sse?after=0", None).await;
    let held = http2.send("GET", "/long-polling?after=0", None);
    server.signal("TERM");
    let held = received(held).await.expect("a response");
    assert_eq!(text(held.into_body()).await, "[]");
    text(stream.into_body()).await;
    let ended = timeout(PATIENCE, &mut http2.task).await.expect("the end");
    ended.expect("no panic").expect("a GOAWAY without an error");
    server.assert_ends();
}

#[tokio::test(flavor = "multi_thread")]
async fn streams_are_limited_like_connections() {
    let (_server, mut http2) = start(&["--connections", "4"]).await;
    assert_eq!(http2.text("/healthz").await, "ok\n");
    let most = http2.requests.current_max_send_streams();
    assert_eq!(most, 100);
    // One permit for the connection, three for streams.
    let mut kept = Vec::new();
    for _ in 0..3 {
        kept.push(http2.ask("GET", "/sse", None).await);
    }
    let response = http2.ask("GET", "/healthz", None).await;
    assert_eq!(response.status(), 503);
    let problem = text(response.into_body()).await;
    assert!(problem.contains("limit of 4 connections"), "{problem}");
    drop(kept);
    let deadline = tokio::time::Instant::now() + PATIENCE;
    while http2.ask("GET", "/healthz", None).await.status() != 200 {
        assert!(tokio::time::Instant::now() < deadline);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_malformed_request_is_reset_and_a_long_header_gets_431() {
    let (_server, mut http2) = start(&[]).await;
    let mut ask = |fields: &[(&str, &str)]| {
        let request = Request::get("https://localhost/healthz");
        let add = |request: http::request::Builder, &(name, value): &(&str, &str)| {
            request.header(name, value)
        };
        let request = fields.iter().fold(request, add).body(()).unwrap();
        http2.requests.send_request(request, true).unwrap().0
    };
    for fields in [
        &[("host", "evil.test")][..],
        &[
            ("origin", "https://localhost"),
            ("origin", "https://evil.test"),
        ],
    ] {
        let error = received(ask(fields)).await.unwrap_err();
        assert_eq!(error.reason(), Some(Reason::PROTOCOL_ERROR), "{fields:?}");
    }
    let response = received(ask(&[("host", "localhost")])).await;
    assert_eq!(response.unwrap().status(), 200);
    let long = "x".repeat(40_000);
    let response = received(ask(&[("cookie", &long)])).await;
    assert_eq!(response.unwrap().status(), 431);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_late_body_gets_408() {
    let (server, mut http2) = start(&["--body-timeout", "300ms"]).await;
    let request = Request::post("https://localhost/updates").body(()).unwrap();
    let (response, mut body) = http2.requests.send_request(request, false).unwrap();
    body.send_data(Bytes::from_static(b"\"begun"), false)
        .unwrap();
    assert_eq!(received(response).await.unwrap().status(), 408);
    assert_eq!(http2.text("/polling?after=0").await, "[]");
    server.rejections_become("body_timeout", 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_does_not_read_holds_no_memory_and_delays_no_other() {
    let ticker = ["--source", "ticker", "--rate", "200"];
    let options = [&ticker[..], &["--payload-bytes", "60000"]].concat();
    let (server, mut http2) = start(&options).await;
    // The window of this stream is never extended.
    let unread = (0..20).map(|_| http2.send("GET", "/http-streaming", None));
    let unread = futures_util::future::join_all(unread).await;
    let before = server.memory_kib("VmRSS:");
    for _ in 0..20 {
        assert_eq!(http2.text("/healthz").await, "ok\n");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let grown = server.memory_kib("VmRSS:").saturating_sub(before);
    // The history itself grows to 1,024 updates of 60 kB.
    assert!(grown < 100_000, "{grown} KiB");
    drop(unread);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_does_not_open_its_window_loses_its_stream() {
    let (server, mut http2) = start(&["--write-timeout", "500ms"]).await;
    let data = format!("\"{}\"", "x".repeat(60_000));
    for _ in 0..2 {
        server.publish(&data);
    }
    // The window of this stream is never extended.
    let unread = http2.ask("GET", "/http-streaming?after=0", None).await;
    server.rejections_become("too_slow", 1);
    assert_eq!(http2.text("/healthz").await, "ok\n");
    drop(unread);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_without_a_host_is_reset_and_counted() {
    let (server, mut http2) = start(&[]).await;
    let request = Request::get("/healthz").body(()).expect("it is a request");
    let (response, _) = http2
        .requests
        .send_request(request, true)
        .expect("it can be sent");
    assert!(response.await.expect_err("it is reset").is_reset());
    server.rejections_become("bad_request", 1);
}
