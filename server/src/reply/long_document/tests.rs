use std::{sync::Arc, time::Duration};

use actix_web::rt::System;
use futures_util::StreamExt;

use super::*;
use crate::{
    base::Transport,
    feed::{Feed, cursor::Cursor, data::Data},
    format::JSON,
    http::metrics::Metrics,
    reply::{Delivery, Timing, batch::Shape, due},
};

/// How many updates the history holds. Together they are longer than a piece.
const HISTORY: usize = 40;

fn publish(feed: &Feed, updates: u64) {
    for at_us in 0..updates {
        feed.publish(at_us, |_, _| Data::text(&"x".repeat(2_000)))
            .unwrap();
    }
}

/// The notice in a response to a client at `position`, if there is one. `meanwhile` updates are
/// published between the request and the first read. The feed has 40 updates at the request.
fn notice(position: Position, meanwhile: u64) -> Option<String> {
    System::new().block_on(async {
        let feed = Arc::new(Feed::new(HISTORY, usize::MAX));
        publish(&feed, HISTORY as u64);
        let second = Duration::from_secs(1);
        let timing = Timing {
            interval: second,
            hold: second,
            heartbeat: second,
        };
        let request = FeedRequest {
            cursor: Cursor {
                after: Some(position),
                max: None,
            },
            delivery: Delivery::start(Arc::clone(&feed), timing),
            hold: second,
            client: Metrics::new().tally(Transport::Polling).request(None),
            connection: None,
            streaming: Shape::Chunks,
        };
        let batch = due(&request, &JSON, position);
        assert!(batch.bytes.is_none(), "the response is long");
        let mut document = LongDocument::new(request, &JSON, position, &batch);
        publish(&feed, meanwhile);
        let mut text = Vec::new();
        while let Some(Ok(piece)) = document.next().await {
            text.extend_from_slice(&piece);
        }
        let parts: Vec<serde_json::Value> = serde_json::from_slice(&text).unwrap();
        let (notices, updates): (Vec<_>, Vec<_>) =
            parts.iter().partition(|part| part["seq"].is_null());
        // The updates of the request that are still in the history, and no others.
        let first = meanwhile.max(match batch.notice {
            None => position.seq,
            Some(_) => 0,
        });
        let seqs = updates.iter().map(|update| update["seq"].as_u64().unwrap());
        assert!(
            seqs.eq(first + 1..=HISTORY as u64),
            "{position}: {notices:?}"
        );
        assert!(notices.len() <= 1, "{notices:?}");
        notices.first().map(ToString::to_string)
    })
}

fn at(text: &str) -> Position {
    text.parse().unwrap()
}

#[test]
fn a_feed_that_started_over_is_reported_even_if_the_history_overtakes_the_client_before_the_first_read()
 {
    for position in ["100", "3.zzzz"] {
        for (meanwhile, missed) in [(0, 0), (10, 10), (200, 40)] {
            let expected = format!(r#"{{"missed":{missed},"started_over":true}}"#);
            assert_eq!(
                notice(at(position), meanwhile),
                Some(expected),
                "{position}"
            );
        }
    }
}

#[test]
fn updates_removed_from_the_history_before_the_first_read_are_reported_as_missed() {
    assert_eq!(notice(at("1"), 0), None);
    for (meanwhile, missed) in [(10, 9), (200, 39)] {
        let expected = format!(r#"{{"missed":{missed}}}"#);
        assert_eq!(notice(at("1"), meanwhile), Some(expected));
    }
}
