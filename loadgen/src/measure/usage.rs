//! What has a process used so far, and what does the kernel hold?

use std::{
    fs::{self, File},
    os::fd::AsRawFd,
    path::{Path, PathBuf},
};

use anyhow::{Context, bail};

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
        Self::read(&folder_of(process))
    }

    fn read(process: &Path) -> Option<Self> {
        // A thread may end while the list is read.
        let threads = fs::read_dir(process.join("task")).ok()?.flatten();
        let cpu_ns = threads.filter_map(|thread| first_number(&thread.path().join("schedstat")));
        // A process has a thread: without a number the kernel counts none.
        let cpu_ns = cpu_ns.reduce(|one, other| one + other)?;
        let status = fs::read_to_string(process.join("status")).ok()?;
        Some(Self {
            cpu_ns,
            rss_bytes: bytes_after("VmRSS:", &status)?,
        })
    }

    /// What this process has used.
    pub fn own() -> Option<Self> {
        Self::of(std::process::id())
    }
}

/// A process that somebody else has started.
#[derive(Debug)]
pub struct Process {
    /// Its process ID.
    pub id: u32,
    /// Its folder in `/proc`. An open one never becomes that of a later process with the same ID.
    folder: File,
}

impl Process {
    /// The process with an ID. An error if there is none, or if the system does not report what it
    /// uses.
    pub fn open(id: u32) -> anyhow::Result<Self> {
        let Ok(own) = File::open("/proc/self/schedstat") else {
            bail!("this system does not report the CPU time of a process; Linux does");
        };
        drop(own);
        let folder = File::open(folder_of(id));
        let folder = folder.with_context(|| format!("there is no process {id}"))?;
        let process = Self { id, folder };
        if process.usage().is_none() {
            bail!("the CPU time and the memory of process {id} can't be read: has it ended?");
        }
        Ok(process)
    }

    /// What it has used; `None` once it has ended.
    pub fn usage(&self) -> Option<Usage> {
        let folder = format!("/proc/self/fd/{}", self.folder.as_raw_fd());
        Usage::read(Path::new(&folder))
    }
}

/// What the kernel holds for all processes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KernelMemory {
    /// Memory of its own objects, sockets among them, in bytes: `Slab` of `/proc/meminfo`.
    pub slab_bytes: u64,
    /// Connections of the past that it keeps for a minute (TIME-WAIT), and then frees.
    pub time_wait: u64,
}

impl KernelMemory {
    /// Reads it; `None` where the system does not report it.
    pub fn read() -> Option<Self> {
        let sockets = fs::read_to_string("/proc/net/sockstat").ok()?;
        let tcp = sockets.lines().find_map(|line| line.strip_prefix("TCP:"))?;
        let mut words = tcp.split_whitespace().skip_while(|&word| word != "tw");
        Some(Self {
            slab_bytes: bytes_after("Slab:", &fs::read_to_string("/proc/meminfo").ok()?)?,
            time_wait: words.nth(1)?.parse().ok()?,
        })
    }
}

fn folder_of(process: u32) -> PathBuf {
    PathBuf::from("/proc").join(process.to_string())
}

/// The number of the line that begins with `name`, which the kernel gives in kilobytes.
fn bytes_after(name: &str, lines: &str) -> Option<u64> {
    let number = lines.lines().find_map(|line| line.strip_prefix(name))?;
    let kilobytes: u64 = number.split_whitespace().next()?.parse().ok()?;
    Some(kilobytes * 1024)
}

fn first_number(path: &Path) -> Option<u64> {
    fs::read_to_string(path)
        .ok()?
        .split_whitespace()
        .next()?
        .parse()
        .ok()
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::process::{Command, Stdio};

    use super::*;

    #[test]
    fn the_usage_of_a_process_is_read_until_it_ends() {
        let mut command = Command::new("cat");
        let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
        let process = Process::open(child.id()).unwrap();
        assert!(process.usage().unwrap().rss_bytes > 0);
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(process.usage().is_none());
        let error = Process::open(child.id()).unwrap_err().to_string();
        assert_eq!(error, format!("there is no process {}", child.id()));
    }

    #[test]
    fn the_kernel_reports_the_memory_of_its_own_objects() {
        assert!(KernelMemory::read().unwrap().slab_bytes > 1 << 20);
    }
}
