//! On what is it measured?

use std::{fs, process::Command};

use jiff::ZonedDateTime;

use crate::record::Environment;

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
