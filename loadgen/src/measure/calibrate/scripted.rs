//! A server that sends prepared bytes.

use std::{io, net::SocketAddr, time::Duration};

use server::base::clock;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

/// A running server, which ends when this is dropped.
pub struct Scripted {
    /// Its address.
    pub address: SocketAddr,
    task: JoinHandle<()>,
}

impl Drop for Scripted {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Answers each request of a connection with the same bytes.
pub async fn answering(response: Vec<u8>) -> io::Result<Scripted> {
    serve(async move |mut stream| {
        while request(&mut stream).await.is_some() {
            if stream.write_all(&response).await.is_err() {
                return;
            }
        }
    })
    .await
}

/// Streams 100 updates per second, each planned for the time at which it is sent.
pub async fn null_feed() -> io::Result<Scripted> {
    serve(async |mut stream| {
        let header = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
        let _ = request(&mut stream).await;
        let mut sent = stream.write_all(header.as_bytes()).await;
        let mut tick = tokio::time::interval(Duration::from_millis(10));
        for seq in 1.. {
            if sent.is_err() {
                return;
            }
            tick.tick().await;
            let at_us = clock::now_us();
            let line = format!("{{\"seq\":{seq},\"at_us\":{at_us},\"data\":0}}\n");
            let chunk = format!("{:x}\r\n{line}\r\n", line.len());
            sent = stream.write_all(chunk.as_bytes()).await;
        }
    })
    .await
}

/// Serves one connection. Each check has one client.
async fn serve<F>(respond: impl FnOnce(TcpStream) -> F + Send + 'static) -> io::Result<Scripted>
where
    F: Future<Output = ()> + Send,
{
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let task = tokio::spawn(async move {
        let accepted = listener.accept().await;
        // A client that connects again fails instead of waiting.
        drop(listener);
        if let Ok((stream, _)) = accepted {
            let _ = stream.set_nodelay(true);
            respond(stream).await;
        }
    });
    Ok(Scripted { address, task })
}

/// Reads a request header to its end.
async fn request(stream: &mut TcpStream) -> Option<()> {
    let mut header = Vec::new();
    while !header.ends_with(b"\r\n\r\n") {
        header.push(stream.read_u8().await.ok()?);
    }
    Some(())
}
