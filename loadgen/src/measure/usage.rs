//! What has a process used so far?

use std::{
    fs,
    path::{Path, PathBuf},
};

/// CPU and memory of a process.
#[derive(Clone, Copy, Debug, Default)]
pub struct Usage {
    /// CPU time of all its threads, in nanoseconds.
    pub cpu_ns: u64,
    /// Memory that it holds, in bytes.
    pub rss_bytes: u64,
}

impl Usage {
    /// Reads what `process` has used; `None` where the system does not tell (it is Linux that
    /// does), or where the process has ended.
    pub fn of(process: u32) -> Option<Self> {
        let process = PathBuf::from("/proc").join(process.to_string());
        // A thread may end while the list is read.
        let threads = fs::read_dir(process.join("task")).ok()?.flatten();
        let cpu_ns = threads.filter_map(|thread| first_number(&thread.path().join("schedstat")));
        // A process has a thread: without a number the kernel counts none.
        let cpu_ns = cpu_ns.reduce(|one, other| one + other)?;
        let status = fs::read_to_string(process.join("status")).ok()?;
        let resident = status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:"))?;
        let kilobytes: u64 = resident.split_whitespace().next()?.parse().ok()?;
        Some(Self {
            cpu_ns,
            rss_bytes: kilobytes * 1024,
        })
    }

    /// What this process has used.
    pub fn own() -> Option<Self> {
        Self::of(std::process::id())
    }
}

fn first_number(path: &Path) -> Option<u64> {
    fs::read_to_string(path)
        .ok()?
        .split_whitespace()
        .next()?
        .parse()
        .ok()
}
