//! The capacity of the load generator: deliveries per second, CPU time per delivery compared with a
//! bare read, and memory per client.
//!
//! A write loop in a separate process sends WebSocket frames to all clients: first to a loop of
//! `epoll_wait` and `read` that ignores the bytes, then to `loadgen run`. Each reader has one core, and
//! the write loop another. Finally `loadgen run` measures our own server on all cores.
//!
//! One run of `just capacity` on two idle cores, CPU time per delivery:
//!
//! | clients × updates per second | deliveries per second | epoll loop | load generator |
//! |---|--:|--:|--:|
//! | 2,000 × 20 | 40,000 | 3.24 µs | 4.78 µs |
//! | 2,000 × 50 | 100,000 | 2.97 µs | 4.11 µs |
//! | 2,000 × 100 | 200,000 | 2.84 µs | 3.67 µs |
//! | 200 × 2,000, 20 in a write | 400,000 | 0.16 µs | 0.79 µs |
//!
//! All of these runs are valid. With our own server and 2,000 clients, WebSocket and SSE are valid at
//! the highest rate that it tries, 80,000 deliveries per second, with a p50 of 5 ms. Long polling is
//! valid up to 40,000. A client takes at most 4.2 kB of the load generator's memory.

use std::{
    env,
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, bail};
use loadgen::measure::usage::Usage;
use mio::{Events, Interest, Poll, Token};
use rustix::thread::{CpuSet, sched_setaffinity};
use serde_json::Value;
use server::base::{
    clock,
    frame::{TEXT, frame},
};

/// Bytes of the text of each update.
const TEXT_BYTES: usize = 200;
const REQUEST: &str = "GET /websocket HTTP/1.1\r\nHost: x\r\n\r\n";
const RESPONSE: &str = "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\n\
     connection: upgrade\r\nsec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";
/// Each reader is measured for this long, after a second of warm-up.
const WINDOW: Duration = Duration::from_secs(5);
const WARM_UP: Duration = Duration::from_secs(1);

/// The results of a reader in the window.
struct Reading {
    cpu_us_per_delivery: f64,
    deliveries_per_s: f64,
    verdict: String,
}

fn main() -> anyhow::Result<()> {
    let arguments: Vec<_> = env::args().skip(1).collect();
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        [] => table(),
        ["write", rate, batch] => write_loop(rate.parse()?, batch.parse()?),
        ["read", port, clients] => read_loop(port.parse()?, clients.parse()?),
        _ => bail!("capacity takes no arguments"),
    }
}

fn table() -> anyhow::Result<()> {
    println!("One core, next to a write loop");
    println!("clients  updates/s  in a write  reader     deliveries/s  CPU us/delivery  verdict");
    for (clients, rate, batch) in [
        (2_000, 20, 1),
        (2_000, 50, 1),
        (2_000, 100, 1),
        (200, 1_000, 10),
        (200, 2_000, 20),
    ] {
        for (name, reader) in [("epoll", bare as Reader), ("loadgen", ours)] {
            let reading = reader(clients, rate, batch)?;
            println!(
                "{clients:7}{rate:11}{batch:12}  {name:9}{:14.0}{:17.2}  {}",
                reading.deliveries_per_s, reading.cpu_us_per_delivery, reading.verdict,
            );
        }
    }
    println!("\nAll cores, next to our own server, 2,000 clients");
    println!("transport     updates/s  deliveries/s    p50 ms  verdict");
    for transport in ["websocket", "sse", "long-polling"] {
        for rate in [5, 10, 20, 40] {
            let row = run(&format!(
                "--transport {transport} --clients 2000 --rate {rate} --duration {}s",
                WINDOW.as_secs()
            ))?;
            let deliveries = row["updates_received"].as_f64().unwrap_or(0.0);
            let p50_us = row["latency_us"]["p50"].as_f64().unwrap_or(f64::NAN);
            println!(
                "{transport:12}{rate:11}{:14.0}{:10.2}  {}",
                deliveries / WINDOW.as_secs_f64(),
                p50_us / 1000.0,
                verdict(&row),
            );
        }
    }
    let [few, many] = [rss_bytes(100)?, rss_bytes(5_100)?];
    println!("\nMemory of a client: {} bytes", (many - few) / 5_000);
    Ok(())
}

type Reader = fn(usize, usize, usize) -> anyhow::Result<Reading>;

/// A child that ends with this program.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts the write loop, and returns it with its port.
fn start_writer(rate: usize, batch: usize) -> anyhow::Result<(Running, u16)> {
    let mut writer = Command::new(env::current_exe()?)
        .args(["write", &rate.to_string(), &batch.to_string()])
        .stdout(Stdio::piped())
        .spawn()?;
    let mut line = String::new();
    let output = writer.stdout.take().context("the output is piped")?;
    BufReader::new(output).read_line(&mut line)?;
    Ok((Running(writer), line.trim().parse()?))
}

fn bare(clients: usize, rate: usize, batch: usize) -> anyhow::Result<Reading> {
    let (_writer, port) = start_writer(rate, batch)?;
    let output = Command::new(env::current_exe()?)
        .args(["read", &port.to_string(), &clients.to_string()])
        .stderr(Stdio::inherit())
        .output()?;
    let line = String::from_utf8(output.stdout)?;
    let (bytes, cpu_us) = line.trim().split_once(' ').context("no reading")?;
    let deliveries = bytes.parse::<f64>()? / (TEXT_BYTES + 4) as f64;
    Ok(Reading {
        cpu_us_per_delivery: cpu_us.parse::<f64>()? / deliveries,
        deliveries_per_s: deliveries / WINDOW.as_secs_f64(),
        verdict: "-".into(),
    })
}

fn ours(clients: usize, rate: usize, batch: usize) -> anyhow::Result<Reading> {
    let (_writer, port) = start_writer(rate, batch)?;
    // The process inherits the core of this thread.
    let row = thread::spawn(move || {
        pin(1)?;
        run(&format!(
            "--transport websocket --url http://127.0.0.1:{port} --clients {clients} --duration {}s",
            WINDOW.as_secs()
        ))
    });
    let row = row.join().expect("the thread does not panic")?;
    let deliveries = row["updates_received"].as_f64().unwrap_or(0.0);
    let share = row["generator_cpu_share"].as_f64().unwrap_or(0.0);
    Ok(Reading {
        cpu_us_per_delivery: share * WINDOW.as_micros() as f64 / deliveries,
        deliveries_per_s: deliveries / WINDOW.as_secs_f64(),
        verdict: verdict(&row),
    })
}

fn verdict(row: &Value) -> String {
    row["error"].as_str().unwrap_or("valid").into()
}

/// The row of `loadgen run` with these options.
fn run(options: &str) -> anyhow::Result<Value> {
    let output = loadgen(options)?.output();
    let output = output.context("loadgen does not start")?;
    serde_json::from_slice(&output.stdout)
        .with_context(|| String::from_utf8_lossy(&output.stderr).into_owned())
}

/// The command `loadgen run --json` with these options.
fn loadgen(options: &str) -> anyhow::Result<Command> {
    // Examples are in a subfolder next to the programs.
    let own = env::current_exe()?;
    let folder = own.ancestors().nth(2).context("no folder of programs")?;
    let mut loadgen = Command::new(folder.join("loadgen"));
    loadgen.args(["run", "--json"]);
    loadgen.args(options.split_whitespace());
    Ok(loadgen)
}

/// The largest memory of a `loadgen run`.
fn rss_bytes(clients: usize) -> anyhow::Result<u64> {
    let (_writer, port) = start_writer(1, 1)?;
    let options = format!(
        "--transport websocket --url http://127.0.0.1:{port} --clients {clients} --duration 3s"
    );
    let mut reader = loadgen(&options)?.stdout(Stdio::null()).spawn()?;
    let mut most = 0;
    while reader.try_wait()?.is_none() {
        most = most.max(Usage::of(reader.id()).map_or(0, |usage| usage.rss_bytes));
        thread::sleep(Duration::from_millis(50));
    }
    Ok(most)
}

fn pin(core: usize) -> anyhow::Result<()> {
    let mut cores = CpuSet::new();
    cores.set(core);
    sched_setaffinity(None, &cores).context("this process can't be pinned to one core")
}

/// Sends `rate` updates per second to every client, `batch` of them per write.
fn write_loop(rate: usize, batch: usize) -> anyhow::Result<()> {
    pin(0)?;
    let listener = TcpListener::bind("127.0.0.1:0")?;
    println!("{}", listener.local_addr()?.port());
    listener.set_nonblocking(true)?;
    let mut clients = Vec::new();
    let step_us = 1_000_000 / rate as u64;
    let begun_us = clock::now_us();
    for first in (0..).step_by(batch) {
        let due_us = begun_us + (first + batch as u64) * step_us;
        let frames: Vec<u8> = (first..first + batch as u64)
            .flat_map(|nth| update(nth + 1, begun_us + nth * step_us))
            .collect();
        while clock::now_us() < due_us {
            while let Ok((client, _)) = listener.accept() {
                clients.push(greet(client)?);
            }
            thread::sleep(Duration::from_micros(100));
        }
        clients.retain_mut(|client: &mut TcpStream| client.write_all(&frames).is_ok());
    }
    Ok(())
}

fn greet(mut client: TcpStream) -> anyhow::Result<TcpStream> {
    client.set_nonblocking(false)?;
    client.set_nodelay(true)?;
    let mut request = BufReader::new(&client).lines();
    while !request.next().context("no request")??.is_empty() {}
    client.write_all(RESPONSE.as_bytes())?;
    Ok(client)
}

/// An unmasked text frame with an update.
fn update(seq: u64, at_us: u64) -> Vec<u8> {
    let begin = format!("{{\"seq\":{seq},\"at_us\":{at_us},\"data\":\"");
    let fill = "x".repeat(TEXT_BYTES - begin.len() - 2);
    frame(TEXT, format!("{begin}{fill}\"}}").as_bytes(), None)
}

/// Reads the bytes of `clients`, and prints bytes and CPU time of the window.
fn read_loop(port: u16, clients: usize) -> anyhow::Result<()> {
    pin(1)?;
    let mut poll = Poll::new()?;
    let mut streams = Vec::new();
    for nth in 0..clients {
        let mut stream = TcpStream::connect(("127.0.0.1", port))?;
        stream.write_all(REQUEST.as_bytes())?;
        stream.set_nonblocking(true)?;
        let mut stream = mio::net::TcpStream::from_std(stream);
        poll.registry()
            .register(&mut stream, Token(nth), Interest::READABLE)?;
        streams.push(stream);
        thread::sleep(Duration::from_micros(500));
    }
    let mut events = Events::with_capacity(1024);
    let mut buffer = vec![0; 64 << 10];
    let mut read_until = |until: Instant| -> anyhow::Result<usize> {
        let mut bytes = 0;
        while let Some(rest) = until.checked_duration_since(Instant::now()) {
            poll.poll(&mut events, Some(rest))?;
            for event in &events {
                // A short read returned everything.
                while let Ok(length) = streams[event.token().0].read(&mut buffer) {
                    bytes += length;
                    if length < buffer.len() {
                        break;
                    }
                }
            }
        }
        Ok(bytes)
    };
    let begun = Instant::now() + WARM_UP;
    read_until(begun)?;
    let cpu_ns = || Usage::own().map_or(0, |usage| usage.cpu_ns);
    let before_ns = cpu_ns();
    let bytes = read_until(begun + WINDOW)?;
    println!("{bytes} {}", (cpu_ns() - before_ns) / 1000);
    Ok(())
}
