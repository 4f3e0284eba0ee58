//! Appends the messages of the stream to the history of this server.

use std::{convert::Infallible, pin::pin, time::Duration};

use async_nats::{
    datetime::DateTime,
    jetstream::{
        self,
        consumer::{DeliverPolicy, pull},
        stream::{ClusterInfo, Info, PeerInfo, RawMessageErrorKind, Stream as BrokerStream},
    },
};
use futures_util::StreamExt as _;
use thiserror::Error;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep};

use super::{Stored, Stream, TICKER, Verified, subject};
use crate::feed::{Feed, Position, data::Data};

/// The interval at which the stream is compared with the history, and the pause after a failure.
const CHECK_INTERVAL: Duration = Duration::from_secs(1);

/// Another broker can lead the stream only after the others have not heard from its leader for this
/// time (NATS: 4 to 9 s).
const SHORTEST_ELECTION: Duration = Duration::from_secs(4);

/// The reason why no updates arrive from the stream.
#[derive(Debug, Error)]
enum Interrupted {
    #[error("the broker does not answer: {0}")]
    Broker(async_nats::Error),
    #[error("a majority of the brokers is not connected to the one that leads the stream")]
    Unconfirmed,
    #[error("the broker stopped sending updates")]
    ConsumerEnded,
    #[error("the broker has newer messages and does not deliver them")]
    Stalled,
    #[error("the stream was recreated, or lost its newest messages")]
    Replaced,
}

/// Appends the messages of the stream to the history until the feed ends. Retries after each
/// failure.
pub(super) async fn follow(feed: &Feed, stream: &Stream) {
    loop {
        let Err(interrupted) = follow_once(feed, stream).await;
        match stream.status.set_interrupted() {
            true => tracing::warn!("the feed is interrupted: {interrupted}"),
            // It has failed again: this broker may be disconnected from the others. The request
            // fails only if the client has ended.
            false if stream.is_connected() => drop(stream.client.force_reconnect().await),
            false => {}
        }
        if !matches!(interrupted, Interrupted::Replaced) {
            sleep(CHECK_INTERVAL).await;
        }
    }
}

async fn follow_once(feed: &Feed, stream: &Stream) -> Result<Infallible, Interrupted> {
    let broker = stream.context.get_or_create_stream(&stream.config);
    let broker = broker.await.map_err(broker_error)?;
    let created = broker.cached_info().created;
    let last = begin(feed, &broker).await?;
    let consumer = pull::OrderedConfig {
        deliver_policy: DeliverPolicy::ByStartSequence {
            start_sequence: feed.position().seq + 1,
        },
        ..pull::OrderedConfig::default()
    };
    let consumer = broker.create_consumer(consumer).await;
    let messages = consumer.map_err(broker_error)?.messages().await;
    let mut messages = pin!(messages.map_err(broker_error)?);
    let mut check = interval(CHECK_INTERVAL);
    check.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let tick_subject = subject(&stream.config.name, TICKER);
    let mut waits_after = None;
    loop {
        if feed.position().seq >= last {
            stream.status.set_ready();
        }
        tokio::select! {
            message = messages.next() => {
                let message = message.ok_or(Interrupted::ConsumerEnded)?.map_err(broker_error)?;
                let info = message.info().map_err(Interrupted::Broker)?;
                // The consumer is new, because the connection was lost: so may be the messages
                // before this one.
                if info.consumer_sequence == 1 {
                    require_same(feed, &broker, created).await?;
                }
                append(feed, stream, &message, &info, &tick_subject);
            }
            _ = check.tick() => {
                let end = feed.position().seq;
                let at = Instant::now();
                let newest = require_same(feed, &broker, created).await?;
                let verified = Verified { at, last_sequence: newest };
                stream.status.verified.send_replace(Some(verified));
                // A broker that was killed no longer knows the consumer; the library would notice
                // it after half a minute.
                if waits_after == Some(end) {
                    return Err(Interrupted::Stalled);
                }
                waits_after = (newest > end).then_some(end);
            }
        }
    }
}

fn broker_error(error: impl Into<async_nats::Error>) -> Interrupted {
    Interrupted::Broker(error.into())
}

/// The state of the stream. A broker that was stopped or disconnected may not know yet that another
/// one leads the stream, and would report an old state.
async fn confirmed_info(broker: &BrokerStream) -> Result<Info, Interrupted> {
    let info = broker.get_info().await.map_err(broker_error)?;
    match info.cluster.as_ref().is_none_or(has_majority) {
        true => Ok(info),
        false => Err(Interrupted::Unconfirmed),
    }
}

/// Whether a majority of the brokers has recently answered the one that leads the stream.
fn has_majority(cluster: &ClusterInfo) -> bool {
    let answers = |replica: &&PeerInfo| replica.active < SHORTEST_ELECTION;
    let others = cluster.replicas.len();
    let answering = cluster.replicas.iter().filter(answers).count();
    2 * (answering + 1) > others + 1
}

/// Checks whether the stream continues the history of this server. If not, the history starts over
/// at the beginning of the stream. Returns the newest sequence number of the stream.
async fn begin(feed: &Feed, broker: &BrokerStream) -> Result<u64, Interrupted> {
    let state = confirmed_info(broker).await?.state;
    let end = feed.position();
    let is_new = end == Position::default();
    if is_new || !continues(broker, end, state.last_sequence).await? {
        // If old messages have been removed from the stream, its oldest one is not part of the
        // history: it only provides the check of the cursor before the oldest update.
        let start = match state.first_sequence {
            0 | 1 => Position::default(),
            first => {
                let oldest = broker.get_raw_message(first).await.map_err(broker_error)?;
                let (at_us, _) = decode(first, &oldest.payload);
                Position::of_update(first, at_us)
            }
        };
        feed.start_at(start);
    }
    Ok(state.last_sequence)
}

/// Fails if the stream no longer continues the history: it was recreated, or the broker lost its
/// newest messages and has assigned their sequence numbers to others. Returns the newest sequence number of the
/// stream.
async fn require_same(
    feed: &Feed,
    broker: &BrokerStream,
    created: DateTime,
) -> Result<u64, Interrupted> {
    // Read before the request: the stream must have at least the messages up to this position.
    let end = feed.position();
    let info = confirmed_info(broker).await?;
    let is_same = info.created == created;
    match is_same && continues(broker, end, info.state.last_sequence).await? {
        true => Ok(info.state.last_sequence),
        false => Err(Interrupted::Replaced),
    }
}

/// Whether the message at the end of the history is still the same.
async fn continues(
    broker: &BrokerStream,
    end: Position,
    last_sequence: u64,
) -> Result<bool, Interrupted> {
    if end.seq > last_sequence {
        return Ok(false);
    }
    if end.seq == 0 {
        return Ok(true);
    }
    match broker.get_raw_message(end.seq).await {
        Ok(message) => {
            let (at_us, _) = decode(end.seq, &message.payload);
            Ok(end.matches(Position::of_update(end.seq, at_us)))
        }
        // The message has been removed because of the stream's limits.
        Err(error) if error.kind() == RawMessageErrorKind::NoMessageFound => Ok(true),
        Err(error) => Err(broker_error(error)),
    }
}

fn append(
    feed: &Feed,
    stream: &Stream,
    message: &jetstream::Message,
    info: &jetstream::message::Info<'_>,
    tick_subject: &str,
) {
    let seq = info.stream_sequence;
    // A new consumer of the library may begin with the oldest message.
    if seq <= feed.position().seq {
        return;
    }
    let (at_us, data) = decode(seq, &message.payload);
    let stored_at_us = (info.published.unix_timestamp_nanos() / 1000) as i64;
    let status = &stream.status;
    status.received(stored_at_us);
    if message.subject.as_str() == tick_subject {
        status.ticked(seq, stored_at_us);
    }
    feed.append(seq, at_us, &data);
}

/// The planned time and the data of a message. A message that is not an update becomes an update with
/// null as its data, so that the sequence numbers have no gaps.
fn decode(seq: u64, payload: &[u8]) -> (u64, Data) {
    Stored::decode(payload).unwrap_or_else(|| {
        tracing::warn!(
            "message {seq} of the stream is not an update: another program published it"
        );
        (0, Data::null())
    })
}
