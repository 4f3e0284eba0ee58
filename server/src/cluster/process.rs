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
use rustix::process::{Pid, Signal, kill_process};
use tokio::{
    net::TcpStream,
    time::{Duration, Instant, sleep, timeout},
};

use super::{LONGEST_ANSWER, LONGEST_START, folder::Folder};

/// A process of the cluster. It is killed when this is dropped.
#[derive(Debug)]
pub struct Process {
    name: String,
    command: Command,
    log: PathBuf,
    child: Option<Child>,
    folder: Arc<Folder>,
}

impl Process {
    /// Starts a process.
    pub fn start(folder: &Arc<Folder>, name: String, mut command: Command) -> anyhow::Result<Self> {
        let log = folder.file(&format!("{name}.log"));
        let file = File::options().append(true).create(true).open(&log)?;
        command
            .stdin(Stdio::null())
            .stdout(file.try_clone()?)
            .stderr(file)
            // Ctrl-C is for this program, which then ends the processes.
            .process_group(0);
        let mut process = Self {
            name,
            command,
            log,
            child: None,
            folder: Arc::clone(folder),
        };
        process.run()?;
        Ok(process)
    }

    /// Starts it again, if it does not run.
    pub fn run(&mut self) -> anyhow::Result<()> {
        if self.is_running() {
            return Ok(());
        }
        let program = self.command.get_program().to_owned();
        let child = self
            .command
            .spawn()
            .with_context(|| format!("can't start {}", program.display()))?;
        self.folder.add_process(&self.name, child.id())?;
        self.child = Some(child);
        Ok(())
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its process ID; `None` after it was killed.
    pub fn id(&self) -> Option<u32> {
        self.child.as_ref().map(Child::id)
    }

    /// Whether it runs.
    pub fn is_running(&mut self) -> bool {
        let child = self.child.as_mut();
        let is_running = child.is_some_and(|child| matches!(child.try_wait(), Ok(None)));
        if !is_running {
            self.folder.remove_process(&self.name);
            self.child = None;
        }
        is_running
    }

    /// Kills it with SIGKILL, so that it can't react.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            self.folder.remove_process(&self.name);
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// Sends it a signal, if it was started and not killed.
    pub fn signal(&self, signal: Signal) {
        let id = self.child.as_ref().map(|child| child.id() as i32);
        if let Some(pid) = id.and_then(Pid::from_raw) {
            let _ = kill_process(pid, signal);
        }
    }

    /// Waits until a check of this process succeeds.
    pub async fn wait_until(
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
            let log = Folder::end_of_log(&self.log);
            bail!("{} {reason}; the end of its log:\n{log}", self.name);
        }
        Ok(())
    }

    /// Waits until it accepts connections.
    pub async fn wait_until_it_accepts(&mut self, address: SocketAddr) -> anyhow::Result<()> {
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
