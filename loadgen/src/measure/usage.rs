//! CPU and memory of a process, and memory of the kernel.

use std::{
    fs::{self, File},
    os::fd::AsRawFd,
    path::{Path, PathBuf},
};

use anyhow::{Context, ensure};

/// CPU and memory of a process.
#[derive(Clone, Copy, Debug, Default)]
pub struct Usage {
    /// CPU time of all its threads, in nanoseconds.
    pub cpu_ns: u64,
    /// Memory that it holds, in bytes.
    pub rss_bytes: u64,
}

impl Usage {
    /// Reads the usage of `process`; `None` if the process has ended, or if the system does not report
    /// it (only Linux does).
    pub fn of(process: u32) -> Option<Self> {
        Self::read(&folder_of(process))
    }

    fn read(process: &Path) -> Option<Self> {
        // A thread may end while the list is read.
        let threads = fs::read_dir(process.join("task")).ok()?.flatten();
        let cpu_ns = threads.filter_map(|thread| first_number(&thread.path().join("schedstat")));
        // Every process has a thread: no number means that the kernel does not count.
        let cpu_ns = cpu_ns.reduce(|one, other| one + other)?;
        let status = fs::read_to_string(process.join("status")).ok()?;
        Some(Self {
            cpu_ns,
            rss_bytes: bytes_after("VmRSS:", &status)?,
        })
    }

    /// The usage of several processes together; `None` if there is none, or if one has ended.
    pub fn sum(all: impl Iterator<Item = Option<Self>>) -> Option<Self> {
        let add = |one: Option<Self>, other: Option<Self>| {
            let (one, other) = (one?, other?);
            Some(Self {
                cpu_ns: one.cpu_ns + other.cpu_ns,
                rss_bytes: one.rss_bytes + other.rss_bytes,
            })
        };
        all.reduce(add).flatten()
    }

    /// The usage of this process.
    pub fn own() -> Option<Self> {
        Self::of(std::process::id())
    }
}

/// A process that was already running.
#[derive(Debug)]
pub struct Process {
    /// Its process ID.
    pub id: u32,
    /// Its open folder in `/proc`, which never refers to a later process with the same ID.
    folder: File,
}

impl Process {
    /// The process with this ID. An error if there is none, or if the system does not report its
    /// usage.
    pub fn open(id: u32) -> anyhow::Result<Self> {
        ensure!(
            Path::new("/proc/self/schedstat").exists(),
            "this system does not report the CPU time of a process (only Linux does)"
        );
        let folder = File::open(folder_of(id));
        let folder = folder.with_context(|| format!("there is no process {id}"))?;
        let process = Self { id, folder };
        ensure!(
            process.usage().is_some(),
            "the CPU time and the memory of process {id} can't be read: has it ended?"
        );
        Ok(process)
    }

    /// Its usage; `None` after it has ended.
    pub fn usage(&self) -> Option<Usage> {
        let folder = format!("/proc/self/fd/{}", self.folder.as_raw_fd());
        Usage::read(Path::new(&folder))
    }
}

/// Kernel memory for all processes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KernelMemory {
    /// Memory of kernel objects, including sockets, in bytes: `Slab` of `/proc/meminfo`.
    pub slab_bytes: u64,
    /// Closed connections that the kernel keeps for a minute (TIME-WAIT).
    pub time_wait: u64,
}

impl KernelMemory {
    /// Reads it; `None` if the system does not report it.
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

/// The number in the line that begins with `name`, converted from the kernel's kilobytes.
fn bytes_after(name: &str, lines: &str) -> Option<u64> {
    let number = lines.lines().find_map(|line| line.strip_prefix(name))?;
    let kilobytes: u64 = number.split_whitespace().next()?.parse().ok()?;
    Some(kilobytes * 1024)
}

fn first_number(path: &Path) -> Option<u64> {
    let text = fs::read_to_string(path).ok()?;
    text.split_whitespace().next()?.parse().ok()
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn the_kernel_reports_the_memory_of_its_own_objects() {
        assert!(KernelMemory::read().unwrap().slab_bytes > 1 << 20);
    }
}
