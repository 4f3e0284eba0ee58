//! Does a client ever lose an update without a notice? Generated histories: bursts of
//! updates, responses in pieces, cut connections and restarts, for each of the eight transports.
//!
//! The feed and the formats of the server write, the clients of the load generator read; there is
//! no socket between them.

mod client;
mod server;

use std::panic::{AssertUnwindSafe, catch_unwind};

use ::server::{Transport, base::position::Position};
use fastrand::Rng;
use loadgen::client::shared::Shared;
use serde_json::Value;

use self::{
    client::Client,
    server::{Known, Server},
};

const HISTORIES: u64 = 500;

/// A history, and another client with a position of the first one.
fn run(seed: u64, transport: Transport, shared: &Shared) {
    let mut random = Rng::with_seed(seed);
    let mut server = Server::new(random.usize(1..8));
    server.publish(0..6, &mut random);
    let start = random.bool().then_some((Position::default(), Known::START));
    let mut client = Client::new(transport, start, shared);
    for _ in 0..random.usize(10..40) {
        match random.u8(..8) {
            0..=2 => server.publish(1..5, &mut random),
            3 => server.publish(5..20, &mut random),
            // A position without a check, directly after a notice, does not reveal a restart.
            4 if client.known.is_none_or(Known::reveals_restart) => {
                server.restart();
                client.stream = None;
            }
            _ => client.receive(&server, &mut random),
        }
    }
    assert_no_gap(&client.texts, start.map(|_| 1));
    replay(&client, &server, &mut random);
}

/// Another client with a position that this one had receives the same.
fn replay(client: &Client, server: &Server, random: &mut Rng) {
    let received = client.texts.iter().enumerate();
    let resumable = received.filter_map(|(nth, text)| {
        let seq = server.texts.iter().position(|other| other == text)? + 1;
        (seq >= server.dropped()).then_some((nth, seq))
    });
    let resumable: Vec<_> = resumable.collect();
    let Some(&(nth, seq)) = random.choice(&resumable) else {
        return;
    };
    let update: Value = serde_json::from_str(&server.texts[seq - 1]).unwrap();
    let position = Position::of_update(seq as u64, update["at_us"].as_u64().unwrap());
    let known = Known {
        seq,
        restarts: server.restarts,
        has_check: true,
    };
    let mut again = Client::new(client.transport, Some((position, known)), client.shared);
    let first = &client.texts[nth + 1..];
    for _ in 0..100 {
        again.receive(server, random);
    }
    assert_eq!(&again.texts[..first.len()], first);
}

/// Each update follows the previous one, except after a notice about missing updates.
fn assert_no_gap(texts: &[String], mut next: Option<u64>) {
    for text in texts {
        let message: Value = serde_json::from_str(text).unwrap();
        next = match (message["seq"].as_u64(), message["missed"].as_u64()) {
            (Some(seq), None) => {
                assert_eq!(next.unwrap_or(seq), seq, "{texts:?}");
                Some(seq + 1)
            }
            (None, Some(missed)) if message["started_over"] == true => Some(1 + missed),
            (None, Some(missed @ 1..)) => Some(next.unwrap_or(1) + missed),
            _ => panic!("neither an update nor a notice: {text}"),
        };
    }
}

#[test]
fn no_history_loses_an_update_without_a_notice() {
    let shared = Shared::of_the_past();
    for seed in 0..HISTORIES {
        for transport in Transport::ALL {
            let history = AssertUnwindSafe(|| run(seed, transport, &shared));
            assert!(catch_unwind(history).is_ok(), "seed {seed}, {transport}");
        }
    }
}

#[test]
fn bytes_are_read_the_same_wherever_they_are_split() {
    let shared = Shared::of_the_past();
    let mut random = Rng::with_seed(1);
    let mut server = Server::new(3);
    server.publish(5..6, &mut random);
    for transport in Transport::ALL {
        let opened = || {
            let start = Some((Position::default(), Known::START));
            let mut client = Client::new(transport, start, &shared);
            let position = client.request(&server);
            let due = server.feed.after(position, usize::MAX);
            let mut wire = client.wire(&due, true);
            if client.is_kept_open() {
                // A heartbeat, then an update.
                wire.extend(client.wire(&server.feed.after(due.next, 1), false));
                let before_last = Position::without_check(due.next.seq - 1);
                wire.extend(client.wire(&server.feed.after(before_last, 1), false));
            }
            (client, wire)
        };
        let (mut whole, wire) = opened();
        whole.read(&wire);
        let expected = 4 + usize::from(whole.is_kept_open());
        assert_eq!(whole.texts.len(), expected, "{:?}", whole.texts);
        for split in 0..=wire.len() {
            let (mut client, wire) = opened();
            client.read(&wire[..split]);
            client.read(&wire[split..]);
            assert_eq!(client.texts, whole.texts, "{transport}: {split}");
        }
    }
}
