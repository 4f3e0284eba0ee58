//! A process that can be killed, paused and started again.

use std::{
    fs::File,
    io,
    net::{SocketAddr, TcpListener},
    os::unix::process::CommandExt,
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::Arc,
};

use anyhow::{Context, bail};
use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process, waitid};
use tokio::{
    net::TcpStream,
    time::{Duration, Instant, sleep, timeout},
};

use super::{LONGEST_ANSWER, LONGEST_START, folder::Folder};

/// A process of the cluster, with the same address after a restart. It is killed when this is
/// dropped. The watcher of the folder kills it when this program ends. Servers could watch this
/// program with `--until-stdin-ends`, but brokers and HAProxy have no such option, and one way for
/// all is simpler.
#[derive(Debug)]
pub struct Process {
    name: String,
    address: SocketAddr,
    command: Command,
    child: Option<Child>,
    folder: Arc<Folder>,
}

impl Process {
    /// Starts a process.
    pub(super) fn start(
        folder: &Arc<Folder>,
        name: String,
        address: SocketAddr,
        command: &Command,
    ) -> anyhow::Result<Self> {
        let log = folder.log(&name);
        let file = File::options().append(true).create(true).open(log)?;
        let mut command = folder.registering(command);
        command
            .stdin(Stdio::null())
            .stdout(file.try_clone()?)
            .stderr(file)
            // Ctrl-C is for this program, which then ends the processes.
            .process_group(0);
        let mut process = Self {
            name,
            address,
            command,
            child: None,
            folder: Arc::clone(folder),
        };
        process.run()?;
        Ok(process)
    }

    /// Starts it again with what it has stored, if it does not run. It accepts connections a moment
    /// later.
    pub fn run(&mut self) -> anyhow::Result<()> {
        if self.is_running() {
            return Ok(());
        }
        self.child = Some(self.command.spawn().context("can't start sh")?);
        Ok(())
    }

    /// Starts it again, and waits until it accepts connections.
    pub async fn start_again(&mut self) -> anyhow::Result<()> {
        self.run()?;
        self.wait_until_it_accepts().await
    }

    /// The address for clients.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The folder for its data.
    pub fn data_folder(&self) -> PathBuf {
        self.folder.file(&self.name)
    }

    /// Its name, such as `broker-1`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its process ID; `None` after it was killed.
    pub fn id(&self) -> Option<u32> {
        self.child.as_ref().map(Child::id)
    }

    /// Whether it runs.
    pub fn is_running(&mut self) -> bool {
        let child = self.child.as_ref();
        let is_running = child.is_some_and(|child| !has_ended(child, WaitIdOptions::NOHANG));
        if !is_running {
            self.kill();
        }
        is_running
    }

    /// Kills it with SIGKILL, so that it can't react.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            has_ended(&child, WaitIdOptions::empty());
            self.folder.forget(child.id());
            let _ = child.wait();
        }
    }

    /// Stops it with SIGSTOP, until [`Self::resume`].
    pub fn pause(&self) {
        self.signal(Signal::STOP);
    }

    /// Continues it.
    pub fn resume(&self) {
        self.signal(Signal::CONT);
    }

    fn signal(&self, signal: Signal) {
        if let Some(child) = &self.child {
            let _ = kill_process(Pid::from_child(child), signal);
        }
    }

    /// Waits until a check of this process succeeds.
    pub(super) async fn wait_until(
        &mut self,
        what: &str,
        mut check: impl AsyncFnMut() -> bool,
    ) -> anyhow::Result<()> {
        let deadline = Instant::now() + LONGEST_START;
        while !check().await {
            let reason = match self.is_running() {
                false => "has ended".to_owned(),
                true if Instant::now() > deadline => format!("{what} within {LONGEST_START:?}"),
                true => {
                    sleep(Duration::from_millis(10)).await;
                    continue;
                }
            };
            let log = self.folder.end_of_log(&self.name);
            bail!("{} {reason}; the end of its log:\n{log}", self.name);
        }
        Ok(())
    }

    /// Waits until it accepts connections.
    pub(super) async fn wait_until_it_accepts(&mut self) -> anyhow::Result<()> {
        let address = self.address;
        let accepts = async || {
            let connected = timeout(LONGEST_ANSWER, TcpStream::connect(address)).await;
            matches!(connected, Ok(Ok(_)))
        };
        self.wait_until("accepted no connection", accepts).await
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Whether a process has ended; without `NOHANG`, waits until it has. It keeps its id, which is reused
/// only after `Child::wait`.
fn has_ended(child: &Child, options: WaitIdOptions) -> bool {
    let options = options | WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
    let status = waitid(WaitId::Pid(Pid::from_child(child)), options);
    !matches!(status, Ok(None))
}

/// Ports of this machine that nothing listens on. They are below the range from which systems take
/// the ports of outgoing connections, so that a process can listen on its port again after a restart.
pub fn free_ports(count: usize) -> io::Result<Vec<u16>> {
    let mut listeners: Vec<TcpListener> = Vec::new();
    for _ in 0..1000 {
        if listeners.len() == count {
            break;
        }
        let port = fastrand::u16(20_000..30_000);
        listeners.extend(TcpListener::bind(("127.0.0.1", port)));
    }
    if listeners.len() < count {
        return Err(io::Error::other(
            "there are no free ports from 20000 to 29999",
        ));
    }
    let ports = listeners.iter().map(TcpListener::local_addr);
    ports.map(|address| Ok(address?.port())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_process_is_registered_until_it_ends() {
        let folder = Arc::new(Folder::create().expect("a folder"));
        let start = |command: &mut Command| {
            let address = ([127, 0, 0, 1], 0).into();
            let process = Process::start(&folder, "it".into(), address, command);
            let process = process.expect("it starts");
            let id = process.id().expect("it runs");
            (process, folder.file(&format!("{id}.pid")))
        };

        let (mut process, file) = start(Command::new("sleep").arg("60"));
        let is_registered = async || file.exists();
        let registered = process.wait_until("was not registered", is_registered);
        registered.await.expect("it registers itself");
        assert!(process.is_running());
        process.kill();
        assert!(!file.exists());
        assert!(!process.is_running());

        let (mut process, file) = start(&mut Command::new("true"));
        let ended = process.wait_until("ran", async || false).await;
        let error = ended.expect_err("it ends").to_string();
        assert!(error.contains("has ended"), "{error}");
        assert!(!file.exists());
    }
}
