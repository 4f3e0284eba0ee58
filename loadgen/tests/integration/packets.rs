//! Does tcpdump's count of the same packets agree with the ledger, byte for byte?
//!
//! tcpdump counts each connection up to the client's FIN, and the ledger up to the kernel's
//! reading just before it. The feed is slow, so that nothing is sent between the two.

use std::{
    fs,
    io::{BufRead, BufReader},
    path::Path,
    process::{Command, Stdio},
    thread,
    time::Duration,
};

use serde_json::Value;
use server::Transport;

use crate::{
    pcap::{self, Connection},
    running::{self, Running},
};

const CLIENTS: usize = 3;

/// A run: its transport, its options, and its number of connections.
type Run = (Transport, &'static str, usize);

/// The eight transports, publishing by POST and by frame, and TLS, each with a reconnect.
fn runs() -> impl Iterator<Item = Run> {
    let publishing = "--direction up --rate 6 --reconnect";
    let tls = "--insecure --reconnect";
    let http2 = "--insecure --reconnect --http 2";
    let others = [
        // The first update is published on a separate connection.
        (Transport::WebSocket, publishing, 2 * CLIENTS + 1),
        // Each client has a second connection for its POSTs.
        (Transport::Sse, publishing, 3 * CLIENTS + 1),
        (Transport::LongPolling, publishing, 3 * CLIENTS + 1),
        // Full and resumed handshakes.
        (Transport::WebSocket, tls, 2 * CLIENTS),
        (Transport::LongPolling, http2, 2 * CLIENTS),
        (Transport::Sse, http2, 2 * CLIENTS),
    ];
    let receiving = Transport::ALL.map(|transport| (transport, "", CLIENTS));
    receiving.into_iter().chain(others)
}

#[test]
fn a_capture_of_the_run_agrees_with_the_ledger_to_the_byte() {
    let folder = tempfile::tempdir().unwrap();
    // All at the same time: each has its own server, port and capture.
    let compared = thread::scope(|scope| {
        let compare = |(nth, run): (usize, Run)| {
            let file = folder.path().join(nth.to_string());
            scope.spawn(move || differences(run, &file))
        };
        let compared: Vec<_> = runs().enumerate().map(compare).collect();
        let compared = compared.into_iter().map(|one| one.join().unwrap());
        compared.collect::<Option<Vec<_>>>()
    });
    match compared.map(|each| each.concat()) {
        None => running::skipped("tcpdump is missing, or may not capture here"),
        Some(differences) => assert!(differences.is_empty(), "{differences:#?}"),
    }
}

/// The differences between the capture and the ledger of a run; `None` without a capture.
fn differences(run: Run, file: &Path) -> Option<Vec<String>> {
    let (transport, options, connections) = run;
    // Four updates per second: no update is in flight when a client disconnects.
    let is_tls = options.contains("--insecure");
    let (server, port) = running::server_with(&["--rate", "4"], is_tls);
    let capture = capture(file, port)?;
    let options = format!(
        "--transport {transport} --clients {CLIENTS} --duration 2s --warm-up 200ms \
         --interval 500ms {options}"
    );
    let scheme = if is_tls { "https" } else { "http" };
    let row = running::counted(&format!("--url {scheme}://127.0.0.1:{port} {options}"));
    // After this, both sides have closed every connection.
    drop(server);
    let captured = captured(file, port, run);
    drop(capture);

    let (on_socket, tcp_ip) = booked(&row["bytes_total"]);
    let bytes = || captured.iter().map(Connection::before_the_client_ends);
    let headers = bytes().map(|[headers, _]| headers).sum();
    let payload = bytes().map(|[_, payload]| payload).sum();
    let pairs = [
        ("connections", captured.len() as u64, connections as u64),
        ("bytes of all classes on the socket", payload, on_socket),
        ("bytes of tcp_ip", headers, tcp_ip),
    ];
    let say = |(what, outside, own)| {
        format!("{transport}{options}: {what}: {outside} captured, {own} in the ledger")
    };
    let differ = pairs.into_iter().filter(|(_, outside, own)| outside != own);
    Some(differ.map(say).collect())
}

/// The ledger's bytes on the sockets, and its packet headers.
fn booked(bytes_total: &Value) -> (u64, u64) {
    let bytes = |class: &str| bytes_total[class].as_u64().unwrap();
    let classes = bytes_total.as_object().unwrap().keys();
    let all: u64 = classes.map(|class| bytes(class)).sum();
    (all - bytes("tcp_ip"), bytes("tcp_ip"))
}

/// All connections of a capture, which are written to the file shortly after the packets.
fn captured(file: &Path, port: u16, (transport, options, least): Run) -> Vec<Connection> {
    let mut seen = String::new();
    let connections = running::poll(Duration::from_secs(10), || {
        let connections = pcap::connections(&fs::read(file).unwrap(), port);
        let ended = connections.iter().filter(|one| one.has_ended()).count();
        let of = connections.len();
        seen = format!("{ended} of {of} captured connections have ended");
        (ended >= least && ended == of).then_some(connections)
    });
    connections.unwrap_or_else(|| panic!("{transport} {options}: {seen}"))
}

/// Captures the packets of a port from the time at which this returns.
fn capture(file: &Path, port: u16) -> Option<Running> {
    let child = Command::new("tcpdump")
        // Without name resolution, unbuffered, headers only.
        .args(["-i", "lo", "-n", "-U", "--immediate-mode", "-s", "128"])
        .arg("-w")
        .arg(file)
        .arg(format!("tcp port {port}"))
        .stderr(Stdio::piped())
        .spawn();
    let mut child = child.ok()?;
    let messages = BufReader::new(child.stderr.take()?);
    let capture = Running(child);
    let mut lines = messages.lines().map_while(Result::ok);
    lines.find(|line| line.contains("listening on"))?;
    // Keeps reading tcpdump's output, so that tcpdump does not block.
    thread::spawn(move || lines.count());
    Some(capture)
}
