//! Thousands of connections that send nothing.

use std::{
    env,
    io::{BufRead, BufReader, Read, stdin},
    net::TcpStream,
    process::{Child, Command, Stdio},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use crate::process::{PATIENCE, Server, skipped};

/// One process cannot open this many connections.
const HOLDERS: usize = 2;
const CONNECTIONS: usize = 10_000;
/// The environment variable with the address of the server.
const ADDRESS: &str = "FLOOD_ADDRESS";

/// A process that holds connections until this is dropped.
struct Holder {
    child: Child,
    held: mpsc::Receiver<usize>,
}

impl Holder {
    fn start(server: &Server) -> Self {
        let mut command = Command::new(env::current_exe().expect("this program"));
        command.args(["--ignored", "--nocapture", "--exact"]);
        command.arg("connection::flood::hold_silent_connections");
        let child = command
            .env(ADDRESS, server.address.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        let mut child = child.expect("the process starts");
        let lines = BufReader::new(child.stdout.take().expect("it is piped")).lines();
        let (sender, held) = mpsc::channel();
        thread::spawn(move || {
            let mut counts = lines.map_while(Result::ok);
            let count = counts.find_map(|line| line.strip_prefix("held ")?.parse().ok());
            count.map(|count| sender.send(count))
        });
        Self { child, held }
    }
}

impl Drop for Holder {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn silent_connections_do_not_keep_the_server_from_answering() {
    let server = Server::quiet(&[]);
    let holders: Vec<_> = (0..HOLDERS).map(|_| Holder::start(&server)).collect();
    let count = |holder: &Holder| holder.held.recv_timeout(6 * PATIENCE);
    let held: usize = holders.iter().map(|it| count(it).expect("a count")).sum();
    if held < HOLDERS * CONNECTIONS {
        return skipped("this system does not allow a process to open 10,000 files");
    }
    for _ in 0..3 {
        let asked = Instant::now();
        assert_eq!(server.get("/healthz").head.status, 200);
        let waited = asked.elapsed();
        assert!(waited < Duration::from_secs(1), "{waited:?}");
    }
    // All except those that the server keeps, and this one.
    let evicted = server.rejections("connections_without_request") as usize;
    assert!(
        (held - 1_100..held).contains(&evicted),
        "{evicted} of {held}"
    );
}

/// Not a test: the process that holds silent connections.
#[test]
#[ignore = "started by the other test"]
fn hold_silent_connections() {
    let Ok(address) = env::var(ADDRESS) else {
        return;
    };
    let mut connections = Vec::new();
    while connections.len() < CONNECTIONS
        && let Ok(stream) = TcpStream::connect(&address)
    {
        connections.push(stream);
    }
    println!("\nheld {}", connections.len());
    // Until the other process closes standard input.
    let _ = stdin().read_to_end(&mut Vec::new());
}
