//! Does the lab of the page classify the bytes on a wire like the load generator's ledger?

use std::{collections::HashMap, sync::Arc, time::Duration, time::Instant};

use loadgen::{
    client::{
        Client,
        ledger::Ledger,
        plan::{Plan, Target},
        shared::Shared,
        window::Window,
    },
    measure::server_process::ServerProcess,
    record::{Again, Class, Direction, Scenario},
};
use server::{
    Transport,
    base::{clock, timer},
    lab::reader::Reader,
    link::{Link, Passage},
};
use tokio::sync::mpsc;

/// One client of a running feed for half a second: its ledger, and the passages on the link.
async fn observe(transport: Transport) -> (Ledger, Vec<Passage>) {
    let scenario = Scenario {
        rate_per_s: Some(40.0),
        interval: Duration::from_millis(100),
        ..Scenario::default()
    };
    let server = ServerProcess::start(&scenario, ".".as_ref()).await.unwrap();
    timer::sleep_until(server.started + 2 * scenario.interval).await;
    let (tap, mut tapped) = mpsc::unbounded_channel();
    let link = Link::start(server.address, scenario.way(), Some(tap))
        .await
        .unwrap();
    let now_us = clock::now_us();
    let shared = Arc::new(Shared::new());
    shared.open(Window {
        from_us: now_us,
        to_us: now_us + 500_000,
    });
    let plan = Plan {
        peer: None,
        resets: false,
        transport,
        target: Target::in_clear_text(link.address(), scenario.header_profile),
        again: Again::of(transport, scenario.interval),
        begin: Instant::now(),
        max: None,
        way: scenario.way().delay,
        position: None,
    };
    let mut client = Client::new(plan, shared, None);
    client.run().await.unwrap();
    client.close();
    drop(link);
    let mut passages = Vec::new();
    while let Some(passage) = tapped.recv().await {
        passages.push(passage);
    }
    (client.ledger, passages)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_byte_has_the_same_class_as_in_the_ledger() {
    for transport in Transport::ALL {
        let (ledger, passages) = observe(transport).await;
        let mut readers = HashMap::new();
        let (mut labelled, mut updates) = (Ledger::default(), 0);
        for passage in passages {
            let way = passage.direction;
            let sum = |of: &Ledger| -> u64 {
                let classes = Class::on_socket().iter();
                classes.map(|&class| of.bytes_of(&[way], class)).sum()
            };
            // Bytes after the client's disconnect are in no ledger.
            if passage.bytes.is_empty() || sum(&labelled) == sum(&ledger) {
                continue;
            }
            let reader = readers.entry(passage.connection);
            let reader = reader.or_insert_with(|| Reader::new(transport));
            let label = reader.read(way, &passage.bytes).unwrap();
            assert_eq!(label.transport, transport);
            for (class, length) in label.parts {
                labelled.book(way, class, length);
            }
            updates += label.updates.len() as u64;
        }
        for way in [Direction::Up, Direction::Down] {
            for &class in Class::on_socket() {
                let [labelled, booked] = [&labelled, &ledger].map(|of| of.bytes_of(&[way], class));
                assert_eq!(labelled, booked, "{transport} {way:?} {class:?}");
            }
        }
        assert!(updates > 4, "{transport}: {updates}");
        assert_eq!(updates, ledger.deliveries, "{transport}");
    }
}
