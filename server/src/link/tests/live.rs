//! The link's conditions, changed while connections are open.

use std::io::ErrorKind;

use super::*;

/// Longer than any test: who waits for it to pass does not end.
const AN_HOUR: Duration = Duration::from_secs(3600);

/// Whether the connection is broken, without an orderly end.
async fn is_reset(stream: &mut TcpStream) -> bool {
    let read = stream.read(&mut [0]).await;
    read.is_err_and(|error| error.kind() == ErrorKind::ConnectionReset)
}

/// Whether a server behind the link answers who connects now.
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
async fn a_new_way_counts_for_what_is_sent_from_then_on() {
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
    // A machine that is late once is asked again.
    for _ in 0..10 {
        let began = Instant::now();
        server.write_all(b"3").await.unwrap();
        client.read_exact(&mut [0]).await.unwrap();
        fastest = fastest.min(began.elapsed());
    }
    assert!(fastest < 200 * MS, "{fastest:?}");
}

#[tokio::test]
async fn on_a_shorter_way_nothing_overtakes_and_nothing_is_lost() {
    let (tap, mut tapped) = mpsc::unbounded_channel();
    let (mut client, mut server, link) = connect(delay(20 * MS), Some(tap)).await;
    let mut random = fastrand::Rng::with_seed(1);
    let sent: Vec<u8> = (0..400_000).map(|_| random.u8(..)).collect();
    let write = async {
        for part in sent.chunks(2_000) {
            server.write_all(part).await.unwrap();
            link.set_way(Way {
                delay: random.u32(0..20) * MS,
                jitter: Duration::ZERO,
                bandwidth: ["40Mbit/s", ""][random.usize(0..2)].parse().ok(),
            });
        }
    };
    let mut received = vec![0; sent.len()];
    let (_, read) = tokio::join!(write, client.read_exact(&mut received));
    read.unwrap();
    assert!(received == sent, "other bytes, or in another order");
    let mut told = Vec::new();
    while told.len() < sent.len() {
        told.extend(tapped.recv().await.unwrap().bytes);
    }
    assert!(told == sent, "told other bytes, or in another order");
}

#[tokio::test]
async fn what_waits_to_leave_does_so_with_the_new_bandwidth() {
    let (mut client, mut server, link) = connect(bandwidth("64kbit/s"), None).await;
    // More than two hours.
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
async fn a_pulled_plug_breaks_what_is_open_for_both_with_what_is_on_the_way() {
    let (mut client, mut server, link) = connect(Way::default(), None).await;
    link.set_way(delay(AN_HOUR));
    client.write_all(b"?").await.unwrap();
    server.write_all(b"!").await.unwrap();
    link.unplug();
    assert!(is_reset(&mut client).await);
    assert!(is_reset(&mut server).await);
}

#[tokio::test]
async fn who_connects_is_refused_until_the_link_is_plugged_in() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let server = listener.local_addr().unwrap();
    let link = Link::start(server, Way::default(), None).await.unwrap();
    assert!(answers(&link, &listener).await);
    link.unplug();
    assert!(!answers(&link, &listener).await);
    link.plug_in();
    assert!(answers(&link, &listener).await);
    // Out and in at once breaks what is open, too.
    let mut client = TcpStream::connect(link.address()).await.unwrap();
    let (mut server, _) = listener.accept().await.unwrap();
    link.unplug();
    link.plug_in();
    assert!(is_reset(&mut client).await);
    assert!(is_reset(&mut server).await);
    assert!(answers(&link, &listener).await);
}

#[tokio::test]
async fn who_is_on_the_way_to_the_server_is_refused_too() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let server = listener.local_addr().unwrap();
    let link = Link::start(server, delay(AN_HOUR), None).await.unwrap();
    let mut client = TcpStream::connect(link.address()).await.unwrap();
    link.unplug();
    assert!(is_reset(&mut client).await);
}

#[tokio::test]
async fn a_link_that_leads_elsewhere_breaks_what_is_open_and_goes_there() {
    let (mut client, mut server, link) = connect(Way::default(), None).await;
    let other = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    link.lead_to(other.local_addr().unwrap());
    assert!(is_reset(&mut client).await);
    assert!(is_reset(&mut server).await);
    assert!(answers(&link, &other).await);
}

#[tokio::test]
async fn clients_may_connect_to_another_address_than_the_servers() {
    let listener = TcpListener::bind(("::1", 0)).await;
    // Not every machine has both families.
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
async fn the_tap_hears_the_end_of_each_direction_last_however_it_ends() {
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
async fn after_the_servers_end_who_stays_silent_does_not_hold_the_connection() {
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
