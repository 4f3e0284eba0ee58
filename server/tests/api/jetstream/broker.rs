//! A NATS server as a process, and a client of its own protocol, which shares no code with ours.

use std::{
    env, fs,
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicU32, Ordering},
};

use server::cluster::installed;

use crate::process::{PATIENCE, until};

/// A NATS server with JetStream, on a port that it keeps after a restart. It is killed, and its
/// folder removed, when this is dropped.
pub struct Broker {
    program: PathBuf,
    child: Option<Child>,
    folder: PathBuf,
    pub address: SocketAddr,
}

impl Broker {
    /// Starts a broker, or returns `None` if it is not installed.
    pub fn start() -> Option<Self> {
        static FOLDERS: AtomicU32 = AtomicU32::new(0);
        let nth = FOLDERS.fetch_add(1, Ordering::Relaxed);
        let name = format!("jetstream-{}-{nth}", std::process::id());
        let mut broker = Self {
            program: installed("nats-server").ok()?,
            child: None,
            folder: env::temp_dir().join(name),
            address: ([127, 0, 0, 1], 0).into(),
        };
        broker.start_again();
        Some(broker)
    }

    /// Starts it again with what it has stored.
    pub fn start_again(&mut self) {
        // Port -1 selects a free one.
        let port = match self.address.port() {
            0 => "-1".into(),
            port => port.to_string(),
        };
        let folder = self.folder.to_str().expect("the folder is UTF-8");
        let options = ["-a", "127.0.0.1", "-p", &port, "-js", "-sd", folder];
        let mut child = Command::new(&self.program)
            .args(options)
            .stderr(Stdio::piped())
            .spawn()
            .expect("the broker starts");
        let log = BufReader::new(child.stderr.take().expect("it is piped"));
        self.child = Some(child);
        let listens = "Listening for client connections on ";
        let mut lines = log.lines().map_while(Result::ok);
        let address = lines.find_map(|line| Some(line.split_once(listens)?.1.to_owned()));
        self.address = address.expect("it listens").parse().expect("an address");
        // Its log must be read, or it would stop.
        std::thread::spawn(move || lines.for_each(drop));
    }

    /// Kills it; what it has acknowledged is stored.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// Copies what it has stored. It must not run.
    pub fn copy_store(&self) -> PathBuf {
        let copy = self.folder.with_extension("copy");
        copy_folder(&self.folder, &copy);
        copy
    }

    /// Replaces what it has stored by a copy of an earlier time. It must not run.
    pub fn restore(&self, copy: &Path) {
        fs::remove_dir_all(&self.folder).expect("the store is removed");
        fs::rename(copy, &self.folder).expect("the copy takes its place");
    }

    /// The value of `--feed` for a stream.
    pub fn feed(&self, stream: &str) -> String {
        format!("nats://{}/{stream}", self.address)
    }

    /// Sends commands of the protocol, and returns when the broker has processed them.
    pub fn send(&self, commands: &str) {
        let mut read = self.begin(commands);
        let mut line = String::new();
        while line != "PONG\r\n" {
            line.clear();
            assert_ne!(read.read_line(&mut line).expect("a line"), 0, "{commands}");
        }
    }

    /// Connects and sends commands, followed by a PING.
    fn begin(&self, commands: &str) -> BufReader<TcpStream> {
        let mut stream = TcpStream::connect(self.address).expect("the broker accepts");
        stream.set_read_timeout(Some(PATIENCE)).expect("a time-out");
        let options = r#"{"verbose":false,"headers":true}"#;
        write!(stream, "CONNECT {options}\r\n{commands}PING\r\n").expect("the broker reads");
        BufReader::new(stream)
    }

    /// Sends a request of the JetStream API and returns its answer.
    pub fn ask(&self, subject: &str, payload: &str) -> String {
        let length = payload.len();
        let mut read = self.begin(&format!(
            "SUB answer 1\r\nPUB {subject} answer {length}\r\n{payload}\r\n"
        ));
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

impl Drop for Broker {
    fn drop(&mut self) {
        self.kill();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let (path, to) = (entry.path(), to.join(entry.file_name()));
        match path.is_dir() {
            true => copy_folder(&path, &to),
            false => drop(fs::copy(&path, &to).expect("a file")),
        }
    }
}

/// Waits until a server is ready.
pub fn ready(server: &crate::process::Server) {
    until("the server is ready", || {
        server.get("/readyz").head.status == 200
    });
}
