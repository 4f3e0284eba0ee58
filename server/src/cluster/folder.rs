//! The folder with the files of a cluster: stored updates, logs, and the id of each process.

use std::{
    fs::{self, DirBuilder},
    io,
    os::unix::{fs::DirBuilderExt, process::CommandExt},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicU32, Ordering},
};

use anyhow::Context;

/// Runs until its standard input ends: when the folder is dropped, or when this program ends, even
/// by a signal that cannot be handled. Then it kills the processes that still run. A process that is
/// ending may still create a file, so it removes the folder twice.
const WATCH: &str = r#"
cat >/dev/null
for id in "$1"/*.pid; do
    [ -e "$id" ] && kill -9 "$(cat "$id")"
done
rm -rf "$1" || { sleep 1; rm -rf "$1"; }
"#;

/// A folder that is removed when this is dropped.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    watcher: Child,
}

impl Folder {
    /// Creates a folder that only this user can read.
    pub fn create() -> anyhow::Result<Self> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let nth = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("live-updates-{}-{nth}", std::process::id());
        let path = std::env::temp_dir().join(name);
        DirBuilder::new()
            .mode(0o700)
            .create(&path)
            .with_context(|| format!("can't create {}", path.display()))?;
        let watcher = Command::new("sh")
            .args(["-c", WATCH, "sh"])
            .arg(&path)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            // Ctrl-C ends this program, and the end of this program ends the watcher.
            .process_group(0)
            .spawn()
            .context("can't start sh")?;
        Ok(Self { path, watcher })
    }

    /// The path of a file.
    pub fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// Remembers that a process runs.
    pub fn add_process(&self, name: &str, id: u32) -> io::Result<()> {
        fs::write(self.pid_file(name), id.to_string())
    }

    /// Forgets a process. Must be called before it is waited for, since its id may then be reused.
    pub fn remove_process(&self, name: &str) {
        let _ = fs::remove_file(self.pid_file(name));
    }

    fn pid_file(&self, name: &str) -> PathBuf {
        self.file(&format!("{name}.pid"))
    }

    /// The end of a process's log.
    pub fn end_of_log(log: &Path) -> String {
        let text = fs::read_to_string(log).unwrap_or_default();
        let lines: Vec<_> = text.lines().collect();
        lines[lines.len().saturating_sub(5)..].join("\n")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(self.watcher.stdin.take());
        let _ = self.watcher.wait();
    }
}
