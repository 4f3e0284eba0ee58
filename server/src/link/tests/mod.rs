//! The link between real sockets. Pure timing is tested with `DelayLine`.
//!
//! The link never delivers too early, so "not before" is exact. "Not later than" is tested with
//! wide margins, since other programs may delay this one.

mod live;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::*;

const MS: Duration = Duration::from_millis(1);

/// A client and a server connected by a link, which runs until it is dropped.
async fn connect(
    way: Way,
    tap: Option<mpsc::UnboundedSender<Passage>>,
) -> (TcpStream, TcpStream, Link) {
    let (listener, server) = listen().await;
    let link = Link::start(server, way, tap).await.unwrap();
    let (client, server) = connect_over(&link, &listener).await;
    (client, server, link)
}

async fn listen() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    (listener, address)
}

/// Both ends of a new connection over a link.
async fn connect_over(link: &Link, listener: &TcpListener) -> (TcpStream, TcpStream) {
    let client = TcpStream::connect(link.address()).await.unwrap();
    let (server, _) = listener.accept().await.unwrap();
    client.set_nodelay(true).unwrap();
    server.set_nodelay(true).unwrap();
    (client, server)
}

fn delay(delay: Duration) -> Way {
    Way {
        delay,
        ..Way::default()
    }
}

fn bandwidth(text: &str) -> Way {
    Way {
        bandwidth: Some(text.parse().unwrap()),
        ..Way::default()
    }
}

/// Echoes everything until the client ends its side.
async fn echo(mut server: TcpStream) {
    let (mut from, mut to) = server.split();
    tokio::io::copy(&mut from, &mut to).await.unwrap();
}

#[tokio::test]
async fn a_connect_and_a_response_take_four_delays() {
    let began = Instant::now();
    let (mut client, server, _link) = connect(delay(50 * MS), None).await;
    assert!(began.elapsed() >= 50 * MS);
    tokio::spawn(echo(server));
    client.write_all(b"?").await.unwrap();
    client.read_exact(&mut [0]).await.unwrap();
    let took = began.elapsed();
    // A fifth delay is detected only on a machine that is less than 50 ms late.
    assert!(took >= 200 * MS && took < 1_000 * MS, "{took:?}");
}

#[tokio::test]
async fn bytes_sent_first_by_the_server_arrive_after_the_connect_with_their_end() {
    let began = Instant::now();
    let (mut client, mut server, _link) = connect(delay(500 * MS), None).await;
    server.write_all(b"!").await.unwrap();
    drop(server);
    client.read_exact(&mut [0]).await.unwrap();
    let first = began.elapsed();
    assert!(first >= 1_000 * MS, "{first:?}");
    assert_eq!(client.read(&mut [0]).await.unwrap(), 0);
    // The end left with the byte; a separate delay would take 500 ms more.
    assert!(began.elapsed() - first < 400 * MS);
}

/// This test and the link run on one thread, so the link does not read while the test sleeps.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn bytes_that_the_link_reads_late_arrive_on_time() {
    let (mut client, mut server, _link) = connect(delay(400 * MS), None).await;
    server.write_all(b"1").await.unwrap();
    client.read_exact(&mut [0]).await.unwrap();
    let began = Instant::now();
    server.write_all(b"2").await.unwrap();
    std::thread::sleep(300 * MS);
    client.read_exact(&mut [0]).await.unwrap();
    let took = began.elapsed();
    // From the read it would be 700 ms.
    assert!(took >= 400 * MS && took < 650 * MS, "{took:?}");
}

#[tokio::test]
async fn the_first_bytes_arrive_before_the_last_ones_leave() {
    let (mut client, mut server, _link) = connect(bandwidth("64kbit/s"), None).await;
    server.write_all(&[0; 16_000]).await.unwrap();
    // The first packet arrives after 0.2 s, the last one only after 2 s.
    let received = client.read(&mut [0; 16_000]).await.unwrap();
    assert!((1_448..16_000).contains(&received), "{received}");
}

#[tokio::test]
async fn the_tap_reports_bytes_that_were_sent_together_with_their_instants() {
    let way = Way {
        delay: 20 * MS,
        ..bandwidth("8Mbit/s")
    };
    let (tap, mut tapped) = mpsc::unbounded_channel();
    let (mut client, mut server, _link) = connect(way, Some(tap)).await;
    server.write_all(&[1; 10_000]).await.unwrap();
    let first = tapped.recv().await.unwrap();
    assert_eq!(first.direction, Direction::Down);
    assert_eq!(first.bytes, [1; 10_000][..]);
    // Slewing moves the wall clock by far less than this millisecond.
    let way_us = first.client_us - first.server_us;
    assert!((29_000..1_000_000).contains(&way_us), "{way_us}");

    client.write_all(b"GET").await.unwrap();
    let second = tapped.recv().await.unwrap();
    assert_eq!(second.direction, Direction::Up);
    assert!(second.server_us >= second.client_us + 19_000);
    assert!(second.client_us >= first.client_us);
}

#[tokio::test]
async fn a_client_that_does_not_read_stops_the_writer() {
    /// More than the link and the buffers of four sockets can hold.
    const BYTES: usize = 64 << 20;
    let (client, mut server, _link) = connect(Way::default(), None).await;
    let mut written = 0;
    // A slow machine only makes this test less sensitive.
    let quiet = Duration::from_millis(300);
    while written < BYTES {
        match tokio::time::timeout(quiet, server.write(&[0; 64 << 10])).await {
            Ok(bytes) => written += bytes.unwrap(),
            Err(_) => break,
        }
    }
    assert!(written < BYTES, "the link accepted all bytes");
    drop(client);
}
