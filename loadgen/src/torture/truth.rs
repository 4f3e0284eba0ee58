//! The updates of the feed as their first client received them, and what the publishers know.

use std::{
    collections::{HashMap, HashSet, hash_map::Entry},
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use hdrhistogram::Histogram;
use serde::Deserialize;

use crate::{
    client::{common_feed::text_hash, shared::histogram},
    record::TorturePublishing,
};

/// No run has more updates. A larger `seq` is an error of the server.
const LARGEST_SEQ: u64 = 1 << 24;

#[derive(Deserialize)]
struct ParsedUpdate {
    at_us: u64,
    data: ParsedData,
}

/// The data of an update.
#[derive(Deserialize)]
#[serde(untagged)]
enum ParsedData {
    /// Of a publisher: a number that no other update has.
    Numbered { number: u64 },
    /// Of a ticker.
    Price {
        #[serde(rename = "price")]
        _price: f64,
    },
}

/// The table that all clients and publishers share.
#[derive(Debug)]
pub struct Truth(Mutex<Table>);

#[derive(Debug)]
struct Table {
    /// The hashes of the texts, the first one of `seq` 1.
    hashes: Vec<Option<u64>>,
    /// The planned times of the received updates of tickers.
    ticks: HashSet<u64>,
    /// The `seq` at which a number was received.
    received: HashMap<u64, u64>,
    /// The `seq` with which a number was acknowledged.
    acknowledged: HashMap<u64, u64>,
    acknowledged_us: Histogram<u64>,
    counts: TorturePublishing,
}

impl Default for Truth {
    fn default() -> Self {
        Self(Mutex::new(Table {
            hashes: Vec::new(),
            ticks: HashSet::new(),
            received: HashMap::new(),
            acknowledged: HashMap::new(),
            acknowledged_us: histogram(),
            counts: TorturePublishing::default(),
        }))
    }
}

impl Truth {
    /// Whether the text of an update is the one that the first client received at this `seq`.
    pub fn agrees(&self, seq: u64, text: &[u8]) -> bool {
        if !(1..LARGEST_SEQ).contains(&seq) {
            return false;
        }
        let hash = text_hash(text);
        let nth = seq as usize - 1;
        let mut table = self.table();
        if let Some(&Some(known)) = table.hashes.get(nth) {
            return known == hash;
        }
        if table.hashes.len() <= nth {
            table.hashes.resize(nth + 1, None);
        }
        table.hashes[nth] = Some(hash);
        let Ok(ParsedUpdate { at_us, data }) = serde_json::from_slice(text) else {
            return false;
        };
        let is_first = match data {
            ParsedData::Numbered { number } => match table.received.entry(number) {
                Entry::Vacant(place) => {
                    place.insert(seq);
                    true
                }
                Entry::Occupied(_) => false,
            },
            ParsedData::Price { .. } => {
                table.counts.ticks += 1;
                table.ticks.insert(at_us)
            }
        };
        table.counts.duplicated += u64::from(!is_first);
        true
    }

    /// A server has acknowledged an update, this time after its last request.
    pub fn acknowledge(&self, number: u64, seq: u64, took: Duration) {
        let mut table = self.table();
        table.acknowledged.insert(number, seq);
        table.counts.acknowledged += 1;
        let us = took.as_micros() as u64;
        table.acknowledged_us.saturating_record(us.max(1));
    }

    /// Changes the counts of a publisher.
    pub fn count(&self, change: impl FnOnce(&mut TorturePublishing)) {
        change(&mut self.table().counts);
    }

    /// The largest `seq` that was acknowledged or received; 0 if there is none.
    pub fn last(&self) -> u64 {
        let table = self.table();
        let acknowledged = table.acknowledged.values().copied().max();
        acknowledged.unwrap_or(0).max(table.hashes.len() as u64)
    }

    /// What became of the published updates. Called when all clients have received everything.
    pub fn published(&self) -> TorturePublishing {
        let table = self.table();
        let is_lost = |(number, seq): &(&u64, &u64)| table.received.get(number) != Some(seq);
        let at = |quantile| {
            let times = &table.acknowledged_us;
            (!times.is_empty()).then(|| times.value_at_quantile(quantile))
        };
        TorturePublishing {
            lost: table.acknowledged.iter().filter(is_lost).count() as u64,
            acknowledged_us_p50: at(0.5),
            acknowledged_us_p99: at(0.99),
            ..table.counts.clone()
        }
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(seq: u64, number: u64) -> Vec<u8> {
        format!(r#"{{"seq":{seq},"at_us":1,"data":{{"number":{number}}}}}"#).into_bytes()
    }

    #[test]
    fn all_servers_must_send_the_same_text() {
        let truth = Truth::default();
        assert!(truth.agrees(2, &text(2, 7)));
        assert!(truth.agrees(2, &text(2, 7)));
        assert!(!truth.agrees(2, &text(2, 8)));
        assert!(truth.agrees(1, &text(1, 8)));
        assert!(!truth.agrees(u64::MAX, &text(u64::MAX, 9)));
        assert!(
            !truth.agrees(3, br#"{"seq":3,"at_us":1,"data":0}"#),
            "of another publisher"
        );
        assert_eq!(truth.last(), 3);
        let tick = |seq: u64| format!(r#"{{"seq":{seq},"at_us":9,"data":{{"price":101.25}}}}"#);
        assert!(truth.agrees(4, tick(4).as_bytes()));
        assert_eq!(
            (truth.published().ticks, truth.published().duplicated),
            (1, 0)
        );
        assert!(truth.agrees(5, tick(5).as_bytes()));
        assert_eq!(truth.published().duplicated, 1, "two ticks with one time");
    }

    #[test]
    fn lost_and_duplicated_publishes_are_found() {
        let truth = Truth::default();
        let took = Duration::from_millis(2);
        for (number, seq) in [(1, 1), (2, 2), (3, 4)] {
            truth.acknowledge(number, seq, took);
        }
        for (seq, number) in [(1, 1), (2, 2), (3, 2), (4, 5)] {
            assert!(truth.agrees(seq, &text(seq, number)));
        }
        let published = truth.published();
        assert_eq!(published.acknowledged, 3);
        assert_eq!(published.lost, 1, "number 3 was acknowledged as 4");
        assert_eq!(published.duplicated, 1, "number 2 is in the feed twice");
        assert_eq!(published.acknowledged_us_p50, Some(2_000));
    }
}
