//! The server as a process. It is killed when this is dropped, even after a panic.

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::SocketAddr,
    process::{Child, ChildStdin, Command, ExitStatus, Stdio},
    thread,
    time::{Duration, Instant},
};

use crate::{
    http::{Answer, Connection, get, request},
    transports,
};

/// How long a test waits on a busy machine before it fails.
pub const PATIENCE: Duration = Duration::from_secs(10);

pub struct Server {
    child: Child,
    pub address: SocketAddr,
}

pub fn command(options: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_server"));
    command.args(options).env_remove("RUST_LOG");
    command
}

impl Server {
    /// Starts the server on a free port and waits until it accepts connections.
    pub fn start(options: &[&str]) -> Self {
        Self::spawn(&[], options, Stdio::null())
    }

    /// Like [`Self::start`], also returns the first line of standard error.
    pub fn start_reading_line(options: &[&str]) -> (Self, String) {
        let (server, [line]) = Self::start_reading_lines(options);
        (server, line)
    }

    /// Like [`Self::start`], keeps the log for [`Self::stop_and_read_log`].
    pub fn start_logging(options: &[&str]) -> Self {
        Self::spawn(&[], options, Stdio::piped())
    }

    /// Stops the server and returns its standard error.
    pub fn stop_and_read_log(&mut self) -> String {
        self.signal("TERM");
        let mut log = String::new();
        let mut stderr = self.child.stderr.take().expect("it is piped");
        stderr.read_to_string(&mut log).expect("it is UTF-8");
        log
    }

    /// Like [`Self::start`], also returns the first lines of standard error.
    pub fn start_reading_lines<const LINES: usize>(options: &[&str]) -> (Self, [String; LINES]) {
        let mut server = Self::spawn(&[], options, Stdio::piped());
        let stderr = server.child.stderr.take().expect("it is piped");
        let mut stderr = BufReader::new(stderr);
        let lines = [(); LINES].map(|()| {
            let mut line = String::new();
            stderr.read_line(&mut line).expect("it is UTF-8");
            line
        });
        (server, lines)
    }

    /// A quiet server whose open files `ulimit` limits, with its log kept.
    pub fn with_few_files(ulimit: &str, options: &[&str]) -> Self {
        let script = format!("ulimit {ulimit} && exec \"$0\" \"$@\"");
        let options = [&["--source", "none"], options].concat();
        Self::spawn(&["sh", "-c", &script], &options, Stdio::piped())
    }

    /// A quiet server to which the kernel reports a release of Linux 2.6, which does not have all
    /// fields of `struct tcp_info`.
    #[cfg(target_os = "linux")]
    pub fn on_old_kernel(options: &[&str]) -> Self {
        let options = [&["--source", "none"], options].concat();
        Self::spawn(&["setarch", "--uname-2.6"], &options, Stdio::null())
    }

    /// Starts the server, through another program if `launcher` names one.
    fn spawn(launcher: &[&str], options: &[&str], stderr: Stdio) -> Self {
        let words = [launcher, &[env!("CARGO_BIN_EXE_server")]].concat();
        let mut child = Command::new(words[0])
            .args(&words[1..])
            .env_remove("RUST_LOG")
            .args(["--bind", "127.0.0.1:0"])
            .args(options)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(stderr)
            .spawn()
            .expect("the server starts");
        let output = child.stdout.take().expect("its output is piped");
        let mut line = String::new();
        let read = BufReader::new(output).read_line(&mut line);
        let address = read.ok().and_then(|_| {
            let url = line.strip_prefix("serving on ")?.trim_end();
            url.split_once("://")?.1.parse().ok()
        });
        let Some(address) = address else {
            let _ = child.kill();
            panic!("the first line is {line:?}");
        };
        Self { child, address }
    }

    /// A server whose only updates are published by the test.
    pub fn quiet(options: &[&str]) -> Self {
        Self::start(&[&["--source", "none"], options].concat())
    }

    /// Like [`Self::quiet`], without limits on publishing.
    pub fn unlimited(options: &[&str]) -> Self {
        let unlimited = ["--publish-rate", "0", "--publish-rate-per-client", "0"];
        Self::quiet(&[&unlimited, options].concat())
    }

    pub fn connect(&self) -> Connection {
        Connection::open(self.address)
    }

    /// Connects and sends a request.
    pub fn send(&self, request: &[u8]) -> Connection {
        let mut connection = self.connect();
        connection.send(request);
        connection
    }

    pub fn ask(&self, request: &[u8]) -> Answer {
        self.send(request).answer()
    }

    pub fn get(&self, target: &str) -> Answer {
        self.ask(&get(target))
    }

    /// Requests a stream. Its header has been received.
    pub fn stream(&self, target: &str) -> Connection {
        let mut stream = self.send(&get(target));
        assert_eq!(stream.head().status, 200, "{target}");
        stream
    }

    /// Connects and sends an HTTP/1.0 request.
    pub fn send_http_1_0(&self, method: &str, target: &str, fields: &[&str]) -> Connection {
        let start = format!("{method} {target} HTTP/1.0");
        let lines = [&[&start[..]], fields, &["", ""]].concat();
        self.send(lines.join("\r\n").as_bytes())
    }

    /// Sends `POST /updates`.
    pub fn post(&self, fields: &[&str], body: &[u8]) -> Answer {
        self.ask(&request("POST", "/updates", fields, body))
    }

    /// Publishes a JSON value and returns its `seq`.
    pub fn publish(&self, json: &str) -> u64 {
        let answer = self.post(&[], json.as_bytes());
        assert_eq!(answer.head.status, 201, "{}", answer.text());
        let seq = answer.text();
        let seq = seq
            .strip_prefix("{\"seq\":")
            .and_then(|rest| rest.strip_suffix("}"));
        seq.and_then(|seq| seq.parse().ok()).expect("a seq")
    }

    /// The texts of the updates in the history.
    pub fn texts(&self) -> Vec<String> {
        let mut texts = transports::json_array(&self.get("/polling?after=0").body);
        texts.retain(|text| transports::seq(text).is_some());
        texts
    }

    /// The value of one line of `/metrics`.
    pub fn metric(&self, name: &str) -> u64 {
        let text = self.get("/metrics").text();
        let value = text.lines().find_map(|line| line.strip_prefix(name));
        let value = value.unwrap_or_else(|| panic!("no {name} in\n{text}"));
        value.trim().parse().expect("a whole number")
    }

    /// Waits until the metric has this value.
    pub fn metric_becomes(&self, name: &str, value: u64) {
        until(&format!("{name} is {value}"), || self.metric(name) == value);
    }

    /// The number of requests and connections that were rejected for this reason.
    pub fn rejections(&self, reason: &str) -> u64 {
        self.metric(&rejections(reason))
    }

    /// Waits until this number of rejections is counted.
    pub fn rejections_become(&self, reason: &str, count: u64) {
        self.metric_becomes(&rejections(reason), count);
    }

    /// Waits until the transport has this number of clients.
    pub fn clients_become(&self, transport: &str, count: u64) {
        let name = format!("feed_clients{{transport=\"{transport}\"}}");
        self.metric_becomes(&name, count);
    }

    pub fn stdin(&mut self) -> ChildStdin {
        self.child.stdin.take().expect("taken once")
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    pub fn signal(&self, name: &str) {
        let kill = format!("kill -s {name} {}", self.child.id());
        let status = Command::new("sh").args(["-c", &kill]).status();
        assert!(status.expect("sh runs").success(), "{kill}");
    }

    /// Sends SIGTERM. The server must end soon and without an error.
    pub fn assert_stops(&mut self) {
        self.signal("TERM");
        self.assert_ends();
    }

    /// The server must end soon and without an error.
    pub fn assert_ends(&mut self) {
        // It waits 1 s for connections to finish; the rest allows for a busy machine.
        let status = self.ends_within(Duration::from_secs(5));
        assert_eq!(status.code(), Some(0), "{status}");
    }

    /// Waits for the end of the process, for at most `longest`.
    pub fn ends_within(&mut self, longest: Duration) -> ExitStatus {
        let deadline = Instant::now() + longest;
        loop {
            if let Some(status) = self.child.try_wait().expect("the child is ours") {
                return status;
            }
            assert!(
                Instant::now() < deadline,
                "the server still runs after {longest:?}"
            );
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// A memory size of `/proc/PID/status`, such as `VmRSS` (current) or `VmHWM` (peak); 0 if the
    /// system does not provide it.
    pub fn memory_kib(&self, name: &str) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()));
        let status = status.unwrap_or_default();
        let value = status.lines().find_map(|line| line.strip_prefix(name));
        let digits = value.and_then(|value| value.split_whitespace().next());
        digits.map_or(0, |digits| digits.parse().expect("kB"))
    }

    /// Asserts that the process uses less than a fifth of a core for a second.
    pub fn assert_idle_for_a_second(&self) {
        const TICKS: u64 = 20;
        let before = self.cpu_ticks();
        thread::sleep(Duration::from_secs(1));
        let used = self.cpu_ticks() - before;
        assert!(
            used < TICKS,
            "the server used {used} ticks of CPU time in a second"
        );
    }

    /// The CPU time used by the process, in ticks of 10 ms; 0 if the system does not provide it.
    fn cpu_ticks(&self) -> u64 {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id()));
        let stat = stat.unwrap_or_default();
        let (_, fields) = stat.rsplit_once(") ").unwrap_or_default();
        let fields = fields.split(' ').skip(11).take(2);
        fields
            .map(|ticks| ticks.parse::<u64>().expect("ticks"))
            .sum()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The counter of rejections for this reason.
fn rejections(reason: &str) -> String {
    format!("feed_rejections_total{{reason=\"{reason}\"}}")
}

/// Prints why a test was skipped, bypassing the test harness, which shows only the output of
/// failures. In CI, where nothing may be missing, it fails.
pub fn skipped(why: &str) {
    assert!(std::env::var_os("CI").is_none(), "skipped in CI: {why}");
    let _ = writeln!(std::io::stderr(), "skipped: {why}");
}

/// Polls until the condition holds.
pub fn until(what: &str, mut holds: impl FnMut() -> bool) {
    awaited(what, || {
        let is_done = holds();
        if !is_done {
            thread::sleep(Duration::from_millis(5));
        }
        is_done.then_some(())
    });
}

/// Polls until a value is returned. For functions that wait by themselves.
pub fn awaited<T>(what: &str, mut poll: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(found) = poll() {
            return found;
        }
        assert!(Instant::now() < deadline, "not within {PATIENCE:?}: {what}");
    }
}
