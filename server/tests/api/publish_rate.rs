//! A client that publishes at a high rate neither delays nor disconnects the others.

use std::{
    io::Write,
    sync::atomic::{AtomicBool, Ordering::Relaxed},
    thread,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use crate::{
    bad_input::assert_problem,
    client::Client,
    http::{Answer, request},
    process::Server,
    transports::{at_us, kept_open, seq},
    websocket::{FIN, TEXT, WebSocket, masked},
};

/// One worker, so that the attacker and the others share a thread; a short history.
const ONE_WORKER: &[&str] = &["--workers", "1", "--history", "8"];

/// Clients of all open streams receive `updates` updates while `attack` runs. None of them may miss
/// one.
fn assert_all_receive(server: &Server, updates: u64, attack: impl FnOnce()) {
    let first = server.publish("0");
    let clients = kept_open().map(|row| {
        let mut client = row.client(server, Some(0));
        assert_eq!(seq(&client.next()), Some(first));
        client
    });
    let clients: Vec<_> = clients.collect();
    thread::scope(|scope| {
        for mut client in clients {
            scope.spawn(move || {
                for number in first + 1..=first + updates {
                    let text = client.next();
                    let name = client.transport.name;
                    assert_eq!(seq(&text), Some(number), "{name}: {text}");
                }
            });
        }
        attack();
    });
    assert_eq!(server.rejections("too_slow"), 0);
}

/// Publishes as a client reported by a trusted proxy.
fn post(server: &Server, client: &str) -> Answer {
    let forwarded = format!("X-Forwarded-For: {client}");
    server.post(&[&forwarded], b"1")
}

/// Publishes this number of updates and returns the response to one more.
fn exceed_limit(server: &Server, client: &str, allowed: usize) -> Answer {
    for _ in 0..allowed {
        assert_eq!(post(server, client).head.status, 201, "{client}");
    }
    post(server, client)
}

#[test]
fn many_text_frames_in_one_write_disconnect_no_client() {
    let server = Server::unlimited(ONE_WORKER);
    assert_all_receive(&server, 1_100, || {
        let mut attacker = WebSocket::open(&server, "/websocket");
        let frames = masked(FIN | TEXT, b"1").repeat(1_100);
        assert_eq!(frames.len(), 7_700);
        attacker.0.send(&frames);
        // Its own updates prove that it was not rejected.
        while seq(&attacker.text()) != Some(1_101) {}
    });
}

#[test]
fn many_pipelined_posts_disconnect_no_client() {
    let server = Server::unlimited(ONE_WORKER);
    assert_all_receive(&server, 3_000, || {
        let mut attacker = server.connect();
        let mut sender = attacker.another();
        let posts = request("POST", "/updates", &[], b"1").repeat(3_000);
        thread::spawn(move || sender.send(&posts));
        for _ in 0..3_000 {
            assert_eq!(attacker.answer().head.status, 201);
        }
    });
}

#[test]
fn a_post_over_the_limit_gets_429_with_the_seconds_to_wait() {
    let limits = ["--publish-rate", "3", "--publish-rate-per-client", "2"];
    let server = Server::quiet(&[&["--trusted-proxy", "127.0.0.1"], &limits[..]].concat());
    let began = Instant::now();
    let of_client = exceed_limit(&server, "192.0.2.1", 2);
    let in_total = exceed_limit(&server, "192.0.2.2", 1);
    // If the machine was too busy for the burst, another update may be allowed.
    if began.elapsed() < Duration::from_millis(300) {
        let per_client = "per client (--publish-rate-per-client) is 2";
        let together = "of all clients together (--publish-rate) is 3";
        for (answer, limit) in [(of_client, per_client), (in_total, together)] {
            assert_problem(&answer, 429);
            assert_eq!(answer.head.field("retry-after"), Some("1"));
            let expected = format!("the limit {limit} updates per second");
            assert!(answer.text().contains(&expected), "{}", answer.text());
        }
        assert_eq!(server.metric("feed_newest_seq"), 3);
        server.rejections_become("publish_rate", 2);
    }
    thread::sleep(Duration::from_secs(1));
    for client in ["192.0.2.1", "192.0.2.2"] {
        assert_eq!(post(&server, client).head.status, 201, "{client}");
    }
}

#[test]
fn a_long_update_counts_as_several() {
    let server = Server::quiet(&[]);
    // 65,534 characters of which each is written with six: 48 times 8 KiB, of 100 in a second.
    let body = format!("\"{}\"", "<".repeat(65_534));
    let mut connection = server.connect();
    let statuses = [(); 4].map(|()| {
        connection.send(&request("POST", "/updates", &[], body.as_bytes()));
        connection.answer().head.status
    });
    assert_eq!(statuses, [201, 201, 201, 429]);
}

#[test]
fn a_websocket_over_the_limit_is_read_more_slowly() {
    let server = Server::quiet(&["--publish-rate-per-client", "50"]);
    let mut client = WebSocket::open(&server, "/websocket?after=0");
    client.0.send(&masked(FIN | TEXT, b"1").repeat(100));
    client.send(FIN | TEXT, b"\"last\"");
    let texts: Vec<_> = (1..=101).map(|_| client.text()).collect();
    for (number, text) in (1..).zip(&texts) {
        assert_eq!(seq(text), Some(number), "{text}");
    }
    assert!(texts[100].ends_with("\"data\":\"last\"}"), "{}", texts[100]);
    // 50 at once, then 51 that wait for 20 ms each.
    let took_us = at_us(&texts[100]) - at_us(&texts[0]);
    assert!(took_us >= 1_000_000, "{took_us} us");
    assert_eq!(server.rejections("publish_rate"), 0);
}

#[test]
fn a_websocket_that_waits_to_publish_is_closed_when_the_server_stops() {
    let mut server = Server::quiet(&["--publish-rate", "1"]);
    let mut client = WebSocket::open(&server, "/websocket?after=0");
    client.0.send(&masked(FIN | TEXT, b"1").repeat(1_000));
    assert_eq!(seq(&client.text()), Some(1));
    server.signal("TERM");
    assert_eq!(client.close_reason().0, 1001);
    client.0.end();
    server.assert_ends();
}

#[test]
fn standard_input_over_the_limit_is_read_more_slowly() {
    let mut server = Server::start(&["--source", "stdin"]);
    let mut input = server.stdin();
    let clients: Vec<_> = kept_open()
        .map(|row| row.client(&server, Some(0)))
        .collect();
    let lines: String = (1..=2_000).map(|number| format!("{number}\n")).collect();
    input.write_all(lines.as_bytes()).expect("the server reads");
    thread::scope(|scope| {
        for mut client in clients {
            scope.spawn(move || {
                let texts = client.take(2_000);
                for (number, text) in (1..).zip(&texts) {
                    assert_eq!(seq(text), Some(number), "{text}");
                    assert!(text.ends_with(&format!(":{number}}}")), "{text}");
                }
                let took_us = at_us(&texts[1_999]) - at_us(&texts[0]);
                assert!(took_us >= 980_000, "{took_us} us");
            });
        }
    });
    assert_eq!(server.rejections("too_slow"), 0);
}

/// The 99th percentile of the latency of the next updates, in microseconds: the median of five
/// windows, since other load on the machine may delay one or two of them.
fn p99_us(client: &mut Client) -> u64 {
    const UPDATES: usize = 60;
    let began_us = now_us();
    while at_us(&client.next()) < began_us {}
    let mut windows_us = [(); 5].map(|()| {
        let mut latencies_us = [(); UPDATES].map(|()| {
            let planned_us = at_us(&client.next());
            now_us().saturating_sub(planned_us)
        });
        latencies_us.sort_unstable();
        latencies_us[UPDATES * 99 / 100]
    });
    windows_us.sort_unstable();
    windows_us[2]
}

fn now_us() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.expect("it is after 1970").as_micros() as u64
}

/// Sends text frames and posts as fast as possible until `done`.
fn attack(server: &Server, done: &AtomicBool) {
    let mut socket = WebSocket::open(server, "/websocket");
    socket.0.send(&masked(FIN | TEXT, b"1").repeat(11_000));
    let mut poster = server.connect();
    let posts = request("POST", "/updates", &[], b"1").repeat(100);
    while !done.load(Relaxed) {
        poster.send(&posts);
        (0..100).for_each(|_| drop(poster.answer()));
    }
}

#[test]
fn an_attacker_does_not_increase_the_latency_of_others() {
    /// The latency that a busy machine may cause, before and during the attack.
    const FLOOR_US: u64 = 100_000;
    let server = Server::start(&["--rate", "100"]);
    let mut clients: Vec<_> = kept_open().map(|row| row.client(&server, None)).collect();
    let mut p99s_us = || {
        thread::scope(|scope| {
            let clients = clients.iter_mut();
            let threads: Vec<_> = clients
                .map(|client| scope.spawn(|| p99_us(client)))
                .collect();
            let threads = threads.into_iter();
            let p99s_us = threads.map(|thread| thread.join().expect("the thread ends"));
            p99s_us.max().expect("there are clients")
        })
    };
    let before_us = p99s_us();
    let done = AtomicBool::new(false);
    let during_us = thread::scope(|scope| {
        scope.spawn(|| attack(&server, &done));
        server.clients_become("websocket", 2);
        let during_us = p99s_us();
        done.store(true, Relaxed);
        during_us
    });
    println!("p99 {before_us} us before the attack, {during_us} us during it");
    assert!(during_us <= (2 * before_us).max(FLOOR_US));
    assert_eq!(server.rejections("too_slow"), 0);
}
