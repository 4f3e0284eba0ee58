//! Is every byte explained over TLS and HTTP/2?

use std::{fs, time::Duration};

use loadgen::{
    client::{connection::Connection, ledger::Ledger, plan::Target, trust::Trust},
    measure::{run, server_process::ServerProcess},
    record::{Arrow, Class, Direction, ErrorCode, HeaderProfile, HttpVersion, Scenario, What},
};
use serde_json::Value;
use server::Transport;

use crate::running::{self, counted, measured};

/// Bytes of a class per update.
fn each(row: &Value, class: &str) -> f64 {
    row["bytes_per_update"][class].as_f64().unwrap()
}

#[test]
fn an_update_takes_22_bytes_of_tls_and_2_of_websocket_or_9_of_http2() {
    for (transport, version, class, bytes) in [
        ("websocket", "1.1", "websocket_frame", 2.0),
        ("forever-frame", "2", "http2_frame", 9.0),
        ("http-streaming", "2", "http2_frame", 9.0),
        ("sse", "2", "http2_frame", 9.0),
    ] {
        let row = measured(&format!(
            "--transport {transport} --tls --http {version} --clients 2 --rate 4 --duration 2s"
        ));
        assert_eq!(row["unexplained_bytes"], 0, "{transport}");
        assert_eq!(row["http_version"], version);
        assert_eq!(row["tls"], true);
        assert_eq!(each(&row, "tls"), 22.0, "{transport}");
        assert_eq!(each(&row, class), bytes, "{transport}");
        let framing = ["websocket_frame", "http2_frame"].map(|class| each(&row, class));
        assert_eq!(framing.into_iter().sum::<f64>(), bytes, "{transport}");
        for class in ["chunk", "request_head", "response_head"] {
            assert_eq!(each(&row, class), 0.0, "{transport}: {class}");
        }
    }
}

#[test]
fn a_request_and_its_response_are_three_frames_in_two_records() {
    for transport in ["page-refresh", "polling", "hidden-frame", "long-polling"] {
        let row = measured(&format!(
            "--transport {transport} --tls --http 2 --clients 2 --rate 20 --duration 2s"
        ));
        assert_eq!(row["unexplained_bytes"], 0, "{transport}");
        let requests = row["requests_per_update"].as_f64().unwrap();
        let near = |one: f64, other: f64| (one - other).abs() < 0.01 * other;
        assert!(near(each(&row, "http2_frame"), 27.0 * requests), "{row}");
        assert!(near(each(&row, "tls"), 44.0 * requests), "{row}");
        // HPACK: far less than the 540 bytes of HTTP/1.1.
        assert!(each(&row, "request_head") < 100.0 * requests, "{row}");
        assert!(each(&row, "request_head") > 20.0 * requests, "{row}");
    }
}

#[test]
fn no_byte_is_without_a_class_over_tls_at_200_clients_that_resume_their_sessions() {
    for what in [
        "--transport websocket",
        "--transport long-polling",
        "--transport http-streaming",
        "--transport polling --http 2",
        "--transport long-polling --http 2",
        "--transport sse --http 2",
    ] {
        let row = counted(&format!(
            "{what} --tls --clients 200 --rate 2 --duration 1s --reconnect"
        ));
        assert_eq!(row["unexplained_bytes"], 0, "{what}");
        assert_eq!(row["updates_received"], row["updates_expected"], "{what}");
    }
}

#[test]
fn a_publish_over_tls_is_explained() {
    for (what, frames) in [("websocket", 0.0), ("long-polling --http 2", 36.0)] {
        let row = measured(&format!(
            "--transport {what} --tls --direction up --clients 2 --rate 5 --duration 1s"
        ));
        assert_eq!(row["unexplained_bytes"], 0, "{what}");
        let publish = &row["publish"]["bytes_per_publish"];
        assert!(publish["tls"].as_f64().unwrap() >= 22.0, "{what}");
        let http2_frame = publish["http2_frame"].as_f64().unwrap();
        assert!(http2_frame >= frames, "{what}: {http2_frame}");
    }
}

/// The bytes of a connection's handshake: all of `setup`, because the response has its own
/// class.
async fn handshake_bytes(target: &Target) -> u64 {
    let mut ledger = Ledger::default();
    let mut connection = Connection::open(target, &mut ledger).await.unwrap();
    let handshake = ledger.bytes(Class::Setup);
    let header = target.request(Transport::Polling, None, None);
    // The session tickets come before the response.
    let answer = connection.exchange(&header, None, &mut ledger).await;
    assert!(answer.unwrap().is_some());
    handshake
}

#[tokio::test]
async fn a_resumed_handshake_is_shorter_than_a_full_one() {
    let scenario = Scenario {
        tls: true,
        ..Scenario::default()
    };
    let server = ServerProcess::start(&scenario, ".".as_ref()).await.unwrap();
    for http_version in [HttpVersion::Http1, HttpVersion::Http2] {
        let target = || Target {
            http_version,
            tls: Some(Trust::Any.client_config(http_version)),
            ..Target::in_clear_text(server.address, HeaderProfile::Browser)
        };
        let client = target();
        let full = handshake_bytes(&client).await;
        let resumed = handshake_bytes(&client).await;
        assert!(resumed + 300 < full, "{resumed} of {full}");
        // Another client has no session to resume, so only the length of a signature differs.
        let other = handshake_bytes(&target()).await;
        assert!(other.abs_diff(full) < 10, "{other} of {full}");
    }
}

#[test]
fn a_certificate_is_verified_with_cacert() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let certificate = |name: &str| {
        let (cert, key) = (path(&format!("{name}.pem")), path(&format!("{name}.key")));
        let made = rcgen::generate_simple_self_signed(["127.0.0.1".into()]).unwrap();
        fs::write(&cert, pem("CERTIFICATE", made.cert.der())).unwrap();
        fs::write(&key, pem("PRIVATE KEY", &made.signing_key.serialize_der())).unwrap();
        [cert, key]
    };
    let [cert, key] = certificate("own");
    let [other, _] = certificate("other");
    let files = ["--rate", "20", "--tls-cert", &cert, "--tls-key", &key];
    let (_server, port) = running::server_with(&files, true);
    let of_url = format!("--url https://127.0.0.1:{port} --clients 1 --duration 1s");
    for trust in [&format!("--cacert {cert}")[..], "--insecure"] {
        let row = measured(&format!("{of_url} --transport sse --http 2 {trust}"));
        assert_eq!(row["unexplained_bytes"], 0, "{trust}");
        assert_eq!(row["tls"], true);
    }
    let output = running::run(&format!("{of_url} --transport sse --cacert {other}"));
    assert!(!output.status.success());
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(stderr.contains("invalid peer certificate"), "{stderr}");
}

fn pem(kind: &str, der: &[u8]) -> String {
    use base64::{Engine, prelude::BASE64_STANDARD};
    let text = BASE64_STANDARD.encode(der);
    format!("-----BEGIN {kind}-----\n{text}\n-----END {kind}-----\n")
}

#[tokio::test]
async fn a_capture_over_tls_has_the_messages_in_clear_text_and_the_records_around_them() {
    for (transport, http_version, around) in [
        (Transport::WebSocket, HttpVersion::Http1, 2 + 22),
        (Transport::HttpStreaming, HttpVersion::Http2, 1 + 9 + 22),
        (Transport::LongPolling, HttpVersion::Http2, 0),
        (Transport::Polling, HttpVersion::Http1, 0),
    ] {
        let scenario = Scenario {
            clients: 1,
            rate_per_s: Some(20.0),
            duration: Duration::from_secs(1),
            tls: true,
            http_version,
            capture: true,
            ..Scenario::default()
        };
        let outcome = run::run(transport, &scenario, None, &|_| {}).await.unwrap();
        let row = &outcome.measurement;
        assert!(row.error_code.is_none_or(ErrorCode::is_retryable));
        assert_eq!(row.unexplained_bytes, Some(0), "{transport}");
        let arrows = outcome.capture.arrows();
        let down = |arrow: &&Arrow| arrow.direction == Direction::Down;
        let carried: usize = arrows.iter().filter(down).map(|it| it.updates.len()).sum();
        assert!(carried as u64 >= row.updates_received, "{transport}");
        for arrow in &arrows {
            assert!(!arrow.record_bytes.is_empty(), "{arrow:?}");
            let records: usize = arrow.record_bytes.iter().sum();
            assert_eq!(arrow.bytes, records, "{arrow:?}");
            let is_one = arrow.updates.len() == 1 && arrow.record_bytes.len() == 1;
            if is_one && matches!(arrow.what, What::Chunk | What::Frame) && around > 0 {
                assert_eq!(arrow.bytes, 100 + around, "{arrow:?}");
            }
        }
        let requests = arrows.iter().filter(|arrow| arrow.what == What::Request);
        let is_repeated = matches!(transport, Transport::LongPolling | Transport::Polling);
        assert_eq!(requests.count() > 1, is_repeated, "{transport}");
    }
}
