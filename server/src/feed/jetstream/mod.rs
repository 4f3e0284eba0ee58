//! Stores the feed in a stream of NATS JetStream, so that several servers share it and a restart
//! loses no update.
//!
//! The sequence number of a message is the `seq` of its update. The broker assigns it, and the
//! publisher receives it with the acknowledgement. Therefore a message contains only
//! `{"at_us":…,"data":…}`, and each server adds `seq` to form the text of the update. `follow`
//! appends the messages to the history of this server; `publish` sends new ones, and `status` has the
//! state of the connection.

mod follow;
mod publish;
mod status;

use std::{str::FromStr, sync::Arc, time::Duration};

use async_nats::{
    ConnectOptions, ServerAddr,
    datetime::DateTime,
    jetstream::{
        self,
        message::StreamMessage,
        stream::{self, DiscardPolicy, RawMessageError, RawMessageErrorKind, StorageType},
    },
};
use serde::Deserialize;
use serde_json::value::RawValue;
use thiserror::Error;
use tokio::sync::mpsc;

pub(super) use self::publish::{Publisher, Source};
pub use self::{publish::NotStored, status::Status};
use self::{publish::Request, status::Tick};
use super::{Feed, data::Data};
use crate::base::limits::LONGEST_UPDATE;

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
    brokers: Vec<ServerAddr>,
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
        let broker = |broker| format!("nats://{broker}").parse();
        let brokers: Result<_, _> = brokers.split(',').map(broker).collect();
        Ok(Self {
            brokers: brokers.map_err(|_| BadAddress)?,
            stream: stream.to_owned(),
        })
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

/// Creates a feed that is stored in a stream. While the broker is unreachable, clients still receive
/// the history. Must be called within a runtime, which then keeps the connection to the broker.
pub fn feed(address: StreamAddress, options: StreamOptions) -> Arc<Feed> {
    let (requests, waiting) = mpsc::channel(publish::MOST_WAITING);
    let status = Arc::<Status>::default();
    let feed = Arc::new(Feed {
        stream: Some(Publisher {
            requests,
            status: Arc::clone(&status),
        }),
        ..Feed::new(options.updates, options.bytes)
    });
    tokio::spawn(run(Arc::clone(&feed), address, options, status, waiting));
    feed
}

async fn run(
    feed: Arc<Feed>,
    address: StreamAddress,
    options: StreamOptions,
    status: Arc<Status>,
    requests: mpsc::Receiver<Request>,
) {
    let connection = ConnectOptions::new()
        .name("live updates")
        .retry_on_initial_connect()
        .request_timeout(Some(ANSWER_TIMEOUT))
        .connection_timeout(ANSWER_TIMEOUT)
        .ping_interval(PING_EVERY)
        .reconnect_delay_callback(|attempt| {
            RECONNECT_AFTER.min(Duration::from_millis(50) * attempt as u32)
        });
    let client = match connection.connect(&address.brokers[..]).await {
        Ok(client) => client,
        Err(error) => {
            tracing::error!(%error, ?address, "can't use the broker");
            return;
        }
    };
    let mut context = jetstream::new(client.clone());
    context.set_timeout(ANSWER_TIMEOUT);
    let handle = context.get_stream_no_info(&address.stream).await;
    let stream = Arc::new(Stream {
        handle: handle.expect("the name of the stream is valid"),
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
    handle: stream::Stream<()>,
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
        found(self.handle.get_raw_message(seq).await)
    }

    /// The newest update of a ticker.
    async fn newest_tick(&self) -> Result<Tick, async_nats::Error> {
        let subject = subject(&self.config.name, TICKER);
        let newest = found(self.handle.get_last_raw_message_by_subject(&subject).await)?;
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
#[derive(Deserialize)]
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
