//! Does an outside count of the same packets agree with the ledger, byte for byte?

use std::{
    fs,
    io::{self, BufRead, BufReader, Write},
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use serde_json::Value;

/// A program that is ended with the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn a_capture_of_the_run_agrees_with_the_ledger_to_the_byte() {
    let folder = tempfile::tempdir().unwrap();
    for transport in ["polling", "long-polling", "sse", "websocket"] {
        let (server, port) = server();
        let file = folder.path().join(transport);
        let Some(capture) = capture(&file, port) else {
            // Written past the test harness, which shows only what failed.
            let why = "skipped: tcpdump is missing, or may not capture here";
            writeln!(io::stderr(), "{why}").unwrap();
            return;
        };
        let row = measure(transport, port);
        drop(server);
        let booked: u64 = row["bytes_total"]
            .as_object()
            .unwrap()
            .iter()
            .filter(|(class, _)| !["tls", "tcp_ip"].contains(&class.as_str()))
            .map(|(_, bytes)| bytes.as_u64().unwrap())
            .sum();
        // The capture comes to the file a moment after the packets.
        let captured = || payload_bytes(&fs::read(&file).unwrap(), port);
        let deadline = Instant::now() + Duration::from_secs(10);
        while captured() != booked && Instant::now() < deadline {
            std::thread::yield_now();
        }
        drop(capture);
        assert_eq!(captured(), booked, "{transport}");
    }
}

/// A slow feed: nothing is on its way to a client when it leaves.
fn server() -> (Running, u16) {
    let loadgen = Path::new(env!("CARGO_BIN_EXE_loadgen"));
    let mut child = Command::new(loadgen.with_file_name("server"))
        .args(["--bind", "127.0.0.1:0", "--rate", "4"])
        .stdout(Stdio::piped())
        .spawn()
        .expect("the server is built: cargo build");
    let mut line = String::new();
    let output = child.stdout.take().unwrap();
    BufReader::new(output).read_line(&mut line).unwrap();
    let port = line.trim().rsplit(':').next().unwrap().parse().unwrap();
    (Running(child), port)
}

fn measure(transport: &str, port: u16) -> Value {
    let url = format!("http://127.0.0.1:{port}");
    let output = Command::new(env!("CARGO_BIN_EXE_loadgen"))
        .args([
            "run",
            "--transport",
            transport,
            "--clients",
            "3",
            "--duration",
            "2s",
        ])
        .args([
            "--warm-up",
            "200ms",
            "--interval",
            "500ms",
            "--url",
            &url,
            "--json",
        ])
        .output()
        .unwrap();
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Captures what passes the port, from the moment at which this returns.
fn capture(file: &Path, port: u16) -> Option<Running> {
    let child = Command::new("tcpdump")
        .args([
            "-i",
            "lo",
            "-n",
            "-U",
            "--immediate-mode",
            "-s",
            "128",
            "-w",
        ])
        .arg(file)
        .arg(format!("tcp port {port}"))
        .stderr(Stdio::piped())
        .spawn();
    let mut child = child.ok()?;
    let messages = BufReader::new(child.stderr.take()?);
    let capture = Running(child);
    let mut lines = messages.lines().map_while(Result::ok);
    lines.find(|line| line.contains("listening on"))?;
    // It goes on to drain what tcpdump says, so that tcpdump does not wait for it.
    std::thread::spawn(move || lines.count());
    Some(capture)
}

/// All TCP payload bytes in a capture, up to the last packet that is complete in it.
fn payload_bytes(pcap: &[u8], port: u16) -> u64 {
    let mut bytes = 0;
    let mut rest = pcap.get(24..).unwrap_or_default();
    while let Some((head, after)) = rest.split_first_chunk::<16>() {
        let length = u32::from_le_bytes([head[8], head[9], head[10], head[11]]) as usize;
        let Some((packet, next)) = after.split_at_checked(length) else {
            break;
        };
        rest = next;
        // Ethernet (14 bytes), then IPv4, then TCP.
        let ip = &packet[14..];
        let ip_head = usize::from(ip[0] & 15) * 4;
        let total = usize::from(u16::from_be_bytes([ip[2], ip[3]]));
        let tcp = &ip[ip_head..];
        let tcp_head = usize::from(tcp[12] >> 4) * 4;
        let ports = [0, 2].map(|at| u16::from_be_bytes([tcp[at], tcp[at + 1]]));
        assert!(ports.contains(&port));
        bytes += (total - ip_head - tcp_head) as u64;
    }
    bytes
}
