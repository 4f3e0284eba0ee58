//! One of the servers.

use std::{net::SocketAddr, process::Command, sync::Arc};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

use super::{LONGEST_ANSWER, LOOPBACK, folder::Folder, process::Process, programs::built};

/// A server, with the same address after a restart.
#[derive(Debug)]
pub struct Server {
    process: Process,
    address: SocketAddr,
}

impl Server {
    /// Starts a server.
    pub(super) fn start(
        folder: &Arc<Folder>,
        name: String,
        port: u16,
        arguments: &[String],
    ) -> anyhow::Result<Self> {
        let address = SocketAddr::from((LOOPBACK, port));
        let mut command = Command::new(built("server", "build it with cargo build")?);
        command
            .args(["--bind", &address.to_string()])
            // The proxy reports the addresses of its clients.
            .args(["--trusted-proxy", &LOOPBACK.to_string()])
            .args(arguments)
            .env("RUST_LOG", "info,actix_server=warn,actix_files=off,h2=off");
        Ok(Self {
            process: Process::start(folder, name, &command)?,
            address,
        })
    }

    pub(super) async fn wait_until_it_is_ready(&mut self) -> anyhow::Result<()> {
        let address = self.address;
        let is_ready = async || timeout(LONGEST_ANSWER, is_ready(address)).await == Ok(true);
        self.process.wait_until("was not ready", is_ready).await
    }

    /// Its address.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its name, `server-1` and so on.
    pub fn name(&self) -> &str {
        self.process.name()
    }

    /// Its process ID; `None` after it was killed.
    pub fn id(&self) -> Option<u32> {
        self.process.id()
    }

    /// Whether its process runs.
    pub fn is_running(&mut self) -> bool {
        self.process.is_running()
    }

    /// Kills it with SIGKILL.
    pub fn kill(&mut self) {
        self.process.kill();
    }

    /// Starts it again. It accepts connections a moment later.
    pub fn run(&mut self) -> anyhow::Result<()> {
        self.process.run()
    }

    /// Starts it again, and waits until it accepts connections.
    pub async fn start_again(&mut self) -> anyhow::Result<()> {
        self.run()?;
        self.process.wait_until_it_accepts(self.address).await
    }
}

/// Whether the server at this address delivers updates.
async fn is_ready(address: SocketAddr) -> bool {
    let request = format!("GET /readyz HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    let mut answer = String::new();
    let asked = async {
        let mut stream = TcpStream::connect(address).await?;
        stream.write_all(request.as_bytes()).await?;
        stream.read_to_string(&mut answer).await
    };
    asked.await.is_ok() && answer.starts_with("HTTP/1.1 200 ")
}
