//! The delivery guarantees of all eight transports: in order, no loss, no duplicates, and a notice
//! for every gap.

use std::{sync::mpsc, thread};

use crate::{
    process::{PATIENCE, Server},
    transports::{STARTED_OVER, TRANSPORTS, Transport, When, ending, position, seq},
};

/// Publishes 1, 2, 3 … and returns their texts.
fn published(server: &Server, count: u64) -> Vec<String> {
    for number in 1..=count {
        assert_eq!(server.publish(&number.to_string()), number);
    }
    server.texts()
}

fn assert_follow(name: &str, texts: &[String], first: u64) {
    for (nth, text) in texts.iter().enumerate() {
        assert_eq!(seq(text), Some(first + nth as u64), "{name}: {texts:?}");
    }
}

/// Runs the script for all eight transports at once; the results are in the order of the table.
fn each<T: Send>(script: impl Fn(Transport) -> T + Sync) -> Vec<T> {
    let script = &script;
    thread::scope(|scope| {
        let running = TRANSPORTS.map(|transport| scope.spawn(move || script(transport)));
        let results = running.into_iter().map(|script| script.join());
        results
            .map(|result| result.expect("the script passes"))
            .collect()
    })
}

#[test]
fn all_eight_transports_receive_each_update_once_and_in_order() {
    let server = Server::start(&["--rate", "200", "--payload-bytes", "120"]);
    let texts = each(|transport| transport.client(&server, Some(0)).take(150));
    assert_follow(TRANSPORTS[0].name, &texts[0], 1);
    for (transport, others) in TRANSPORTS.iter().zip(&texts) {
        assert_eq!(others, &texts[0], "{}", transport.name);
    }
}

#[test]
fn a_client_that_is_disconnected_during_traffic_resumes_at_its_position() {
    let server = Server::start(&["--rate", "200", "--payload-bytes", "120"]);
    each(|transport| {
        let mut texts = transport.client(&server, None).take(20);
        for _ in 0..3 {
            let position = position(texts.last().expect("twenty")).expect("an update");
            let mut client = transport.client_at_position(&server, &position);
            texts.extend(client.take(20));
        }
        let first = seq(&texts[0]).expect("an update");
        assert_follow(transport.name, &texts, first);
    });
}

#[test]
fn a_waiting_client_receives_each_update_when_it_is_published() {
    let server = Server::quiet(&[]);
    let (arrived, arrivals) = mpsc::channel();
    thread::scope(|scope| {
        for transport in TRANSPORTS {
            let (server, arrived) = (&server, arrived.clone());
            let mut client = transport.client(server, Some(0));
            scope.spawn(move || (0..5).try_for_each(|_| arrived.send(client.next())));
        }
        drop(arrived);
        for number in 1..=5 {
            server.publish("[]");
            // The next update is published only after this one has reached all eight transports.
            for _ in TRANSPORTS {
                let text = arrivals.recv().expect("all eight transports receive it");
                assert_eq!(seq(&text), Some(number));
            }
        }
    });
}

#[test]
fn a_position_is_followed_by_its_notice_and_the_later_updates() {
    let server = Server::quiet(&["--history", "4"]);
    // The updates 7 to 10.
    let texts = published(&server, 10);
    let started_over = "{\"started_over\":true,\"missed\":6}";
    for (position, notice, updates) in [
        ("0", Some("{\"missed\":6}"), &texts[..]),
        ("1", Some("{\"missed\":5}"), &texts),
        // It has left the history and cannot be verified.
        ("5.zzzz", Some("{\"missed\":1}"), &texts),
        ("6", None, &texts),
        ("8", None, &texts[2..]),
        // The check of the last update before the history is still known.
        ("6.zzzz", Some(started_over), &texts),
        ("18446744073709551615", Some(started_over), &texts),
    ] {
        let updates = updates.iter().map(String::as_str);
        let expected: Vec<_> = notice.into_iter().chain(updates).collect();
        for transport in TRANSPORTS {
            let mut client = transport.client_at_position(&server, position);
            let received = match transport.when {
                // One response contains everything that is due.
                When::Ended => client.answer(),
                _ => client.take(expected.len()),
            };
            assert_eq!(received, expected, "{position} {transport:?}");
        }
    }
}

#[test]
fn the_last_event_id_takes_precedence_over_the_url() {
    let server = Server::quiet(&[]);
    let texts = published(&server, 6);
    let sse = TRANSPORTS[6];
    let mut resumed = sse.client_with(&server, Some(1), "", &["Last-Event-ID: 4"]);
    assert_eq!(resumed.take(2), texts[4..]);
    let mut resumed = sse.client_with(&server, None, "", &["Last-Event-ID: 0"]);
    assert_eq!(resumed.take(6), texts);
    let id = format!("Last-Event-ID: {}", position(&texts[3]).expect("an update"));
    let mut resumed = sse.client_with(&server, Some(1), "", &[&id]);
    assert_eq!(resumed.take(2), texts[4..]);
    let mut started_over = sse.client_with(&server, Some(1), "", &["Last-Event-ID: 4.zzzz"]);
    assert_eq!(started_over.next(), STARTED_OVER);
    assert_eq!(started_over.take(6), texts);
}

#[test]
fn without_a_position_the_newest_update_is_the_first() {
    let server = Server::quiet(&[]);
    let texts = published(&server, 6);
    let mut clients = TRANSPORTS.map(|transport| transport.client(&server, None));
    for client in &mut clients {
        assert_eq!(client.next(), texts[5], "{}", client.transport.name);
    }
    server.publish("7");
    for client in &mut clients {
        assert_eq!(seq(&client.next()), Some(7), "{}", client.transport.name);
    }
}

#[test]
fn position_0_is_followed_by_the_whole_history() {
    let server = Server::quiet(&[]);
    let texts = published(&server, 6);
    for transport in TRANSPORTS {
        let received = transport.client(&server, Some(0)).take(6);
        assert_eq!(received, texts, "{transport:?}");
    }
}

#[test]
fn an_empty_feed_answers_a_client_without_a_position_at_once() {
    // The hold is longer than the test waits, so a held request would fail it.
    let server = Server::quiet(&["--hold", "1h"]);
    for transport in ending() {
        let received = transport.client(&server, None).answer();
        assert!(received.is_empty(), "{transport:?}: {received:?}");
    }
    let mut clients = TRANSPORTS.map(|transport| transport.client(&server, None));
    server.publish("1");
    for client in &mut clients {
        assert_eq!(seq(&client.next()), Some(1), "{}", client.transport.name);
    }
}

#[test]
fn a_position_ahead_of_the_feed_gets_the_notice_that_the_feed_started_over() {
    let server = Server::quiet(&[]);
    let mut early = TRANSPORTS.map(|transport| transport.client(&server, Some(50)));
    for client in &mut early {
        assert_eq!(client.next(), STARTED_OVER, "{}", client.transport.name);
    }
    let texts = published(&server, 3);
    for mut client in early {
        assert_eq!(client.take(3), texts, "{}", client.transport.name);
        let mut late = client.transport.client(&server, Some(50));
        assert_eq!(late.next(), STARTED_OVER, "{}", client.transport.name);
        assert_eq!(late.take(3), texts, "{}", client.transport.name);
    }
}

#[test]
fn a_restart_is_noticed_even_if_the_new_feed_has_passed_the_position() {
    let mut server = Server::quiet(&[]);
    let texts = published(&server, 3);
    let mut clients = TRANSPORTS.map(|transport| transport.client(&server, Some(0)));
    for client in &mut clients {
        assert_eq!(client.take(3), texts, "{}", client.transport.name);
    }
    server.signal("KILL");
    server.ends_within(PATIENCE);
    let server = Server::quiet(&[]);
    let texts = published(&server, 5);
    for client in &mut clients {
        client.connect_to(&server);
        let name = client.transport.name;
        assert_eq!(client.next(), STARTED_OVER, "{name}");
        assert_eq!(client.take(5), texts, "{name}");
    }
    server.publish("6");
    for client in &mut clients {
        let name = client.transport.name;
        assert_eq!(seq(&client.next()), Some(6), "{name}: once");
    }
}

#[test]
fn max_limits_a_response_and_the_rest_follows() {
    let server = Server::quiet(&[]);
    let texts = published(&server, 7);
    for transport in TRANSPORTS {
        let mut client = transport.client_with(&server, Some(0), "&max=3", &[]);
        if transport.when == When::Ended {
            let lengths = [(); 3].map(|()| client.answer().len());
            assert_eq!(lengths, [3, 3, 1], "{transport:?}");
        } else {
            assert_eq!(client.take(7), texts, "{transport:?}");
        }
    }
}
