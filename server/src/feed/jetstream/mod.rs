//! Stores the feed in a stream of NATS JetStream, so that several servers share it and a restart
//! loses no update.
//!
//! The sequence number of a message is the `seq` of its update. The broker assigns it, and the
//! publisher receives it with the acknowledgement. Therefore a message contains only
//! `{"at_us":…,"data":…}`, and each server adds `seq` to form the text of the update. `follow`
//! appends the messages to the history of this server; `publish` sends new ones.

mod follow;
mod publish;

use std::{
    fmt,
    str::FromStr,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use async_nats::{
    ConnectOptions, ServerAddr,
    datetime::DateTime,
    jetstream::{
        self,
        message::StreamMessage,
        stream::{self, DiscardPolicy, RawMessageError, RawMessageErrorKind, StorageType},
    },
};
use prometheus::{Gauge, Histogram, HistogramOpts, IntGauge, core::Collector, exponential_buckets};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use thiserror::Error;
use tokio::{sync::watch, time::Instant};

pub use self::publish::{Answer, NotStored, Publisher};
use super::{Feed, data::Data};
use crate::base::{clock, limits::LONGEST_UPDATE};

/// The time limit for the broker's answer to a request.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(2);
/// The interval of pings. After two without an answer, another broker is tried.
const PING_EVERY: Duration = Duration::from_secs(1);
/// The longest pause before another attempt to connect.
const RECONNECT_AFTER: Duration = Duration::from_millis(500);
/// The sources of updates: the last part of the subject of a message.
const CLIENTS: &str = "clients";
const TICKER: &str = "ticker";
/// The maximum number of bytes of a message in addition to its update: keys, subject and headers.
const STORED_BYTES: usize = 4096;
/// The time after a publish during which the same key does not publish again.
const KEYS_KEPT: Duration = Duration::from_secs(120);

/// The broker, and the stream in which the feed is stored: `nats://HOST:PORT/STREAM`. Several
/// brokers of a cluster are separated by commas: `nats://HOST:PORT,HOST:PORT/STREAM`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StreamAddress {
    brokers: Vec<String>,
    stream: String,
}

/// The text is not the address of a stream.
#[derive(Debug, Error)]
#[error("expected nats://HOST:PORT/STREAM, with a stream name of letters, digits, - and _")]
pub struct BadAddress;

impl FromStr for StreamAddress {
    type Err = BadAddress;

    fn from_str(text: &str) -> Result<Self, BadAddress> {
        let rest = text.strip_prefix("nats://").ok_or(BadAddress)?;
        let (brokers, stream) = rest.split_once('/').ok_or(BadAddress)?;
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        if stream.is_empty() || !stream.chars().all(is_name) {
            return Err(BadAddress);
        }
        let brokers: Vec<_> = brokers
            .split(',')
            .map(|broker| format!("nats://{broker}"))
            .collect();
        let is_valid = |broker: &String| broker.parse::<ServerAddr>().is_ok();
        if !brokers.iter().all(is_valid) {
            return Err(BadAddress);
        }
        Ok(Self {
            brokers,
            stream: stream.to_owned(),
        })
    }
}

impl fmt::Display for StreamAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.brokers.join(","), self.stream)
    }
}

/// The limits with which the stream is created.
#[derive(Clone, Copy, Debug)]
pub struct StreamOptions {
    /// The maximum number of updates in the history of a server.
    pub updates: usize,
    /// The maximum size of all messages in bytes.
    pub bytes: usize,
    /// The number of brokers that store each message.
    pub replicas: usize,
    /// The ticker of this server starts to publish if the ticker of another server has not published
    /// for this time.
    pub take_over_after: Duration,
}

/// The state of the connection to the broker, and its metrics.
#[derive(Debug)]
pub struct Status {
    loaded: AtomicBool,
    /// 1 if this server receives the updates of the stream, otherwise 0.
    ready: IntGauge,
    lag_s: Gauge,
    publish_s: Histogram,
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
struct Tick {
    /// Its sequence number; 0 if the stream has none.
    seq: u64,
    /// When the stream stored it, in microseconds since the Unix epoch.
    stored_at_us: i64,
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

    fn set_ready(&self) {
        self.loaded.store(true, Ordering::Relaxed);
        self.ready.set(1);
    }

    /// Returns whether this server was ready until now.
    fn set_interrupted(&self) -> bool {
        let was_ready = self.is_ready();
        self.ready.set(0);
        was_ready
    }

    /// Waits until the stream was compared with the history after this call, and has no message
    /// `seq`.
    pub(super) async fn lacks(&self, seq: u64) {
        let now = Instant::now();
        let mut verified = self.verified.subscribe();
        let lacks = |verified: &Option<Verified>| {
            verified.is_some_and(|verified| verified.at > now && verified.last_sequence < seq)
        };
        // The wait cannot fail: this status is the sender.
        let _ = verified.wait_for(lacks).await;
    }

    /// Records that a message was received, and when the stream had stored it.
    fn received(&self, stored_at_us: i64) {
        let lag_us = clock::now_us() as i64 - stored_at_us;
        self.lag_s.set(lag_us as f64 / 1e6);
    }

    fn ticks(&self) -> MutexGuard<'_, Ticks> {
        self.ticks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The stream has this update of a ticker.
    fn ticked(&self, tick: Tick) {
        let mut ticks = self.ticks();
        if tick.seq > ticks.newest.seq {
            ticks.newest = tick;
        }
    }

    /// The stream has stored this update of this server's ticker.
    fn own_tick(&self, seq: u64) {
        let stored_at_us = clock::now_us() as i64;
        *self.ticks() = Ticks {
            newest: Tick { seq, stored_at_us },
            own: seq,
        };
    }

    /// The newest update of a ticker in the stream. Until now, this server assumed another one.
    fn set_newest_tick(&self, newest: Tick) {
        let mut ticks = self.ticks();
        ticks.newest = newest;
        ticks.own = ticks.own.min(newest.seq);
    }

    /// The sequence number of the newest update of a ticker; `None` if it is of another server and
    /// more recent than `take_over_after`.
    fn tick_before(&self, take_over_after: Duration) -> Option<u64> {
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

/// Creates a feed that is stored in a stream. While the broker is unreachable, clients still receive
/// the history. Must be called within a runtime, which then keeps the connection to the broker.
pub fn feed(address: StreamAddress, options: StreamOptions) -> Arc<Feed> {
    let (publisher, requests) = Publisher::new();
    let status = publisher.shared_status();
    let feed = Arc::new(Feed::stored(options.updates, options.bytes, publisher));
    tokio::spawn(run(Arc::clone(&feed), address, options, status, requests));
    feed
}

async fn run(
    feed: Arc<Feed>,
    address: StreamAddress,
    options: StreamOptions,
    status: Arc<Status>,
    requests: publish::Requests,
) {
    let brokers: Result<Vec<ServerAddr>, _> = address
        .brokers
        .iter()
        .map(|broker| broker.parse())
        .collect();
    let brokers = brokers.expect("parsed together with the address");
    let connection = ConnectOptions::new()
        .name("live updates")
        .retry_on_initial_connect()
        .request_timeout(Some(ANSWER_TIMEOUT))
        .connection_timeout(ANSWER_TIMEOUT)
        .ping_interval(PING_EVERY)
        .reconnect_delay_callback(|attempt| {
            RECONNECT_AFTER.min(Duration::from_millis(50) * attempt as u32)
        });
    let client = match connection.connect(brokers).await {
        Ok(client) => client,
        Err(error) => {
            tracing::error!(%error, %address, "can't use the broker");
            return;
        }
    };
    let mut context = jetstream::new(client.clone());
    context.set_timeout(ANSWER_TIMEOUT);
    let stream = Arc::new(Stream {
        context,
        client,
        config: config(&address.stream, options),
        status,
        take_over_after: options.take_over_after,
    });
    let follow = follow::follow(&feed, &stream);
    let publish = publish::publish(Arc::clone(&stream), requests);
    tokio::select! {
        () = feed.ended() => {}
        _ = async { tokio::join!(follow, publish) } => {}
    }
}

/// The stream, and the connection to its broker.
struct Stream {
    context: jetstream::Context,
    client: async_nats::Client,
    config: stream::Config,
    status: Arc<Status>,
    take_over_after: Duration,
}

impl Stream {
    fn is_connected(&self) -> bool {
        self.client.connection_state() == async_nats::connection::State::Connected
    }

    /// Whether the client can connect to another broker of the same cluster.
    fn has_other_brokers(&self) -> bool {
        self.client.server_info().connect_urls.len() > 1
    }

    /// The message with this sequence number; `None` if it is not in the stream.
    async fn message(&self, seq: u64) -> Result<Option<StreamMessage>, async_nats::Error> {
        let stream = self.context.get_stream_no_info(&self.config.name).await?;
        found(stream.get_raw_message(seq).await)
    }

    /// The newest update of a ticker.
    async fn newest_tick(&self) -> Result<Tick, async_nats::Error> {
        let stream = self.context.get_stream_no_info(&self.config.name).await?;
        let subject = subject(&self.config.name, TICKER);
        let newest = found(stream.get_last_raw_message_by_subject(&subject).await)?;
        Ok(newest.map_or_else(Tick::default, |message| Tick {
            seq: message.sequence,
            stored_at_us: microseconds(message.time),
        }))
    }
}

fn found(
    message: Result<StreamMessage, RawMessageError>,
) -> Result<Option<StreamMessage>, async_nats::Error> {
    match message {
        Ok(message) => Ok(Some(message)),
        Err(error) if error.kind() == RawMessageErrorKind::NoMessageFound => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Microseconds since the Unix epoch.
fn microseconds(time: DateTime) -> i64 {
    (time.unix_timestamp_nanos() / 1000) as i64
}

/// The configuration of the stream. Only the oldest messages can be removed, so the sequence numbers
/// have no gaps.
fn config(name: &str, options: StreamOptions) -> stream::Config {
    stream::Config {
        name: name.to_owned(),
        subjects: vec![subject(name, "*")],
        // One more than the history, because a cursor may contain the check of the update before
        // the oldest one.
        max_messages: options.updates as i64 + 1,
        // The newest update is always kept, however long it is.
        max_bytes: (options.bytes.max(LONGEST_UPDATE) + STORED_BYTES) as i64,
        discard: DiscardPolicy::Old,
        deny_delete: true,
        deny_purge: true,
        storage: StorageType::File,
        num_replicas: options.replicas,
        duplicate_window: KEYS_KEPT,
        ..stream::Config::default()
    }
}

fn subject(stream: &str, source: &str) -> String {
    format!("{stream}.{source}")
}

/// The content of a message.
#[derive(Deserialize, Serialize)]
struct Stored<'a> {
    at_us: u64,
    #[serde(borrow)]
    data: &'a RawValue,
}

impl Stored<'_> {
    fn encode(at_us: u64, data: &Data) -> String {
        format!(r#"{{"at_us":{at_us},"data":{}}}"#, data.as_str())
    }

    /// The planned time and the data of a message. The data are checked, because every program with
    /// access to the broker can write messages.
    fn decode(payload: &[u8]) -> Option<(u64, Data)> {
        let stored: Stored<'_> = serde_json::from_slice(payload).ok()?;
        Some((stored.at_us, Data::json(stored.data.get()).ok()?))
    }
}
