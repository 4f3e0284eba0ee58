//! A NATS server as a process, and a client of its own protocol, which shares no code with ours.

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpStream},
    path::{Path, PathBuf},
    process::Command,
};

use server::cluster::{Cluster, ClusterOptions, require_broker};
use tokio::runtime::Runtime;

use crate::process::{PATIENCE, Server, skipped, until};

/// A NATS server with JetStream.
pub struct Broker {
    runtime: Runtime,
    cluster: Cluster,
}

/// Runs a test with a broker, if one is installed.
pub fn with_broker(test: impl FnOnce(Broker)) {
    if let Err(missing) = require_broker() {
        return skipped(&missing.to_string());
    }
    let options = ClusterOptions {
        brokers: 1,
        ..ClusterOptions::default()
    };
    let runtime = Runtime::new().expect("a runtime");
    let cluster = runtime.block_on(Cluster::start(options));
    let cluster = cluster.expect("the broker starts");
    test(Broker { runtime, cluster });
}

impl Broker {
    pub fn address(&self) -> SocketAddr {
        self.cluster.brokers[0].address()
    }

    /// Starts it again with what it has stored.
    pub fn start_again(&mut self) {
        let started = self.cluster.brokers[0].start_again();
        self.runtime.block_on(started).expect("it starts");
    }

    /// Kills it; what it has acknowledged is stored.
    pub fn kill(&mut self) {
        self.cluster.brokers[0].kill();
    }

    /// Copies what it has stored. It must not run.
    pub fn copy_store(&self) -> PathBuf {
        let store = self.cluster.brokers[0].data_folder();
        let copy = store.with_extension("copy");
        let status = Command::new("cp").arg("-R").args([&store, &copy]).status();
        assert!(status.expect("cp runs").success());
        copy
    }

    /// Replaces what it has stored by a copy of an earlier time. It must not run.
    pub fn restore(&self, copy: &Path) {
        let store = self.cluster.brokers[0].data_folder();
        fs::remove_dir_all(&store).expect("the store is removed");
        fs::rename(copy, &store).expect("the copy takes its place");
    }

    /// The value of `--feed` for a stream.
    pub fn feed(&self, stream: &str) -> String {
        format!("nats://{}/{stream}", self.address())
    }

    /// Sends a request and returns the answer: of the JetStream API, or of a stream to a message.
    pub fn ask(&self, subject: &str, payload: &str) -> String {
        let mut stream = TcpStream::connect(self.address()).expect("the broker accepts");
        stream.set_read_timeout(Some(PATIENCE)).expect("a time-out");
        let length = payload.len();
        write!(
            stream,
            "CONNECT {{\"verbose\":false}}\r\nSUB answer 1\r\n\
             PUB {subject} answer {length}\r\n{payload}\r\n"
        )
        .expect("the broker reads");
        let mut read = BufReader::new(stream);
        loop {
            let mut line = String::new();
            assert_ne!(read.read_line(&mut line).expect("a line"), 0, "{subject}");
            if let Some(message) = line.strip_prefix("MSG answer 1 ") {
                let mut answer = vec![0; message.trim().parse().expect("a length")];
                read.read_exact(&mut answer).expect("the answer");
                return String::from_utf8(answer).expect("UTF-8");
            }
        }
    }

    /// Deletes the stream. The next server that misses it creates it.
    pub fn delete_stream(&self, stream: &str) {
        let answer = self.ask(&format!("$JS.API.STREAM.DELETE.{stream}"), "");
        assert!(answer.contains("\"success\":true"), "{answer}");
    }
}

/// Waits until a server is ready.
pub fn ready(server: &Server) {
    until("the server is ready", || {
        server.get("/readyz").head.status == 200
    });
}
