//! The folder with the files of a cluster: stored updates, logs, and the ids of its processes.

use std::{
    fs::{self, DirBuilder},
    io,
    os::unix::{fs::DirBuilderExt, process::CommandExt},
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicU32, Ordering},
};

use anyhow::Context;

/// Runs until its standard input ends: when the folder is dropped, or when this program ends, even
/// by a signal that cannot be handled. Then it kills the processes that still run, and removes their
/// networks. Because it renames the folder first, a process that has not registered itself by then
/// cannot start. A process that is ending may still create a file, so it removes the folder twice.
const WATCH: &str = r#"
PATH=$PATH:/usr/sbin:/sbin
cat >/dev/null
mv "$1" "$1.ended" && cd "$1.ended" || exit
for id in *.pid; do
    [ -e "$id" ] && kill -9 "${id%.pid}"
done
for network in $(cat networks); do
    ip link delete "$network"
    ip netns delete "$network"
done
cd /
rm -rf "$1.ended" || { sleep 1; rm -rf "$1.ended"; }
"#;

/// Registers itself as a process, then becomes the program with the same id.
const REGISTER: &str = r#": >"$1/$$.pid" && shift && exec "$@""#;

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

    /// The path of a process's log.
    pub fn log(&self, name: &str) -> PathBuf {
        self.file(&format!("{name}.log"))
    }

    /// The end of a process's log.
    pub fn end_of_log(&self, name: &str) -> String {
        let text = fs::read_to_string(self.log(name)).unwrap_or_default();
        let lines: Vec<_> = text.lines().collect();
        lines[lines.len().saturating_sub(5)..].join("\n")
    }

    /// The same program, arguments and variables; the process registers itself before it becomes the
    /// program.
    pub fn registering(&self, command: &Command) -> Command {
        let mut registering = Command::new("sh");
        registering
            .args(["-c", REGISTER, "sh"])
            .arg(&self.path)
            .arg(command.get_program())
            .args(command.get_args());
        let set = command.get_envs();
        registering.envs(set.filter_map(|(name, value)| Some((name, value?))));
        registering
    }

    /// Forgets a process. Must be called before it is waited for, since its id may then be reused.
    pub fn forget(&self, id: u32) {
        let _ = fs::remove_file(self.file(&format!("{id}.pid")));
    }

    /// Registers network namespaces and interfaces. Must be called before they are created.
    pub fn add_networks(&self, names: &[String]) -> io::Result<()> {
        fs::write(self.file("networks"), names.join("\n"))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(self.watcher.stdin.take());
        let _ = self.watcher.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_starts_only_while_its_folder_exists() {
        let folder = Folder::create().expect("a folder");
        let file = std::env::temp_dir().join(format!("started-{}", std::process::id()));
        let mut command = folder.registering(Command::new("touch").arg(&file));
        command.stderr(Stdio::null());
        let mut run = || command.status().expect("sh starts").success();

        assert!(run());
        assert!(file.exists());
        fs::remove_file(&file).expect("it can be removed");
        drop(folder);
        assert!(!run());
        assert!(!file.exists());
    }
}
