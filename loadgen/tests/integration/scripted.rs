//! A server that follows a script.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

use server::base::clock;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::broadcast,
    task::JoinHandle,
};

/// The script: timing and faults.
#[derive(Clone, Debug)]
pub struct Script {
    /// The response header.
    pub greeting: &'static str,
    /// When the first update is planned, as an instant and in microseconds since the Unix epoch, so
    /// that several servers send the same updates; `None` for now.
    pub begin: Option<(Instant, u64)>,
    /// Time between the planned time of an update and its sending.
    pub planned_before: Duration,
    /// Time by which an update is sent before its planned time, which is impossible.
    pub planned_after: Duration,
    /// What happens to the nth update.
    pub fault: Option<(u64, Fault)>,
}

/// A fault at an update.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Fault {
    /// It is omitted.
    LeaveOut,
    /// It is sent twice.
    Double,
    /// It is sent after the one that follows it.
    Swap,
    /// Nothing is sent from it on, and the connection stays open.
    Silence,
    /// The connection is closed.
    End,
}

impl Default for Script {
    fn default() -> Self {
        Self {
            greeting: "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n",
            begin: None,
            planned_before: Duration::ZERO,
            planned_after: Duration::ZERO,
            fault: None,
        }
    }
}

/// A running server, which ends when this is dropped.
pub struct Scripted {
    pub address: SocketAddr,
    request_bytes: Arc<AtomicU64>,
    task: JoinHandle<()>,
}

/// The first seq, so that all texts have the same length.
const FIRST: u64 = 1_000_000;
const PERIOD: Duration = Duration::from_millis(20);

/// The text of an update.
pub fn text(seq: u64, at_us: u64) -> String {
    format!(r#"{{"seq":{seq},"at_us":{at_us},"data":0}}"#)
}

impl Scripted {
    pub async fn start(script: Script) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let request_bytes = Arc::default();
        let task = tokio::spawn(serve(listener, script, Arc::clone(&request_bytes)));
        Self {
            address,
            request_bytes,
            task,
        }
    }

    /// The bytes of all requests that it has read.
    pub fn request_bytes(&self) -> u64 {
        self.request_bytes.load(Relaxed)
    }
}

impl Drop for Scripted {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(listener: TcpListener, script: Script, request_bytes: Arc<AtomicU64>) {
    let (sender, _) = broadcast::channel::<String>(1024);
    let begin = script.begin.map_or_else(Instant::now, |(begin, _)| begin);
    let mut tick = tokio::time::interval_at(begin.into(), PERIOD);
    let mut late = None;
    let mut nth = 0;
    // Connections end with this set, and thus with the server.
    let mut connections = tokio::task::JoinSet::new();
    loop {
        tokio::select! {
            Ok((stream, _)) = listener.accept() => {
                let count = Arc::clone(&request_bytes);
                connections.spawn(send(stream, script.greeting, sender.subscribe(), count));
            }
            _ = tick.tick() => {
                let period_us = PERIOD.as_micros() as u64;
                let due_us = script.begin.map(|(_, first_us)| first_us + nth * period_us);
                let due_us = due_us.unwrap_or_else(clock::now_us);
                let planned = due_us + script.planned_after.as_micros() as u64;
                let at_us = planned - script.planned_before.as_micros() as u64;
                let line = text(FIRST + nth, at_us) + "\n";
                let chunk = format!("{:x}\r\n{line}\r\n", line.len());
                let fault = script.fault.filter(|&(at, _)| at == nth).map(|(_, fault)| fault);
                nth += 1;
                let chunks = match fault {
                    None => [Some(chunk), late.take()],
                    Some(Fault::LeaveOut) => [None, None],
                    Some(Fault::Double) => [Some(chunk.clone()), Some(chunk)],
                    Some(Fault::Swap) => {
                        late = Some(chunk);
                        continue;
                    }
                    Some(Fault::Silence) => std::future::pending().await,
                    Some(Fault::End) => return,
                };
                for chunk in chunks.into_iter().flatten() {
                    let _ = sender.send(chunk);
                }
            }
        }
    }
}

async fn send(
    mut stream: TcpStream,
    greeting: &'static str,
    mut chunks: broadcast::Receiver<String>,
    request_bytes: Arc<AtomicU64>,
) {
    let mut request = [0; 4096];
    let bytes = stream.read(&mut request).await.unwrap_or_default();
    request_bytes.fetch_add(bytes as u64, Relaxed);
    let _ = stream.write_all(greeting.as_bytes()).await;
    while let Ok(chunk) = chunks.recv().await {
        if stream.write_all(chunk.as_bytes()).await.is_err() {
            return;
        }
    }
}
