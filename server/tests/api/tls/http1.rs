//! HTTP/1.1 and WebSocket over TLS.

use std::{fs, net::TcpStream, thread, time::Duration};

use rcgen::{KeyPair, generate_simple_self_signed};
use ring::digest::{SHA256, digest};
use socket2::SockRef;

use super::{TlsServer, client};
use crate::{
    bad_input::assert_problem,
    http::{Connection, get},
    process::{Server, skipped, until},
    start::fails,
    transports::{self, TRANSPORTS, kept_open},
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
            assert_eq!(transports::seq(&update), Some(seq), "{name}");
            assert_eq!(transports::data(&update), data, "{name}");
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
            assert_eq!(transports::seq(&update), Some(nth), "{name}");
            assert_eq!(transports::data(&update), data, "{name}");
        }
    }
}

#[test]
fn a_client_that_disconnects_is_noticed() {
    let TlsServer { server, .. } = TlsServer::quiet(&["--heartbeat", "1h"]);
    server.publish("1");
    for transport in kept_open() {
        let mut client = transport.client(&server, Some(0));
        client.next();
        server.clients_become(transport.name, 1);
        drop(client);
        server.clients_become(transport.name, 0);
    }
}

#[test]
fn the_origin_of_a_page_has_the_scheme_https() {
    let TlsServer { server, .. } = TlsServer::quiet(&[]);
    for (origin, status) in [("https://localhost", 201), ("http://localhost", 403)] {
        let answer = server.post(&[&format!("Origin: {origin}")], b"1");
        assert_eq!(answer.head.status, status, "{origin}");
    }
    let page = server.get("/").head;
    let policy = page.field("content-security-policy").expect("a policy");
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
    for client in &mut clients {
        assert!(!client.next().is_empty());
    }
    server.signal("TERM");
    for mut client in clients {
        let (texts, close) = client.until_the_end();
        assert_eq!(texts, [""; 0], "{}", client.transport.name);
        if let Some(frame) = close {
            assert_eq!(frame.close_reason().0, 1001);
        }
    }
    server.assert_ends();
}

#[test]
fn a_request_in_clear_text_gets_400() {
    let TlsServer { address, .. } = &TlsServer::quiet(&[]);
    let answer = Connection::open(*address).ask(&get("/healthz"));
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
                let connection = TcpStream::connect(clear.address).unwrap();
                assert!(Connection::over(connection.try_clone().unwrap()).is_answered());
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
        until("the options are set", || {
            let timeout = socket.tcp_user_timeout().unwrap();
            timeout == Some(3 * WRITE_TIMEOUT) && socket.tcp_notsent_lowat().unwrap() == 16 << 10
        });
    }
}

#[test]
fn a_certificate_from_files_is_used_and_its_fingerprint_printed() {
    let folder = tempfile::tempdir().unwrap();
    let key = generate_simple_self_signed(["feed.test".into()]).unwrap();
    let file = |name: &str, text: String| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let pem = |kind: &str, der: &[u8]| {
        use base64::{Engine, prelude::BASE64_STANDARD};
        let text = BASE64_STANDARD.encode(der);
        format!("-----BEGIN {kind}-----\n{text}\n-----END {kind}-----\n")
    };
    let private = |name: &str, key: &KeyPair| file(name, pem("PRIVATE KEY", key.serialized_der()));
    let certificate = file("cert.pem", pem("CERTIFICATE", key.cert.der()));
    let own = private("key.pem", &key.signing_key);
    let options = ["--tls", "--tls-cert", &certificate, "--tls-key", &own];
    let (server, [fingerprint, _]) = Server::start_reading_lines(&options);
    let hash = digest(&SHA256, key.cert.der());
    let hash = hash.as_ref().iter().map(|byte| format!("{byte:02X}"));
    let hash = hash.collect::<Vec<_>>().join(":");
    assert!(fingerprint.trim_end().ends_with(&hash), "{fingerprint}");
    let runtime = client::runtime();
    let stream = runtime.block_on(client::connect(server.address, &[b"http/1.1"]));
    let shown = stream.get_ref().1.peer_certificates().unwrap();
    assert_eq!(shown, [key.cert.der().clone()]);
    // The key of another certificate is rejected.
    let other = generate_simple_self_signed(["feed.test".into()]).unwrap();
    let other = private("other.pem", &other.signing_key);
    let options = ["--tls", "--tls-cert", &certificate, "--tls-key", &other];
    let (_, errors) = fails(&options);
    let expected = "the certificate or its key is not usable";
    assert!(errors.contains(expected), "{errors}");
}
