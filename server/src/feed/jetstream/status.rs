//! The state of the connection to the broker, the updates of tickers, and the metrics.

use std::{
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use prometheus::{Gauge, Histogram, HistogramOpts, IntGauge, core::Collector, exponential_buckets};
use tokio::{sync::watch, time::Instant};

use crate::base::clock;

/// The state of the connection to the broker, and its metrics.
#[derive(Debug)]
pub struct Status {
    loaded: AtomicBool,
    /// 1 if this server receives the updates of the stream, otherwise 0.
    ready: IntGauge,
    lag_s: Gauge,
    pub(super) publish_s: Histogram,
    ticks: Mutex<Ticks>,
    /// The newest message of the stream, when it was compared with the history.
    verified: watch::Sender<Option<Verified>>,
}

/// The newest updates of tickers in the stream.
#[derive(Debug, Default)]
struct Ticks {
    newest: Tick,
    /// The sequence number of the newest update of this server's ticker.
    own: u64,
}

/// An update of a ticker.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Tick {
    /// Its sequence number; 0 if the stream has none.
    pub seq: u64,
    /// When the stream stored it, in microseconds since the Unix epoch.
    pub stored_at_us: i64,
}

/// The newest sequence number of the stream, at this time or later.
#[derive(Clone, Copy, Debug)]
struct Verified {
    at: Instant,
    last_sequence: u64,
}

impl Default for Status {
    fn default() -> Self {
        const VALID: &str = "the name is a valid metric name";
        let ready = IntGauge::new(
            "feed_stream_ready",
            "Whether this server receives the updates of the stream (1) or not (0).",
        );
        let lag_s = Gauge::new(
            "feed_stream_lag_seconds",
            "Time from when the stream stored the newest update until this server received it.",
        );
        let publish_s = HistogramOpts::new(
            "feed_stream_publish_seconds",
            "Time until the stream acknowledged an update.",
        );
        let buckets = exponential_buckets(0.000_25, 2., 14).expect("they increase");
        Self {
            loaded: AtomicBool::new(false),
            ready: ready.expect(VALID),
            lag_s: lag_s.expect(VALID),
            publish_s: Histogram::with_opts(publish_s.buckets(buckets)).expect(VALID),
            ticks: Mutex::default(),
            verified: watch::Sender::default(),
        }
    }
}

impl Status {
    /// Whether this server has received all messages of the stream so far, and receives new ones.
    pub fn is_ready(&self) -> bool {
        self.ready.get() == 1
    }

    /// Whether this server has been ready at least once since its start. Until then, it does not know
    /// which updates follow a cursor.
    pub fn is_loaded(&self) -> bool {
        self.loaded.load(Ordering::Relaxed)
    }

    pub(super) fn set_ready(&self) {
        self.loaded.store(true, Ordering::Relaxed);
        self.ready.set(1);
    }

    /// Returns whether this server was ready until now.
    pub(super) fn set_interrupted(&self) -> bool {
        let was_ready = self.is_ready();
        self.ready.set(0);
        was_ready
    }

    /// Waits until the stream was compared with the history after this call, and has no message
    /// `seq`.
    pub(in crate::feed) async fn lacks(&self, seq: u64) {
        let now = Instant::now();
        let mut verified = self.verified.subscribe();
        let lacks = |verified: &Option<Verified>| {
            verified.is_some_and(|verified| verified.at > now && verified.last_sequence < seq)
        };
        // The wait cannot fail: this status is the sender.
        let _ = verified.wait_for(lacks).await;
    }

    /// Records that the stream was compared with the history. `at` is before the comparison.
    pub(super) fn verified(&self, at: Instant, last_sequence: u64) {
        let verified = Verified { at, last_sequence };
        self.verified.send_replace(Some(verified));
    }

    /// Records that a message was received, and when the stream had stored it.
    pub(super) fn received(&self, stored_at_us: i64) {
        let lag_us = clock::now_us() as i64 - stored_at_us;
        self.lag_s.set(lag_us as f64 / 1e6);
    }

    fn ticks(&self) -> MutexGuard<'_, Ticks> {
        self.ticks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The stream has this update of a ticker.
    pub(super) fn ticked(&self, tick: Tick) {
        let mut ticks = self.ticks();
        if tick.seq > ticks.newest.seq {
            ticks.newest = tick;
        }
    }

    /// The stream has stored this update of this server's ticker.
    pub(super) fn own_tick(&self, seq: u64) {
        let stored_at_us = clock::now_us() as i64;
        *self.ticks() = Ticks {
            newest: Tick { seq, stored_at_us },
            own: seq,
        };
    }

    /// The newest update of a ticker in the stream. Until now, this server assumed another one.
    pub(super) fn set_newest_tick(&self, newest: Tick) {
        let mut ticks = self.ticks();
        ticks.newest = newest;
        ticks.own = ticks.own.min(newest.seq);
    }

    /// The sequence number of the newest update of a ticker; `None` if it is of another server and
    /// more recent than `take_over_after`.
    pub(super) fn tick_before(&self, take_over_after: Duration) -> Option<u64> {
        let ticks = self.ticks();
        let Tick { seq, stored_at_us } = ticks.newest;
        let age_us = (clock::now_us() as i64).saturating_sub(stored_at_us);
        let is_recent = u128::try_from(age_us).unwrap_or(0) < take_over_after.as_micros();
        (seq <= ticks.own || !is_recent).then_some(seq)
    }

    /// The metrics, for a registry.
    pub fn collectors(&self) -> [Box<dyn Collector>; 3] {
        [
            Box::new(self.ready.clone()),
            Box::new(self.lag_s.clone()),
            Box::new(self.publish_s.clone()),
        ]
    }
}
