//! The page in the browser as the receiver of a run. `web/view/bench/index.js` is the other half.

use std::{future, net::SocketAddr, sync::Arc, time::Duration};

use anyhow::Context;
use serde::Deserialize;
use server::Transport;

use super::Chromium;
use crate::{
    client::{arrival::Arrival, audit::Audit, failure::Failure, shared::Shared, window::When},
    measure::{
        capture::Capture,
        receivers::{Receiver, ReceiverResults, Receivers, sleep_until},
    },
    record::Scenario,
};

/// Time between two queries of the page; there are none in the window.
const BETWEEN_LOOKS: Duration = Duration::from_millis(50);
/// Largest allowed difference between the page's clock, which has steps of 100 µs, and the machine's.
const LONGEST_OFF_US: i64 = 1_000;

/// The page's records, as `web/view/bench/index.js` keeps it.
#[derive(Debug, Default, Deserialize)]
struct Noted {
    updates: Vec<NotedUpdate>,
    cuts: u64,
    clock_offset_us: i64,
}

#[derive(Debug, Deserialize)]
struct NotedUpdate {
    seq: u64,
    at_us: u64,
    arrived_us: u64,
}

const NOTED: &str = "return { updates: bench.updates, cuts: bench.cuts(), \
                     clock_offset_us: bench.clockOffsetUs() }";

/// The page, open in the browser.
pub struct Page<'a> {
    chromium: &'a Chromium,
    shared: Arc<Shared>,
    failures: Vec<Failure>,
    noted: Noted,
}

impl<'a> Page<'a> {
    /// Opens the page at an address, with a transport.
    pub async fn open(
        chromium: &'a Chromium,
        transport: Transport,
        scenario: &Scenario,
        address: SocketAddr,
    ) -> anyhow::Result<Self> {
        let scheme = if scenario.tls { "https" } else { "http" };
        let url = format!("{scheme}://{address}/bench.html?transport={transport}");
        chromium.open(&url).await?;
        Ok(Self {
            chromium,
            shared: Arc::default(),
            failures: Vec::new(),
            noted: Noted::default(),
        })
    }

    /// Waits until the script has an update that was planned at `at_us` or later.
    async fn has_update_from(&self, at_us: u64) -> anyhow::Result<()> {
        // While one document replaces another, there is no script to query.
        let newest = "return window.bench?.newestAtUs() ?? null";
        loop {
            let newest = self.chromium.client.execute(newest, vec![]).await;
            let newest = newest.context("the browser's page can't be queried")?;
            if newest.as_u64().is_some_and(|newest| newest >= at_us) {
                return Ok(());
            }
            tokio::time::sleep(BETWEEN_LOOKS).await;
        }
    }
}

impl Receivers for Page<'_> {
    fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }

    fn failures(&mut self) -> &mut Vec<Failure> {
        &mut self.failures
    }

    async fn placed(&mut self) -> anyhow::Result<()> {
        self.has_update_from(0).await
    }

    async fn until(&mut self, at_us: u64) {
        if self.failures.is_empty() {
            sleep_until(at_us).await;
        }
    }

    async fn finished(&mut self) -> anyhow::Result<()> {
        match self.shared.window() {
            Some(window) => self.has_update_from(window.to_us).await,
            None => future::pending().await,
        }
    }

    async fn end(&mut self) -> anyhow::Result<usize> {
        if self.failures.is_empty() {
            let noted = self.chromium.client.execute(NOTED, vec![]).await;
            let noted = noted.context("the browser's page does not return its records")?;
            let noted = serde_json::from_value(noted);
            self.noted = noted.context("the page's records have an unexpected form")?;
        }
        self.chromium.open("about:blank").await?;
        let is_after = |update: &NotedUpdate| self.shared.place(update.at_us) == When::After;
        Ok(usize::from(!self.noted.updates.iter().any(is_after)))
    }

    fn results(self, capture: &Capture) -> ReceiverResults {
        let shared = Shared::new();
        if let Some(window) = self.shared.window() {
            shared.open(window);
        }
        self.noted.results(shared, self.failures, capture)
    }
}

impl Noted {
    /// The updates are recorded only now, when lateness of this process does not matter, so `shared` has
    /// no watchdog.
    fn results(self, shared: Shared, failures: Vec<Failure>, capture: &Capture) -> ReceiverResults {
        let mut audit = Audit::default();
        for update in &self.updates {
            let arrival = Arrival::read_at(update.arrived_us, update.seq);
            audit.note(update.seq, update.at_us, arrival, &shared);
        }
        let (ledger, marks) = if capture.is_encrypted() {
            let updates = self.updates.iter();
            let updates = updates.map(|update| (update.at_us, update.arrived_us));
            capture.encrypted_ledger(&shared, updates)
        } else {
            capture.ledger(&shared)
        };
        let off_us = self.clock_offset_us;
        ReceiverResults {
            shared: Arc::new(shared),
            receivers: vec![Receiver {
                audit,
                reconnects: self.cuts,
                ledger,
                marks,
                ..Receiver::default()
            }],
            failures,
            clock_off_us: (off_us.abs() > LONGEST_OFF_US).then_some(off_us),
            phase_offset_us: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::window::Window;

    /// The results of updates inside and outside a window of 1,000 to 2,000 µs, each 300 µs late.
    fn results(seqs_and_instants: &[(u64, u64)], clock_offset_us: i64) -> ReceiverResults {
        let update = |&(seq, at_us)| NotedUpdate {
            seq,
            at_us,
            arrived_us: at_us + 300,
        };
        let noted = Noted {
            updates: seqs_and_instants.iter().map(update).collect(),
            cuts: 0,
            clock_offset_us,
        };
        let shared = Shared::new();
        shared.open(Window {
            from_us: 1_000,
            to_us: 2_000,
        });
        noted.results(shared, Vec::new(), &Capture::default())
    }

    #[test]
    fn the_scripts_records_are_audited_like_a_clients_updates() {
        let all = [(1, 900), (2, 1_200), (3, 1_900), (4, 2_000)];
        for (noted, received) in [(&all[..], 2), (&[all[0], all[2], all[3]], 1)] {
            let results = results(noted, 80);
            let book = results.shared.noted();
            assert_eq!(book.updates(), Some(2));
            assert_eq!(results.count(|receiver| receiver.audit.received), received);
            assert_eq!(
                (book.latency_us.len(), book.latency_us.max()),
                (received, 300)
            );
            assert_eq!((book.touched, results.clock_off_us), (0, None));
        }
    }

    #[test]
    fn a_clock_that_is_off_is_reported() {
        assert_eq!(results(&[], -1_200).clock_off_us, Some(-1_200));
    }
}
