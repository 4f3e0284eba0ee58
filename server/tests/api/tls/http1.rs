//! HTTP/1.1 and WebSocket over TLS.

use std::{fs, io::Read, net::TcpStream, process::Command, thread, time::Duration};

use rcgen::generate_simple_self_signed;
use ring::digest::{SHA256, digest};
use socket2::SockRef;

use super::{TlsServer, client};
use crate::{
    bad_input::assert_problem,
    http::request,
    process::{Server, skipped},
    transports::{TRANSPORTS, When, kept_open},
    websocket::WebSocket,
};

#[test]
fn the_eight_transports_work_over_tls() {
    let TlsServer { server, .. } = TlsServer::quiet(&["--heartbeat", "1h"]);
    let mut clients = TRANSPORTS.map(|transport| transport.client(&server, Some(0)));
    for data in ["1", "\"two\"", "[3]"] {
        let seq = server.publish(data);
        for client in &mut clients {
            let update = client.next();
            let name = client.transport.name;
            assert!(update.starts_with(&format!("{{\"seq\":{seq},")), "{name}");
            assert!(
                update.ends_with(&format!("\"data\":{data}}}")),
                "{name}: {update}"
            );
        }
    }
}

#[test]
fn a_long_history_arrives_complete_even_if_clients_read_late() {
    let unlimited = ["--publish-rate-per-client", "0"];
    let TlsServer { server, .. } = TlsServer::quiet(&unlimited);
    let data = format!("\"{}\"", "x".repeat(60_000));
    for _ in 0..50 {
        server.publish(&data);
    }
    for transport in TRANSPORTS {
        let mut client = transport.client(&server, Some(0));
        thread::sleep(Duration::from_millis(50));
        for (nth, update) in (1..).zip(client.take(50)) {
            let name = transport.name;
            assert!(update.starts_with(&format!("{{\"seq\":{nth},")), "{name}");
            assert_eq!(update.matches('x').count(), 60_000, "{name}");
        }
    }
}

#[test]
fn a_client_that_disconnects_is_noticed() {
    let TlsServer { server, .. } = TlsServer::quiet(&["--heartbeat", "1h"]);
    server.publish("1");
    for transport in kept_open() {
        let clients = format!("feed_clients{{transport=\"{}\"}}", transport.name);
        let mut client = transport.client(&server, Some(0));
        client.next();
        assert_eq!(server.metric(&clients), 1, "{}", transport.name);
        drop(client);
        server.metric_becomes(&clients, 0);
    }
}

#[test]
fn the_origin_of_a_page_has_the_scheme_https() {
    let TlsServer { server, .. } = TlsServer::quiet(&[]);
    let post = |origin: &str| {
        let answer = server.ask(&request("POST", "/updates", &[origin], b"1"));
        answer.head.status
    };
    assert_eq!(post("Origin: https://localhost"), 201);
    assert_eq!(post("Origin: http://localhost"), 403);
    let page = server.get("/");
    let policy = page
        .head
        .field("content-security-policy")
        .expect("a policy");
    assert!(policy.contains("wss://localhost"), "{policy}");
    assert!(!policy.contains("ws://localhost"), "{policy}");
}

#[test]
fn a_stopping_server_closes_connections_in_order() {
    let TlsServer { mut server, .. } = TlsServer::quiet(&[]);
    server.publish("1");
    let mut clients: Vec<_> = kept_open()
        .map(|transport| transport.client(&server, Some(0)))
        .collect();
    clients
        .iter_mut()
        .for_each(|client| assert!(!client.next().is_empty()));
    let mut socket = WebSocket::open(&server, "/websocket");
    socket.text();
    server.signal("TERM");
    assert_eq!(socket.closed().0, 1001);
    for client in &mut clients {
        if client.transport.when == When::Chunk {
            assert_eq!(client.until_the_end(), [""; 0], "{}", client.transport.name);
        }
    }
    assert!(server.ends_within(Duration::from_secs(5)).success());
}

#[test]
fn a_request_in_clear_text_gets_400() {
    let TlsServer { address, .. } = &TlsServer::quiet(&[]);
    let mut connection = crate::http::Connection::open(*address);
    connection.send(&request("GET", "/healthz", &[], b""));
    let answer = connection.answer();
    assert_problem(&answer, 400);
    assert!(answer.text().contains("https"), "{}", answer.text());
}

/// The socket that the server has accepted from `client`, with the server's own options.
#[cfg(target_os = "linux")]
fn accepted_socket(server: &Server, client: &TcpStream) -> Option<std::os::fd::OwnedFd> {
    use rustix::process::{Pid, PidfdFlags, PidfdGetfdFlags, pidfd_getfd, pidfd_open};
    let peer = client.local_addr().expect("it is connected");
    let pid = Pid::from_raw(server.pid() as i32)?;
    let server = pidfd_open(pid, PidfdFlags::empty()).ok()?;
    (0..200).find_map(|number| {
        let file = pidfd_getfd(&server, number, PidfdGetfdFlags::empty()).ok()?;
        let address = SockRef::from(&file).peer_addr().ok()?.as_socket();
        (address == Some(peer)).then_some(file)
    })
}

/// The default of `--write-timeout`.
#[cfg(target_os = "linux")]
const WRITE_TIMEOUT: Duration = Duration::from_secs(30);

#[test]
#[cfg(target_os = "linux")]
fn the_socket_has_the_same_options_with_and_without_tls() {
    let tls = TlsServer::quiet(&[]);
    let clear = Server::quiet(&[]);
    let runtime = client::runtime();
    for protocol in [&b"h2"[..], b"http/1.1", b""] {
        let (server, client) = match protocol {
            b"" => {
                let mut connection = TcpStream::connect(clear.address).unwrap();
                std::io::Write::write_all(&mut connection, &request("GET", "/healthz", &[], b""))
                    .unwrap();
                connection.read_exact(&mut [0; 12]).unwrap();
                (&clear, connection)
            }
            protocol => {
                let stream = runtime.block_on(client::connect(tls.address, &[protocol]));
                assert_eq!(stream.get_ref().1.alpn_protocol(), Some(protocol));
                (&tls.server, stream.into_inner().0.into_std().unwrap())
            }
        };
        let Some(socket) = accepted_socket(server, &client) else {
            return skipped("this system does not allow access to the sockets of another process");
        };
        let socket = SockRef::from(&socket);
        assert!(socket.tcp_nodelay().unwrap());
        crate::process::until("the options are set", || {
            let timeout = socket.tcp_user_timeout().unwrap();
            timeout == Some(3 * WRITE_TIMEOUT) && socket.tcp_notsent_lowat().unwrap() == 16 << 10
        });
    }
}

#[test]
fn a_certificate_from_files_is_used_and_its_fingerprint_printed() {
    let folder = std::env::temp_dir().join(format!("tls-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let key = generate_simple_self_signed(["feed.test".into()]).unwrap();
    let file = |name: &str, text: String| {
        let path = folder.join(name);
        fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let pem = |kind: &str, der: &[u8]| {
        use base64::{Engine, prelude::BASE64_STANDARD};
        let text = BASE64_STANDARD.encode(der);
        format!("-----BEGIN {kind}-----\n{text}\n-----END {kind}-----\n")
    };
    let certificate = file("cert.pem", pem("CERTIFICATE", key.cert.der()));
    let private = file(
        "key.pem",
        pem("PRIVATE KEY", &key.signing_key.serialize_der()),
    );
    let options = [
        "--source",
        "none",
        "--tls",
        "--tls-cert",
        &certificate,
        "--tls-key",
        &private,
    ];
    let (server, [fingerprint, _]) = Server::start_reading_lines(&options);
    let hash = digest(&SHA256, key.cert.der());
    let hash: Vec<_> = hash
        .as_ref()
        .iter()
        .map(|byte| format!("{byte:02X}"))
        .collect();
    assert!(
        fingerprint.trim_end().ends_with(&hash.join(":")),
        "{fingerprint}"
    );
    let runtime = client::runtime();
    let stream = runtime.block_on(client::connect(server.address, &[b"http/1.1"]));
    let shown = stream.get_ref().1.peer_certificates().unwrap();
    assert_eq!(shown, [key.cert.der().clone()]);
    // The key of another certificate is rejected.
    let other = generate_simple_self_signed(["feed.test".into()]).unwrap();
    let other = file(
        "other.pem",
        pem("PRIVATE KEY", &other.signing_key.serialize_der()),
    );
    let output = Command::new(env!("CARGO_BIN_EXE_server"))
        .args([
            "--bind",
            "127.0.0.1:0",
            "--tls",
            "--tls-cert",
            &certificate,
            "--tls-key",
            &other,
        ])
        .output()
        .unwrap();
    assert!(!output.status.success());
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(
        errors.contains("the certificate or its key is not usable"),
        "{errors}"
    );
    fs::remove_dir_all(&folder).unwrap();
}
