//! A feed that is stored in a stream of NATS JetStream.

mod broker;

use std::time::Duration;

use server::{
    base::{clock, way::Way},
    link::Link,
};
use tokio::runtime::Runtime;

use self::broker::{Broker, ready, with_broker};
use crate::{
    bad_input::assert_problem,
    http::request,
    process::{Server, awaited, until},
    transports::{STARTED_OVER, TRANSPORTS, at_us, kept_open, position, seq},
};

/// A server of the stream `feed` that publishes nothing by itself.
fn server(broker: &Broker, options: &[&str]) -> Server {
    let server = Server::unlimited(&[&["--feed", &broker.feed("feed")], options].concat());
    ready(&server);
    server
}

fn post(server: &Server, key: &str, json: &str) -> (u16, String) {
    let key = format!("Idempotency-Key: {key}");
    let answer = server.ask(&request("POST", "/updates", &[&key], json.as_bytes()));
    (answer.head.status, answer.text())
}

/// Publishes when the stream accepts it, and returns the answer.
fn post_when_accepted(server: &Server, key: &str, json: &str) -> String {
    awaited("publishing is accepted", || {
        let (status, body) = post(server, key, json);
        (status == 201).then_some(body)
    })
}

#[test]
fn two_servers_send_the_same_bytes_and_clients_move_between_them() {
    with_broker(|broker| {
        let servers = [server(&broker, &[]), server(&broker, &[])];
        for (server, seq) in servers.iter().cycle().zip(1..=10) {
            assert_eq!(server.publish(&seq.to_string()), seq);
        }
        for server in &servers {
            server.metric_becomes("feed_newest_seq", 10);
            assert_eq!(server.metric("feed_stream_ready"), 1);
            assert_eq!(server.metric("feed_stream_publish_seconds_count"), 5);
        }
        let texts = servers[0].texts();
        assert_eq!(servers[1].texts(), texts);
        for transport in TRANSPORTS {
            let mut client = transport.client(&servers[0], Some(0));
            let first = client.take(4);
            client.connect_to(&servers[1]);
            assert_eq!([first, client.take(6)].concat(), texts, "{transport:?}");
        }
    });
}

#[test]
fn a_restart_loses_nothing() {
    with_broker(|broker| {
        let first = server(&broker, &["--history", "3"]);
        (1..=5).for_each(|seq| assert_eq!(first.publish("1"), seq));
        let texts = first.texts();
        assert_eq!(texts.len(), 3);
        // The check of update 2, the one before the oldest, is still known.
        let mut client = TRANSPORTS[1].client(&first, Some(2));
        client.take(1);
        drop(first);
        let second = server(&broker, &["--history", "3"]);
        assert_eq!(second.texts(), texts);
        client.connect_to(&second);
        assert_eq!(client.take(2), texts[1..]);
        assert_eq!(second.publish("1"), 6);
    });
}

#[test]
fn a_repeated_idempotency_key_publishes_nothing_twice() {
    with_broker(|broker| {
        let servers = [server(&broker, &[]), server(&broker, &[])];
        for server in &servers {
            assert_eq!(post(server, "a", "1"), (201, "{\"seq\":1}".into()));
        }
        assert_eq!(post(&servers[0], "b", "1"), (201, "{\"seq\":2}".into()));
        servers[1].metric_becomes("feed_newest_seq", 2);
        assert_eq!(servers[1].texts().len(), 2);
        assert_eq!(post(&servers[0], "\u{e9}", "1").0, 400);
        assert_eq!(post(&servers[0], "", "1").0, 400);
        assert_eq!(post(&servers[0], "a\r\nIdempotency-Key: b", "1").0, 400);
        let (status, problem) = post(&servers[0], "b", "2");
        assert_eq!(status, 422, "another update with the same key");
        assert!(problem.contains("has seq 2"), "{problem}");
    });
}

#[test]
fn clients_stay_connected_while_the_broker_is_down() {
    with_broker(|mut broker| {
        let server = server(&broker, &[]);
        server.publish("1");
        let mut clients: Vec<_> = kept_open()
            .map(|transport| transport.client(&server, Some(0)))
            .collect();
        for client in &mut clients {
            assert_eq!(seq(&client.next()), Some(1));
        }
        broker.kill();
        until("publishing is refused", || post(&server, "a", "2").0 == 503);
        let answer = server.ask(&request("POST", "/updates", &[], b"2"));
        assert_problem(&answer, 503);
        assert_eq!(answer.head.field("retry-after"), Some("2"));
        until("the server is not ready", || {
            server.get("/readyz").head.status == 503
        });
        assert_eq!(server.get("/healthz").head.status, 200);
        assert_eq!(server.texts().len(), 1, "the history is served");

        broker.start_again();
        ready(&server);
        assert_eq!(post_when_accepted(&server, "a", "2"), "{\"seq\":2}");
        for client in &mut clients {
            assert_eq!(seq(&client.next()), Some(2), "{}", client.transport.name);
        }
    });
}

#[test]
fn a_recreated_stream_is_a_feed_that_started_over() {
    with_broker(|broker| {
        let server = server(&broker, &[]);
        for _ in 0..3 {
            server.publish("1");
        }
        server.metric_becomes("feed_newest_seq", 3);
        let mut clients: Vec<_> = TRANSPORTS
            .iter()
            .map(|transport| transport.client(&server, Some(0)))
            .collect();
        for client in &mut clients {
            client.take(3);
        }
        broker.delete_stream("feed");
        // The new stream has passed the old position before a client returns.
        assert_eq!(post_when_accepted(&server, "new", "2"), "{\"seq\":1}");
        (2..=5).for_each(|seq| assert_eq!(server.publish("2"), seq));
        for mut client in clients {
            let name = client.transport.name;
            assert_eq!(client.next(), STARTED_OVER, "{name}");
            let seqs: Vec<_> = client.take(5).iter().map(|text| seq(text)).collect();
            assert_eq!(seqs, [1, 2, 3, 4, 5].map(Some), "{name}");
        }
    });
}

/// The broker forgets updates 31 to 50 and issues their numbers again, for other updates, before the
/// server has connected again.
#[test]
fn each_cursor_of_updates_that_the_stream_has_lost_receives_a_notice() {
    with_broker(|mut broker| {
        let server = server(&broker, &[]);
        (1..=30).for_each(|seq| assert_eq!(server.publish("1"), seq));
        broker.kill();
        let copy = broker.copy_store();
        broker.start_again();
        post_when_accepted(&server, "31", "1");
        (32..=50).for_each(|seq| assert_eq!(server.publish("1"), seq));
        server.metric_becomes("feed_newest_seq", 50);
        let cursors: Vec<_> = server
            .texts()
            .iter()
            .filter_map(|text| position(text))
            .collect();
        assert_eq!(cursors.len(), 50);
        let mut clients: Vec<_> = kept_open()
            .map(|transport| transport.client_at_position(&server, &cursors[49]))
            .collect();

        broker.kill();
        broker.restore(&copy);
        broker.start_again();
        for seq in 31..=60 {
            let stored = broker.ask("feed.clients", &format!(r#"{{"at_us":{seq},"data":2}}"#));
            assert!(stored.contains(&format!("\"seq\":{seq}")), "{stored}");
        }
        until("the server receives them", || {
            server.texts().last().map(|text| seq(text)) == Some(Some(60))
        });
        ready(&server);
        for transport in TRANSPORTS {
            for (cursor, nth) in cursors.iter().zip(1..) {
                let mut client = transport.client_at_position(&server, cursor);
                let first = client.next();
                match nth {
                    1..=30 => assert_eq!(seq(&first), Some(nth + 1), "{}", transport.name),
                    _ => assert_eq!(first, STARTED_OVER, "{} at {cursor}", transport.name),
                }
            }
        }
        for client in &mut clients {
            assert_eq!(client.next(), STARTED_OVER, "{}", client.transport.name);
            assert_eq!(seq(&client.next()), Some(1), "{}", client.transport.name);
        }
    });
}

/// A client may have received from another server what this one receives a moment later.
#[test]
fn a_client_that_is_ahead_of_its_new_server_waits_for_it() {
    with_broker(|mut broker| {
        let runtime = Runtime::new().expect("a runtime");
        let delay = Way {
            delay: Duration::from_millis(200),
            ..Way::default()
        };
        let link = runtime.block_on(Link::start(broker.address(), delay, None));
        let link = link.expect("the link starts");
        let near = server(&broker, &[]);
        let far = Server::unlimited(&["--feed", &format!("nats://{}/feed", link.address())]);
        ready(&far);
        for (transport, cursor) in TRANSPORTS.iter().zip((1..).step_by(2)) {
            assert_eq!(near.publish("1"), cursor);
            near.metric_becomes("feed_newest_seq", cursor);
            let newest = near.texts().pop().expect("an update");
            let position = position(&newest).expect("an update");
            assert_eq!(near.publish("2"), cursor + 1);
            let mut client = transport.client_at_position(&far, &position);
            assert_eq!(seq(&client.next()), Some(cursor + 1), "{}", transport.name);
        }
        // It is not known whether the stream has reached this position.
        broker.kill();
        assert_problem(&far.get("/polling?after=99"), 503);
        let header = ["Last-Event-ID: 99"];
        assert_problem(&far.ask(&request("GET", "/sse", &header, b"")), 503);
    });
}

/// A server whose ticker publishes 50 updates per second.
fn ticking(broker: &Broker, options: &[&str]) -> Server {
    let feed = ["--feed", &broker.feed("feed"), "--rate", "50"];
    let server = Server::start(&[&feed, options].concat());
    ready(&server);
    server
}

/// Waits for two updates of the ticker that are planned after this call.
fn ticks(server: &Server) {
    let now_us = clock::now_us();
    until("the ticker publishes", || {
        let texts = server.texts();
        let is_new = |text: &&String| text.contains("price") && at_us(text) > now_us;
        texts.iter().filter(is_new).count() > 1
    });
}

#[test]
fn the_ticker_continues_when_the_stream_no_longer_has_its_updates() {
    with_broker(|mut broker| {
        let unlimited = ["--publish-rate", "0", "--publish-rate-per-client", "0"];
        let server = ticking(&broker, &[&["--history", "5"], &unlimited[..]].concat());
        ticks(&server);
        // More updates than the stream keeps.
        for _ in 0..50 {
            broker.ask("feed.clients", r#"{"at_us":1,"data":12}"#);
        }
        ticks(&server);

        broker.kill();
        let copy = broker.copy_store();
        broker.start_again();
        ticks(&server);
        broker.kill();
        broker.restore(&copy);
        broker.start_again();
        ticks(&server);

        broker.delete_stream("feed");
        ticks(&server);
    });
}

#[test]
fn an_update_that_is_longer_than_the_history_is_stored() {
    with_broker(|broker| {
        let options = ["--history-bytes", "100"];
        let first = server(&broker, &options);
        assert_eq!(first.publish(&format!("\"{}\"", "x".repeat(3_000))), 1);
        first.metric_becomes("feed_newest_seq", 1);
        let second = server(&broker, &options);
        assert_eq!(second.texts(), first.texts());
    });
}

/// Another program has created the stream, and removed its messages.
#[test]
fn an_empty_stream_with_a_past_continues() {
    with_broker(|broker| {
        let config = r#"{"name":"feed","subjects":["feed.*"],"storage":"file"}"#;
        broker.ask("$JS.API.STREAM.CREATE.feed", config);
        broker.ask("feed.clients", r#"{"at_us":1,"data":1}"#);
        broker.ask("$JS.API.STREAM.PURGE.feed", "");
        let server = server(&broker, &[]);
        assert_eq!(server.publish("2"), 2);
        server.metric_becomes("feed_newest_seq", 2);
    });
}

#[test]
fn one_of_two_tickers_publishes_and_the_other_takes_over() {
    with_broker(|broker| {
        let (first, second) = (ticking(&broker, &[]), ticking(&broker, &[]));
        let mut client = TRANSPORTS[6].client(&second, Some(0));
        // 50 updates per second from one ticker are 20 ms apart.
        let texts = client.take(20);
        for pair in texts.windows(2) {
            assert_eq!(at_us(&pair[1]) - at_us(&pair[0]), 20_000);
        }
        drop(first);
        let newest = second.metric("feed_newest_seq");
        until("the other ticker publishes", || {
            second.metric("feed_newest_seq") > newest + 10
        });
    });
}

#[test]
fn until_the_stream_is_loaded_no_client_receives_a_wrong_notice() {
    let server = Server::quiet(&["--feed", "nats://127.0.0.1:9/feed"]);
    for transport in TRANSPORTS {
        let target = format!("/{}?after=5.iy6m", transport.name);
        let answer = server.get(&target);
        if transport.name != "websocket" {
            assert_problem(&answer, 503);
            assert_eq!(answer.head.field("retry-after"), Some("1"));
        }
    }
    assert_problem(&server.get("/readyz"), 503);
    assert_eq!(server.get("/healthz").head.status, 200);
}
