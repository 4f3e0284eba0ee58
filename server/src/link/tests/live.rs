//! The link's conditions, changed while connections are open.

use std::io::ErrorKind;

use super::*;

/// Longer than any test.
const AN_HOUR: Duration = Duration::from_secs(3600);

/// Whether the connection was reset.
async fn is_reset(stream: &mut TcpStream) -> bool {
    let read = stream.read(&mut [0]).await;
    read.is_err_and(|error| error.kind() == ErrorKind::ConnectionReset)
}

/// Whether a server behind the link answers a new client.
async fn answers(link: &Link, listener: &TcpListener) -> bool {
    let ask = async {
        let mut client = TcpStream::connect(link.address()).await?;
        client.write_all(b"?").await?;
        client.read_exact(&mut [0]).await
    };
    let answer = async {
        let (server, _) = listener.accept().await.unwrap();
        echo(server).await;
        std::future::pending::<()>().await;
    };
    tokio::select! {
        answered = ask => answered.is_ok(),
        () = answer => unreachable!("it waits for the client"),
    }
}

#[tokio::test]
async fn a_new_way_applies_to_bytes_that_are_sent_later() {
    let (mut client, mut server, link) = connect(Way::default(), None).await;
    server.write_all(b"1").await.unwrap();
    client.read_exact(&mut [0]).await.unwrap();
    link.set_way(delay(200 * MS));
    let began = Instant::now();
    server.write_all(b"2").await.unwrap();
    client.read_exact(&mut [0]).await.unwrap();
    assert!(began.elapsed() >= 200 * MS);
    link.set_way(Way::default());
    let mut fastest = AN_HOUR;
    // Repeated, since the machine may be late once.
    for _ in 0..10 {
        let began = Instant::now();
        server.write_all(b"3").await.unwrap();
        client.read_exact(&mut [0]).await.unwrap();
        fastest = fastest.min(began.elapsed());
    }
    assert!(fastest < 200 * MS, "{fastest:?}");
}

#[tokio::test]
async fn bytes_are_neither_reordered_nor_lost_while_the_way_changes() {
    let (tap, mut tapped) = mpsc::unbounded_channel();
    let (mut client, server, link) = connect(delay(20 * MS), Some(tap)).await;
    let server = tokio::spawn(echo(server));
    let mut random = fastrand::Rng::with_seed(1);
    let sent: Vec<u8> = (0..400_000).map(|_| random.u8(..)).collect();
    let (mut from, mut to) = client.split();
    let write = async {
        for part in sent.chunks(2_000) {
            to.write_all(part).await.unwrap();
            link.set_way(Way {
                delay: random.u32(0..20) * MS,
                jitter: random.u32(0..4) * MS,
                bandwidth: ["40Mbit/s", ""][random.usize(0..2)].parse().ok(),
            });
        }
        to.shutdown().await.unwrap();
    };
    let mut received = Vec::new();
    let (_, read) = tokio::join!(write, from.read_to_end(&mut received));
    read.unwrap();
    assert!(received == sent, "the bytes or their order differ");
    server.await.unwrap();
    let mut reported = [Vec::new(), Vec::new()];
    while reported.iter().any(|bytes| bytes.len() < sent.len()) {
        let passage = tapped.recv().await.unwrap();
        reported[passage.direction as usize].extend(passage.bytes);
    }
    assert!(
        reported.iter().all(|bytes| *bytes == sent),
        "the reported bytes or their order differ"
    );
}

#[tokio::test]
async fn waiting_bytes_leave_at_the_new_bandwidth() {
    let (mut client, mut server, link) = connect(bandwidth("64kbit/s"), None).await;
    // These would take more than two hours.
    let write = server.write_all(&[0; 64 << 20]);
    let read = async {
        client.read_exact(&mut [0]).await.unwrap();
        link.set_way(Way::default());
        client.read_exact(&mut vec![0; (64 << 20) - 1]).await
    };
    let (written, read) = tokio::join!(write, read);
    written.unwrap();
    read.unwrap();
}

#[tokio::test]
async fn unplugging_resets_both_sides_and_drops_bytes_in_flight() {
    let (mut client, mut server, link) = connect(Way::default(), None).await;
    link.set_way(delay(AN_HOUR));
    client.write_all(b"?").await.unwrap();
    server.write_all(b"!").await.unwrap();
    link.unplug();
    assert!(is_reset(&mut client).await);
    assert!(is_reset(&mut server).await);
}

#[tokio::test]
async fn connections_are_refused_until_the_link_is_plugged_in() {
    let (listener, server) = listen().await;
    let link = Link::start(server, Way::default(), None).await.unwrap();
    link.unplug();
    assert!(!answers(&link, &listener).await);
    link.plug_in();
    // Unplugging and plugging in again immediately also resets open connections.
    let (mut client, mut server) = connect_over(&link, &listener).await;
    link.unplug();
    link.plug_in();
    assert!(is_reset(&mut client).await);
    assert!(is_reset(&mut server).await);
    assert!(answers(&link, &listener).await);
}

#[tokio::test]
async fn a_client_that_is_connecting_is_refused_too() {
    let (_listener, server) = listen().await;
    let link = Link::start(server, delay(AN_HOUR), None).await.unwrap();
    let mut client = TcpStream::connect(link.address()).await.unwrap();
    link.unplug();
    assert!(is_reset(&mut client).await);
}

#[tokio::test]
async fn redirecting_a_link_resets_open_connections() {
    let (mut client, mut server, link) = connect(Way::default(), None).await;
    let (other, address) = listen().await;
    link.lead_to(address);
    assert!(is_reset(&mut client).await);
    assert!(is_reset(&mut server).await);
    assert!(answers(&link, &other).await);
}

#[tokio::test]
async fn clients_can_connect_to_another_address_than_the_servers() {
    let listener = TcpListener::bind(("::1", 0)).await;
    // Not every machine has both address families.
    let Ok(listener) = listener else { return };
    let server = listener.local_addr().unwrap();
    let listen = "127.0.0.1".parse().unwrap();
    let link = Link::between(listen, server, Way::default(), LinkOptions::default())
        .await
        .unwrap();
    assert_eq!(link.address().ip(), listen);
    assert!(answers(&link, &listener).await);
}

#[tokio::test]
async fn a_connection_beyond_the_limit_is_reset() {
    let (listener, server) = listen().await;
    let options = LinkOptions {
        most_connections: Some(1),
        ..LinkOptions::default()
    };
    let link = Link::between(server.ip(), server, Way::default(), options);
    let link = link.await.unwrap();
    let open = connect_over(&link, &listener).await;
    for _ in 0..3 {
        let mut client = TcpStream::connect(link.address()).await.unwrap();
        assert!(is_reset(&mut client).await);
    }
    drop(open);
    let answered = async {
        // The link notices the end of the other connection a little later.
        while !answers(&link, &listener).await {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(AN_HOUR, answered).await.unwrap();
}

#[tokio::test]
async fn the_tap_reports_the_end_of_each_direction_last() {
    for is_broken in [false, true] {
        let (tap, mut tapped) = mpsc::unbounded_channel();
        let (mut client, mut server, link) = connect(Way::default(), Some(tap)).await;
        client.write_all(b"GET").await.unwrap();
        server.read_exact(&mut [0; 3]).await.unwrap();
        if is_broken {
            link.unplug();
        } else {
            drop((client, server));
        }
        assert_eq!(tapped.recv().await.unwrap().bytes, "GET");
        let ends = [tapped.recv().await.unwrap(), tapped.recv().await.unwrap()];
        assert!(ends.iter().all(|end| end.bytes.is_empty()));
        assert_ne!(ends[0].direction, ends[1].direction);
        drop(link);
        assert!(tapped.recv().await.is_none());
    }
}

#[tokio::test(start_paused = true)]
async fn a_silent_client_does_not_hold_a_connection_that_the_server_closed() {
    let (tap, mut tapped) = mpsc::unbounded_channel();
    let (mut client, server, _link) = connect(Way::default(), Some(tap)).await;
    drop(server);
    assert_eq!(client.read(&mut [0]).await.unwrap(), 0);
    let mut ended = Vec::new();
    let both_ends = async {
        while ended.len() < 2 {
            ended.push(tapped.recv().await.unwrap().direction);
        }
    };
    tokio::time::timeout(AN_HOUR, both_ends).await.unwrap();
    assert_eq!(ended, [Direction::Down, Direction::Up]);
}
