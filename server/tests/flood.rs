//! Does the server answer while thousands of connections say nothing?
//!
//! A test program of its own, since the clients need all the files that a process may open.

use std::{
    env,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

const HOLDERS: usize = 2;
const CONNECTIONS: usize = 10_000;
/// Where a holder finds the server.
const ADDRESS: &str = "FLOOD_ADDRESS";

/// A process that ends with the test.
struct Process(Child);

impl Process {
    fn start(command: &mut Command) -> (Self, BufReader<std::process::ChildStdout>) {
        let child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        let mut child = child.expect("it starts");
        let output = BufReader::new(child.stdout.take().expect("it is piped"));
        (Self(child), output)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The next line that begins with this.
fn line_with(output: &mut impl BufRead, begin: &str) -> String {
    let mut line = String::new();
    while !line.starts_with(begin) {
        line.clear();
        let read = output.read_line(&mut line).expect("it is text");
        assert!(read > 0, "it ends before it says {begin}");
    }
    line[begin.len()..].trim_end().to_owned()
}

fn get(address: &str, path: &str) -> String {
    let mut stream = TcpStream::connect(address).expect("the server accepts");
    let patience = Some(Duration::from_secs(10));
    stream.set_read_timeout(patience).expect("it is not zero");
    let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    stream
        .write_all(request.as_bytes())
        .expect("it can be sent");
    let mut response = String::new();
    stream.read_to_string(&mut response).expect("a response");
    response
}

#[test]
fn silent_connections_do_not_keep_the_server_from_answering() {
    let mut server = Command::new(env!("CARGO_BIN_EXE_server"));
    server.args(["--bind", "127.0.0.1:0", "--source", "none"]);
    let (_server, mut output) = Process::start(&mut server);
    let address = line_with(&mut output, "serving on http://");
    let holders: Vec<_> = (0..HOLDERS)
        .map(|_| {
            let mut holder = Command::new(env::current_exe().expect("this program"));
            holder.args([
                "--ignored",
                "--exact",
                "hold_silent_connections",
                "--nocapture",
            ]);
            Process::start(holder.env(ADDRESS, &address))
        })
        .collect();
    let mut held = 0;
    let holders: Vec<_> = holders
        .into_iter()
        .map(|(holder, mut output)| {
            held += line_with(&mut output, "held ")
                .parse::<usize>()
                .expect("a number");
            holder
        })
        .collect();
    // As many as the files that this system lets a process open.
    assert!(held >= HOLDERS * 500, "{held}");
    for _ in 0..3 {
        let asked = Instant::now();
        let response = get(&address, "/healthz");
        assert!(response.starts_with("HTTP/1.1 200 "), "{response}");
        assert!(
            asked.elapsed() < Duration::from_secs(1),
            "{:?}",
            asked.elapsed()
        );
    }
    let metrics = get(&address, "/metrics");
    let counter = "feed_rejections_total{reason=\"connections_without_request\"} ";
    let evicted = metrics.lines().find_map(|line| line.strip_prefix(counter));
    let evicted: usize = evicted.expect("a counter").parse().expect("a number");
    assert!(evicted + 1_100 > held, "{evicted} of {held}");
    drop(holders);
}

/// Not a test: the process that holds connections, each of which says nothing.
#[test]
#[ignore = "it is started by the other test"]
fn hold_silent_connections() {
    let Ok(address) = env::var(ADDRESS) else {
        return;
    };
    let mut connections = Vec::new();
    while connections.len() < CONNECTIONS {
        match TcpStream::connect(&address) {
            Ok(stream) => connections.push(stream),
            Err(_) => break,
        }
    }
    println!("\nheld {}", connections.len());
    // Until the other process ends this one.
    let _ = std::io::stdin().read_to_end(&mut Vec::new());
}
