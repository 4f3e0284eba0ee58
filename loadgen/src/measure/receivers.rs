//! The receivers of a run: clients of the load generator, or a real browser.

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
        Client, audit::Audit, failure::Failure, ledger::Ledger, marks::Marks, publisher::Publisher,
        shared::Shared, window::Window,
    },
    measure::capture::Capture,
    record::Scenario,
};

/// Time between the starts of two clients whose transport does not poll.
pub const BETWEEN_CONNECTS: Duration = Duration::from_micros(500);
/// Time limit until all receivers have their first update, in addition to two periods of the feed
/// and the round trips that load a page.
const LONGEST_CONNECT: Duration = Duration::from_secs(30);
/// Time limit for the window's last update, in addition to the time that period, interval and
/// distance explain. Later updates count as lost.
const LONGEST_DRAIN: Duration = Duration::from_secs(5);

/// The started receivers of a run. An error means that they cannot be observed.
pub(crate) trait Receivers {
    /// The state that they share.
    fn shared(&self) -> &Arc<Shared>;

    /// The failures of receivers.
    fn failures(&mut self) -> &mut Vec<Failure>;

    /// Returns when each receiver has its first update, or one has failed.
    async fn placed(&mut self) -> anyhow::Result<()>;

    /// Returns at a time, in microseconds since the Unix epoch, or when a receiver has failed.
    async fn until(&mut self, at_us: u64);

    /// Returns when each receiver has an update that was planned after the window, or one has failed.
    async fn finished(&mut self) -> anyhow::Result<()>;

    /// Ends all receivers. Returns the number of those without an update planned after the window.
    async fn end(&mut self) -> anyhow::Result<usize>;

    /// Reconnects the receivers that have ended. Returns their results; `None` if they cannot
    /// reconnect.
    async fn reconnect(
        &self,
        _: Transport,
        _: &Scenario,
        _: &[SocketAddr],
    ) -> anyhow::Result<Option<ReceiverResults>> {
        Ok(None)
    }

    /// The results of all receivers; `capture` has the messages on the link.
    fn results(self, capture: &Capture) -> ReceiverResults;

    /// Waits until each receiver has its first update, and so its position in the feed.
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
        // Clients start to publish before the window, so that their rate is steady in it.
        self.shared().publishing.send_replace(Some(clock::now_us()));
        window
    }

    /// Waits until every receiver has an update that was planned after the window, or until the time
    /// limit, and ends them.
    async fn drain(&mut self, scenario: &Scenario) -> anyhow::Result<()> {
        let longest = longest_drain(scenario);
        if self.failures().is_empty() {
            // Late receivers are ended below; the audit finds their missing updates.
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
    // If responses are limited, a distant long poll receives its updates one round trip after the
    // other.
    let updates = (scenario.warm_up + scenario.duration).div_duration_f64(scenario.period());
    let responses = scenario.max.map_or(0.0, |max| updates / max as f64);
    LONGEST_DRAIN
        + scenario.rtt.mul_f64(responses)
        + 2 * (scenario.period() + scenario.interval)
        + 8 * (way.delay + way.jitter)
        + Duration::from_secs_f64(4.0 * on_the_wire)
        + BETWEEN_CONNECTS * scenario.clients as u32
}

/// Sleeps until a time in microseconds since the Unix epoch.
pub(crate) async fn sleep_until(at_us: u64) {
    let rest = Duration::from_micros(at_us.saturating_sub(clock::now_us()));
    timer::sleep_until(Instant::now() + rest).await;
}

/// The results of all receivers of a run.
#[derive(Debug)]
pub struct ReceiverResults {
    /// The state that they shared.
    pub shared: Arc<Shared>,
    /// The results of each receiver.
    pub receivers: Vec<Receiver>,
    /// The failures of receivers.
    pub failures: Vec<Failure>,
    /// The clock error of a receiver that does not use this process's clock.
    pub clock_off_us: Option<i64>,
    /// The offset of the first requests from the start of their interval, in microseconds, for
    /// transports that poll.
    pub phase_offset_us: Option<u64>,
}

/// The results of one receiver.
#[derive(Debug, Default)]
pub struct Receiver {
    /// The delivery audit.
    pub audit: Audit,
    /// The number of its own updates, planned inside the window, that it received.
    pub returned: u64,
    /// The position in the feed before its newest update.
    pub before_newest: Option<Position>,
    /// Whether all updates of the window precede its newest update.
    pub is_complete: bool,
    /// Connections after the first.
    pub reconnects: u64,
    /// The bytes of all its connections, without those of publishing.
    pub ledger: Ledger,
    /// Its ledger at the ends of the window.
    pub marks: Marks,
    /// Its publisher, if it publishes.
    pub publisher: Option<Box<Publisher>>,
}

impl From<Client> for Receiver {
    fn from(client: Client) -> Self {
        Self {
            audit: client.received.audit,
            returned: client.received.returned,
            before_newest: client.received.before_newest,
            is_complete: client.received.is_complete,
            reconnects: client.reconnects,
            ledger: client.ledger,
            marks: client.marks,
            publisher: client.publisher,
        }
    }
}

impl ReceiverResults {
    /// The sum of a count over all receivers.
    pub fn count(&self, count: impl Fn(&Receiver) -> u64) -> u64 {
        self.receivers.iter().map(count).sum()
    }

    /// The sum of a ledger over all receivers.
    pub fn sum(&self, ledger: impl Fn(&Receiver) -> Ledger) -> Ledger {
        self.receivers.iter().map(ledger).sum()
    }

    /// The publishers of all receivers.
    pub fn publishers(&self) -> impl Iterator<Item = &Publisher> {
        let receivers = self.receivers.iter();
        receivers.filter_map(|receiver| receiver.publisher.as_deref())
    }
}
