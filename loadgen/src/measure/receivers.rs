//! Who receives in a run, and what did they receive? The clients of the load generator, or a real
//! browser.

use std::{
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use server::{
    Transport,
    base::{clock, position::Position, timer},
};

use crate::{
    client::{
        Client,
        audit::Audit,
        failure::Failure,
        ledger::Ledger,
        marks::Marks,
        publisher::Publisher,
        shared::{Shared, Window},
    },
    measure::capture::Capture,
    record::Scenario,
};

/// From the start of one client that is kept open or asks immediately to that of the next.
pub const BETWEEN_CONNECTS: Duration = Duration::from_micros(500);
/// The longest time until all receivers have their first update, beyond two periods of the feed
/// and the round trips that load a page.
const LONGEST_CONNECT: Duration = Duration::from_secs(30);
/// The longest time after the window until its last update arrives, beyond what period, interval
/// and distance explain; after that it counts as lost.
const LONGEST_DRAIN: Duration = Duration::from_secs(5);

/// The receivers of a run, which have started. An error means that they cannot be observed.
pub(crate) trait Receivers {
    /// What they have in common.
    fn shared(&self) -> &Arc<Shared>;

    /// Why receivers gave up.
    fn failures(&mut self) -> &mut Vec<Failure>;

    /// Returns when each has its first update, or one has failed.
    async fn placed(&mut self) -> anyhow::Result<()>;

    /// Returns at an instant, in microseconds since the Unix epoch, or when one has failed.
    async fn until(&mut self, at_us: u64);

    /// Returns when each has an update that was planned after the window, or one has failed.
    async fn finished(&mut self) -> anyhow::Result<()>;

    /// Ends them all. Returns how many have no update that was planned after the window.
    async fn end(&mut self) -> anyhow::Result<usize>;

    /// Lets those that have ended connect once more. Returns what they received, where they can.
    async fn come_back(
        &self,
        _: Transport,
        _: &Scenario,
        _: SocketAddr,
    ) -> anyhow::Result<Option<ReceiverResults>> {
        Ok(None)
    }

    /// What they received and sent; `capture` has what passed on the link.
    fn results(self, capture: &Capture) -> ReceiverResults;

    /// Waits until each receiver has its first update, and so its place in the feed.
    async fn all_placed(&mut self, scenario: &Scenario) -> anyhow::Result<()> {
        let feed = 2 * (scenario.period() + scenario.interval);
        let longest = LONGEST_CONNECT + feed + 20 * scenario.rtt;
        if let Ok(placed) = tokio::time::timeout(longest, self.placed()).await {
            return placed;
        }
        let silent = scenario.clients - *self.shared().placed.borrow();
        self.failures().push(Failure::Silent {
            silent,
            clients: scenario.clients,
            within: longest,
        });
        Ok(())
    }

    /// Opens the measuring window after the warm-up.
    fn open_window(&self, scenario: &Scenario) -> Window {
        let from_us = clock::now_us() + scenario.warm_up.as_micros() as u64;
        let to_us = from_us + scenario.duration.as_micros() as u64;
        let window = Window { from_us, to_us };
        self.shared().open(window);
        // Clients start to publish before the window, so that it finds them at a steady rate.
        self.shared().publishing.send_replace(Some(clock::now_us()));
        window
    }

    /// Waits until every receiver has an update that was planned after the window, or no more can
    /// be expected, and ends them.
    async fn drain(&mut self, scenario: &Scenario) -> anyhow::Result<()> {
        let longest = longest_drain(scenario);
        if self.failures().is_empty() {
            // A receiver that is late is ended below; the audit finds what it lacks.
            let finished = tokio::time::timeout(longest, self.finished()).await;
            finished.unwrap_or(Ok(()))?;
        }
        let hanging = self.end().await?;
        if self.failures().is_empty() && hanging > 0 {
            self.failures().push(Failure::Hanging {
                hanging,
                clients: scenario.clients,
                within: longest,
            });
        }
        Ok(())
    }
}

fn longest_drain(scenario: &Scenario) -> Duration {
    let way = scenario.way();
    let bits = 8.0 * scenario.payload_bytes.unwrap_or(0) as f64;
    let on_the_wire = way
        .bandwidth
        .map_or(0.0, |bandwidth| bits / bandwidth.bit_per_s() as f64);
    // With a bound on its answers a long poll that is far away takes its updates one round trip
    // after the other.
    let updates = (scenario.warm_up + scenario.duration).div_duration_f64(scenario.period());
    let answers = scenario.max.map_or(0.0, |max| updates / max as f64);
    LONGEST_DRAIN
        + scenario.rtt.mul_f64(answers)
        + 2 * (scenario.period() + scenario.interval)
        + 8 * (way.delay + way.jitter)
        + Duration::from_secs_f64(4.0 * on_the_wire)
        + BETWEEN_CONNECTS * scenario.clients as u32
}

/// Waits for an instant, in microseconds since the Unix epoch.
pub(crate) async fn sleep_until(at_us: u64) {
    let rest = Duration::from_micros(at_us.saturating_sub(clock::now_us()));
    timer::sleep_until(Instant::now() + rest).await;
}

/// What the receivers of a run received and sent.
#[derive(Debug)]
pub struct ReceiverResults {
    /// What they noted in common.
    pub shared: Arc<Shared>,
    /// Each of them.
    pub receivers: Vec<Receiver>,
    /// Why receivers gave up.
    pub failures: Vec<Failure>,
    /// By how much the clock of a receiver is wrong, where it does not read this process's.
    pub clock_off_us: Option<i64>,
    /// How far the first requests are shifted against the start of their interval, where clients
    /// request every interval; in microseconds.
    pub phase_offset_us: Option<u64>,
}

/// What one receiver received and sent.
#[derive(Debug, Default)]
pub struct Receiver {
    /// What it received of the window.
    pub audit: Audit,
    /// How many of its own updates, planned inside the window, came back.
    pub returned: u64,
    /// The position in the feed before its newest update.
    pub before_newest: Option<Position>,
    /// Whether an update came that was planned after the window.
    pub after_window: bool,
    /// Connections after the first.
    pub reconnects: u64,
    /// Everything on all its connections but what was published.
    pub ledger: Ledger,
    /// Its ledger at the ends of the window.
    pub marks: Marks,
    /// What it published, if it did.
    pub publisher: Option<Box<Publisher>>,
}

impl From<Client> for Receiver {
    fn from(client: Client) -> Self {
        Self {
            audit: client.received.audit,
            returned: client.received.returned,
            before_newest: client.received.before_newest,
            after_window: client.received.after_window,
            reconnects: client.reconnects,
            ledger: client.ledger,
            marks: client.marks,
            publisher: client.publisher,
        }
    }
}

impl ReceiverResults {
    /// A count over all receivers.
    pub fn count(&self, count: impl Fn(&Receiver) -> u64) -> u64 {
        self.receivers.iter().map(count).sum()
    }

    /// A ledger of all receivers.
    pub fn sum(&self, ledger: impl Fn(&Receiver) -> Ledger) -> Ledger {
        self.receivers.iter().map(ledger).sum()
    }

    /// The publishers, where receivers publish.
    pub fn publishers(&self) -> impl Iterator<Item = &Publisher> {
        let receivers = self.receivers.iter();
        receivers.filter_map(|receiver| receiver.publisher.as_deref())
    }
}
