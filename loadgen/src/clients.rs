//! How do all clients of a run start, wait for each other, and end?

use std::{
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use server::{Transport, clock, timer};
use tokio::{sync::watch, task::JoinSet};

use crate::{
    client::{Again, Client, Plan},
    failure::Failure,
    scenario::Scenario,
    shared::{Shared, Window},
};

/// So long may it take until all clients have their first update, beyond two periods of the feed.
const LONGEST_CONNECT: Duration = Duration::from_secs(30);
/// So long after the window an update of it may come, beyond what period, interval and distance
/// explain, before it counts as lost.
const LONGEST_DRAIN: Duration = Duration::from_secs(5);
/// From the start of one client that is kept open or asks at once to that of the next.
const BETWEEN_CONNECTS: Duration = Duration::from_micros(500);

/// All clients of a run.
#[derive(Debug)]
pub struct Clients {
    /// What they have in common.
    pub shared: Arc<Shared>,
    running: JoinSet<(Client, Result<(), Failure>)>,
    over: watch::Sender<bool>,
    /// Those that are done.
    pub ended: Vec<Client>,
    /// Why clients gave up.
    pub failures: Vec<Failure>,
    count: usize,
}

impl Clients {
    /// Starts them all, to connect to `address` one after the other.
    pub fn start(transport: Transport, scenario: &Scenario, address: SocketAddr) -> Self {
        let shared = Arc::new(Shared::new());
        let over = watch::Sender::new(false);
        let mut running = JoinSet::new();
        let again = Again::of(transport, scenario.interval);
        let now = Instant::now();
        for nth in 0..scenario.clients {
            // Who repeats is spread over the interval: real clients do not ask in step.
            let begin = match again {
                Again::EveryInterval(interval) => {
                    interval.mul_f64(nth as f64 / scenario.clients as f64)
                }
                Again::AtOnce | Again::KeptOpen => BETWEEN_CONNECTS * nth as u32,
            };
            let plan = Plan {
                transport,
                address,
                host: address.to_string(),
                again,
                begin: now + begin,
            };
            let mut client = Client::new(plan, Arc::clone(&shared));
            let mut over = over.subscribe();
            running.spawn(async move {
                let result = tokio::select! {
                    result = client.run() => result,
                    _ = over.wait_for(|&over| over) => Ok(()),
                };
                client.close();
                (client, result)
            });
        }
        Self {
            shared,
            running,
            over,
            ended: Vec::new(),
            failures: Vec::new(),
            count: scenario.clients,
        }
    }

    /// Waits until every client has its first update, and so its place in the feed.
    pub async fn all_placed(&mut self, scenario: &Scenario) {
        let longest = LONGEST_CONNECT + 2 * period(scenario) + 2 * scenario.interval;
        let deadline = Instant::now() + longest;
        let mut placed = self.shared.placed.subscribe();
        let count = self.count;
        tokio::select! {
            _ = placed.wait_for(|&placed| placed == count) => {}
            () = self.failing() => {}
            () = timer::sleep_until(deadline) => {
                let placed = *self.shared.placed.borrow();
                self.failures.push(Failure::Silent {
                    silent: count - placed,
                    clients: count,
                    within: longest,
                });
            }
        }
    }

    /// Opens the measuring window after the warm-up.
    pub fn open_window(&mut self, scenario: &Scenario) -> Window {
        let from_us = clock::now_us() + scenario.warm_up.as_micros() as u64;
        let to_us = from_us + scenario.duration.as_micros() as u64;
        let window = Window { from_us, to_us };
        self.shared.open(window);
        window
    }

    /// Waits for an instant; returns at once when a client has failed.
    pub async fn until(&mut self, at_us: u64) {
        if self.failures.is_empty() {
            let rest = Duration::from_micros(at_us.saturating_sub(clock::now_us()));
            tokio::select! {
                () = timer::sleep_until(Instant::now() + rest) => {}
                () = self.failing() => {}
            }
        }
    }

    /// Waits until every client has received an update that was planned after the window, or no
    /// more can be expected.
    pub async fn drain(&mut self, scenario: &Scenario) {
        let longest =
            LONGEST_DRAIN + 2 * period(scenario) + 2 * scenario.interval + 4 * scenario.rtt;
        let waited = match self.failures.is_empty() {
            true => tokio::time::timeout(longest, self.failing()).await.is_ok(),
            false => true,
        };
        if !waited {
            self.failures.push(Failure::Hanging {
                hanging: self.running.len(),
                clients: self.count,
                within: longest,
            });
        }
        self.over.send_replace(true);
        while self.end_one().await {}
    }

    /// Returns when a client has failed, or all have ended.
    async fn failing(&mut self) {
        while self.failures.is_empty() && self.end_one().await {}
    }

    async fn end_one(&mut self) -> bool {
        let Some(ended) = self.running.join_next().await else {
            return false;
        };
        let (client, result) = ended.expect("a client does not panic");
        self.ended.push(client);
        self.failures.extend(result.err());
        true
    }
}

fn period(scenario: &Scenario) -> Duration {
    let rate = scenario.rate_per_s.unwrap_or(1.0);
    Duration::from_secs_f64(1.0 / rate)
}
