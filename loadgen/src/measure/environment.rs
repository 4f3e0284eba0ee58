//! The machine and the build on which a record is measured.

use std::{borrow::Cow, ffi::OsString, fs, iter, process::Command};

use jiff::ZonedDateTime;
use server::cluster;

use crate::record::Environment;

impl Environment {
    /// Reads the current environment.
    pub fn read() -> Self {
        let limit = rustix::process::getrlimit(rustix::process::Resource::Nofile).current;
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
            broker: None,
            command: command(std::env::args_os().skip(1)),
        }
    }

    /// The same, with the version of the brokers.
    pub fn with_broker(self) -> Self {
        Self {
            broker: cluster::broker_version(),
            ..self
        }
    }
}

/// The command line, quoted for a shell. Bytes of a path that are not UTF-8 are replaced.
fn command(args: impl Iterator<Item = OsString>) -> String {
    let args = args.map(|arg| quoted(arg.to_string_lossy()));
    let words: Vec<_> = iter::once("loadgen".to_owned()).chain(args).collect();
    words.join(" ")
}

/// A word, quoted for a POSIX shell.
pub fn quoted<'a>(word: impl Into<Cow<'a, str>>) -> String {
    // Only a NUL can't be quoted, and no argument contains one.
    let word = word.into();
    let quoter = shlex::Quoter::new().allow_nul(true);
    quoter.quote(&word).map(Cow::into_owned).unwrap_or_default()
}

/// The revision, `-dirty` if files differ from it. Changes in `results` do not count, because
/// measuring writes there.
fn revision() -> Option<String> {
    let revision = output("git", &["rev-parse", "--short=10", "HEAD"])?;
    let status = ["status", "--porcelain", "-uno", "--", ".", ":!results"];
    let changed = output("git", &status)?;
    let dirty = if changed.is_empty() { "" } else { "-dirty" };
    Some(revision + dirty)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_can_be_pasted_into_a_shell() {
        let args = ["run", "--root", "a b", "it's", "", "--rtt=100ms"];
        let command = command(args.map(OsString::from).into_iter());
        let shown = Command::new("sh")
            .args(["-c", &format!("printf '%s|' {command}")])
            .output();
        let shown = shown.expect("a shell starts").stdout;
        assert_eq!(shown, b"loadgen|run|--root|a b|it's||--rtt=100ms|");
    }
}
