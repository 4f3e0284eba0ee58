//! The servers.

use std::{net::SocketAddr, process::Command, sync::Arc};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

use super::{
    LONGEST_ANSWER, LOOPBACK,
    folder::Folder,
    process::{Process, free_ports},
    programs::built,
};

/// Starts servers with these arguments, and waits until they deliver updates.
pub(super) async fn start_all(
    folder: &Arc<Folder>,
    count: usize,
    arguments: &[String],
) -> anyhow::Result<Vec<Process>> {
    let mut servers = Vec::new();
    for port in free_ports(count)? {
        let name = format!("server-{}", servers.len() + 1);
        let address = SocketAddr::from((LOOPBACK, port));
        let mut command = Command::new(built("server", "build it with cargo build")?);
        command
            .args(["--bind", &address.to_string()])
            // The proxy reports the addresses of its clients.
            .args(["--trusted-proxy", &LOOPBACK.to_string()])
            .args(arguments)
            .env("RUST_LOG", "info,actix_server=warn,actix_files=off,h2=off");
        servers.push(Process::start(folder, name, address, &command)?);
    }
    for server in &mut servers {
        let address = server.address();
        let is_ready = async || timeout(LONGEST_ANSWER, is_ready(address)).await == Ok(true);
        server.wait_until("was not ready", is_ready).await?;
    }
    Ok(servers)
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
