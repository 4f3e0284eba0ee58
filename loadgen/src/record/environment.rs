//! On what was it measured?

use std::{fs, process::Command};

use jiff::ZonedDateTime;
use serde::{Deserialize, Serialize};

/// The machine, the build and the command behind a record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Environment {
    /// When it began, RFC 3339 with the offset from UTC.
    pub began: String,
    /// The processor, as it calls itself.
    pub cpu: Option<String>,
    /// Cores that this process may use.
    pub cores: usize,
    /// Memory of the machine, in bytes.
    pub memory_bytes: Option<u64>,
    /// Operating system and kernel.
    pub kernel: Option<String>,
    /// How many files a process may open.
    pub open_files_limit: Option<u64>,
    /// The compiler of this program.
    pub compiler: String,
    /// Whether it was built for speed.
    pub optimised: bool,
    /// The revision of the project, `-dirty` where files differ from it.
    pub revision: Option<String>,
    /// The command line.
    pub command: String,
}

impl Environment {
    /// Reads it all now.
    pub fn read() -> Self {
        let limit = rustix::process::getrlimit(rustix::process::Resource::Nofile).current;
        let mut args: Vec<String> = std::env::args().collect();
        if let Some(program) = args.first_mut() {
            *program = "loadgen".into();
        }
        Self {
            began: ZonedDateTime::now()
                .strftime("%Y-%m-%dT%H:%M:%S%:z")
                .to_string(),
            cpu: field("/proc/cpuinfo", "model name"),
            cores: std::thread::available_parallelism().map_or(1, usize::from),
            memory_bytes: field("/proc/meminfo", "MemTotal").and_then(|text| {
                let kilobytes: u64 = text.trim_end_matches("kB").trim().parse().ok()?;
                Some(kilobytes * 1024)
            }),
            kernel: output("uname", &["-srm"]),
            open_files_limit: limit,
            compiler: env!("COMPILER").into(),
            optimised: !cfg!(debug_assertions),
            revision: revision(),
            command: args.join(" "),
        }
    }

    /// In what `other` is another machine or another program; the command may be another.
    pub fn differences(&self, other: &Self) -> Vec<&'static str> {
        let pairs = [
            ("processor", self.cpu == other.cpu),
            ("number of cores", self.cores == other.cores),
            ("kernel", self.kernel == other.kernel),
            ("compiler", self.compiler == other.compiler),
            ("optimisation", self.optimised == other.optimised),
            ("revision of the project", self.revision == other.revision),
        ];
        let differ = pairs.into_iter().filter(|(_, same)| !same);
        differ.map(|(what, _)| what).collect()
    }

    /// The day of the record, for its folder and its captions.
    pub fn day(&self) -> &str {
        self.began.get(..10).unwrap_or_default()
    }
}

/// Results are written by a measurement itself: they make no revision dirty.
fn revision() -> Option<String> {
    let revision = output("git", &["rev-parse", "--short=10", "HEAD"])?;
    let changed = output(
        "git",
        &["status", "--porcelain", "-uno", "--", ".", ":!results"],
    )?;
    Some(if changed.is_empty() {
        revision
    } else {
        revision + "-dirty"
    })
}

fn field(path: &str, name: &str) -> Option<String> {
    let text = fs::read_to_string(path).ok()?;
    let line = text.lines().find(|line| line.starts_with(name))?;
    Some(line.split_once(':')?.1.trim().into())
}

fn output(program: &str, args: &[&str]) -> Option<String> {
    let output = Command::new(program).args(args).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim().into())
}
