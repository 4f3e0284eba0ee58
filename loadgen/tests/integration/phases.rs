//! Are the requests of polling clients spread evenly over the interval?

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use server::base::{arrival, clock};
use tokio::net::{TcpSocket, TcpStream};

use crate::{running, scripted};

const CLIENTS: usize = 5_000;
const INTERVAL_US: u64 = 2_000_000;
/// Time between two updates of the feed.
const PERIOD_US: u64 = 500_000;

/// For each connection, the arrival of its earliest request relative to its interval, projected to the
/// first interval, in microseconds since the Unix epoch. A busy machine may delay requests.
type Requests = Arc<Mutex<Vec<u64>>>;

/// Answers polls and records their arrivals by the kernel's clock.
async fn serve(socket: TcpSocket, requests: Requests) {
    let listener = socket.listen(4096).unwrap();
    let began_us = clock::now_us() - 2 * PERIOD_US;
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        let requests = Arc::clone(&requests);
        tokio::spawn(async move {
            let nth = {
                let mut requests = requests.lock().unwrap();
                requests.push(u64::MAX);
                requests.len() - 1
            };
            let mut count = 0;
            while let Some(at_us) = answer(&stream, began_us).await {
                let mut requests = requests.lock().unwrap();
                requests[nth] = requests[nth].min(at_us - count * INTERVAL_US);
                count += 1;
            }
        });
    }
}

/// Answers one request and returns its arrival.
async fn answer(stream: &TcpStream, began_us: u64) -> Option<u64> {
    let mut request = [0; 4096];
    let (length, at_us) = loop {
        stream.readable().await.ok()?;
        let received = stream.try_io(tokio::io::Interest::READABLE, || {
            arrival::receive(stream, &mut request)
        });
        match received {
            Ok((0, _)) => return None,
            Ok(received) => break received,
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
            Err(_) => return None,
        }
    };
    let request = String::from_utf8_lossy(&request[..length]);
    let newest = (clock::now_us() - began_us) / PERIOD_US;
    let after = request.split_once("?after=").map(|(_, rest)| {
        let digits = rest.split(|c: char| !c.is_ascii_digit()).next();
        digits.unwrap().parse::<u64>().unwrap()
    });
    let texts = (after.unwrap_or(newest - 1) + 1..=newest)
        .map(|seq| scripted::text(seq, began_us + seq * PERIOD_US));
    let body = format!("[{}]", texts.collect::<Vec<_>>().join(","));
    let length = body.len();
    let response = format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n{body}");
    // The response is short, and the socket's buffer is empty.
    (stream.try_write(response.as_bytes()).ok()? == response.len()).then_some(())?;
    at_us.or_else(|| Some(clock::now_us()))
}

/// The request times of this many clients, and the offset in the row of their run.
fn requests(clients: usize) -> (Vec<u64>, u64) {
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = runtime.worker_threads(1).enable_all().build().unwrap();
    let requests = Requests::default();
    let guard = runtime.enter();
    let socket = TcpSocket::new_v4().unwrap();
    // Accepted sockets inherit the option.
    let _ = arrival::request_timestamps(&socket);
    socket.bind(SocketAddr::from(([127, 0, 0, 1], 0))).unwrap();
    let address = socket.local_addr().unwrap();
    drop(guard);
    runtime.spawn(serve(socket, Arc::clone(&requests)));
    let interval = Duration::from_micros(INTERVAL_US).as_secs();
    let row = running::counted(&format!(
        "--url http://{address} --transport polling --clients {clients} --interval {interval}s \
         --warm-up 100ms --duration 2s --header-profile minimal"
    ));
    runtime.shutdown_background();
    let requests = std::mem::take(&mut *requests.lock().unwrap());
    (requests, row["phase_offset_us"].as_u64().unwrap())
}

/// The Kolmogorov–Smirnov statistic: the distance of shares from a uniform distribution.
fn distance_to_uniform(mut shares: Vec<f64>) -> f64 {
    shares.sort_unstable_by(f64::total_cmp);
    let count = shares.len() as f64;
    let distances = shares.iter().enumerate().map(|(nth, share)| {
        let (below, above) = (nth as f64 / count, (nth + 1) as f64 / count);
        (share - below).max(above - share)
    });
    distances.fold(0.0, f64::max)
}

#[test]
fn the_distance_of_uneven_shares_is_large() {
    let even: Vec<_> = (0..1000).map(|nth| f64::from(nth) / 1000.0).collect();
    assert!(distance_to_uniform(even.clone()) < 0.002);
    let squared = even.iter().map(|share| share * share).collect();
    assert!((distance_to_uniform(squared) - 0.25).abs() < 0.002);
}

#[test]
fn phases_of_5000_clients_are_uniform() {
    // For random times the distance exceeds the critical value in one of 100 cases. Evenly spread ones
    // are much closer to uniform: their distance is one over their number. A busy machine may add a
    // quarter of the critical value, 11 ms.
    let critical = 1.63 / (CLIENTS as f64).sqrt() / 4.0;
    let mut offsets = Vec::new();
    let mut found = Vec::new();
    for _ in 0..3 {
        let (mut requests, offset_us) = requests(CLIENTS);
        assert_eq!(requests.len(), CLIENTS, "one connection each");
        requests.sort_unstable();
        offsets.push(offset_us);
        let first_us = requests[0];
        let span_us = requests[CLIENTS - 1] - first_us;
        let shares = requests.iter().map(|at_us| {
            let phase_us = (at_us - first_us) % INTERVAL_US;
            phase_us as f64 / INTERVAL_US as f64
        });
        let distance = distance_to_uniform(shares.collect());
        found.push((distance, span_us));
        // Within one interval, plus a hundredth of it for a late machine.
        if distance < critical && span_us < INTERVAL_US + INTERVAL_US / 100 {
            let (_, other_us) = self::requests(1);
            assert!(!offsets.contains(&other_us), "{offsets:?}, {other_us}");
            assert!(other_us < INTERVAL_US);
            return;
        }
    }
    panic!("the distances to uniform, above {critical}, and the spans in us: {found:?}");
}
