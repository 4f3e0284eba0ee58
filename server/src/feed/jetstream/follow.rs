//! Appends the messages of the stream to the history of this server.

use std::{convert::Infallible, mem, pin::pin, time::Duration};

use async_nats::{
    datetime::DateTime,
    jetstream::{
        self,
        consumer::{DeliverPolicy, pull},
        stream::{ClusterInfo, Info, PeerInfo},
    },
};
use futures_util::{
    FutureExt as _, StreamExt as _,
    future::{Fuse, FusedFuture as _},
};
use thiserror::Error;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep};

use super::{Stored, Stream, TICKER, microseconds, status::Tick, subject};
use crate::feed::{Feed, Position, data::Data};

/// The interval at which the stream is compared with the history, and the pause after a failure.
const CHECK_INTERVAL: Duration = Duration::from_secs(1);

/// Another broker can lead the stream only after the others have not heard from its leader for this
/// time (NATS: 4 to 9 s).
const SHORTEST_ELECTION: Duration = Duration::from_secs(4);

/// The reason why no updates arrive from the stream.
#[derive(Debug, Error)]
enum Interrupted {
    #[error("the stream can't be read: {0}")]
    Broker(async_nats::Error),
    #[error("no broker leads the stream, or it is not connected to a majority of the brokers")]
    Unconfirmed,
    #[error("the broker stopped sending updates")]
    ConsumerEnded,
    #[error("the broker has newer messages and does not deliver them")]
    Stalled,
    /// The stream does not continue the history, for this reason.
    #[error("the stream {0}")]
    Replaced(String),
}

/// Appends the messages of the stream to the history until the feed ends. Retries after each
/// failure.
pub(super) async fn follow(feed: &Feed, stream: &Stream) {
    let mut reported = String::new();
    loop {
        let Err(interrupted) = follow_once(feed, stream).await;
        let was_ready = stream.status.set_interrupted();
        let reason = interrupted.to_string();
        if was_ready || reason != reported {
            tracing::warn!("the feed is interrupted: {reason}");
            reported = reason;
        }
        // It has failed again: this broker may be disconnected from the others.
        if !was_ready && stream.is_connected() && stream.has_other_brokers() {
            // The request fails only if the client has ended.
            let _ = stream.client.force_reconnect().await;
        }
        if !matches!(interrupted, Interrupted::Replaced(_)) {
            sleep(CHECK_INTERVAL).await;
        }
    }
}

async fn follow_once(feed: &Feed, stream: &Stream) -> Result<Infallible, Interrupted> {
    let broker = stream.context.get_or_create_stream(&stream.config);
    let broker = broker.await.map_err(broker_error)?;
    let created = broker.cached_info().created;
    let last = begin(feed, stream).await?;
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
    // Messages are received while the broker has not answered.
    let mut checking = pin!(Fuse::terminated());
    let mut waits_after = None;
    let mut delivers = false;
    let tick_subject = subject(&stream.config.name, TICKER);
    loop {
        if feed.position().seq >= last {
            stream.status.set_ready();
        }
        tokio::select! {
            message = messages.next() => {
                let message = message.ok_or(Interrupted::ConsumerEnded)?.map_err(broker_error)?;
                let info = message.info().map_err(broker_error)?;
                // The consumer is new, because the connection was lost: so may be the messages
                // before this one.
                if info.consumer_sequence == 1 {
                    require_same(feed, stream, created).await?;
                }
                append(feed, stream, &message, &info, &tick_subject);
                delivers = true;
            }
            _ = check.tick(), if checking.is_terminated() => {
                checking.set(require_same(feed, stream, created).fuse());
            }
            checked = &mut checking => match (checked, mem::take(&mut delivers)) {
                // A broker that was killed no longer knows the consumer; the library would notice
                // it after half a minute.
                (Ok((end, _)), _) if waits_after == Some(end) => return Err(Interrupted::Stalled),
                (Ok((end, newest)), _) => waits_after = (newest > end).then_some(end),
                // The brokers may be electing a leader for their own data. The stream has one,
                // since it delivers.
                (Err(Interrupted::Broker(_) | Interrupted::Unconfirmed), true) => {}
                (Err(interrupted), _) => return Err(interrupted),
            },
        }
    }
}

fn broker_error(error: impl Into<async_nats::Error>) -> Interrupted {
    Interrupted::Broker(error.into())
}

/// The state of the stream, from the broker that leads it. Another one may report an old state.
async fn confirmed_info(stream: &Stream) -> Result<Info, Interrupted> {
    let info = stream.handle.get_info().await.map_err(broker_error)?;
    match info.cluster.as_ref().is_none_or(is_of_leader) {
        true => Ok(info),
        false => Err(Interrupted::Unconfirmed),
    }
}

/// Whether the answer comes from the broker that leads the stream, and a majority of the brokers has
/// recently answered it. A broker that has just connected again may answer without being the leader.
fn is_of_leader(cluster: &ClusterInfo) -> bool {
    let replicas = &cluster.replicas;
    if replicas.is_empty() {
        return true;
    }
    let leader = cluster.leader.as_ref();
    // The broker that answers is not in the list.
    let is_leader =
        leader.is_some_and(|leader| replicas.iter().all(|replica| replica.name != *leader));
    let answers = |replica: &&PeerInfo| {
        let silence = replica.active;
        !silence.is_zero() && silence < SHORTEST_ELECTION
    };
    let answering = replicas.iter().filter(answers).count();
    is_leader && 2 * (answering + 1) > replicas.len() + 1
}

/// Checks whether the stream continues the history of this server. If not, the history starts over
/// at the beginning of the stream. Returns the newest sequence number of the stream.
async fn begin(feed: &Feed, stream: &Stream) -> Result<u64, Interrupted> {
    let info = confirmed_info(stream).await?;
    let state = &info.state;
    let end = feed.position();
    let difference = difference(stream, end, &info).await?;
    if let Some(difference) = &difference {
        tracing::warn!("the feed starts over: the stream {difference}");
    }
    if difference.is_some() || end == Position::default() {
        // If old messages have been removed from the stream, its oldest one is not part of the
        // history: it only provides the check of the cursor before the oldest update.
        let start = match state.first_sequence {
            0 | 1 => Position::default(),
            first => match stream.message(first).await.map_err(broker_error)? {
                Some(oldest) => position(first, &oldest.payload),
                // The stream is empty, or has removed the message meanwhile.
                None => Position::without_check(first.min(state.last_sequence)),
            },
        };
        feed.start_at(start);
        let newest = stream.newest_tick().await.map_err(broker_error)?;
        stream.status.set_newest_tick(newest);
    }
    Ok(state.last_sequence)
}

/// Fails if the stream no longer continues the history: it was recreated, or the broker lost its
/// newest messages and may have assigned their sequence numbers to others. Otherwise it records that
/// they were compared. Returns the newest sequence numbers: the one that this server had received
/// before, and that of the stream.
async fn require_same(
    feed: &Feed,
    stream: &Stream,
    created: DateTime,
) -> Result<(u64, u64), Interrupted> {
    // Read before the request: the stream must have at least the messages up to this position.
    let (at, end) = (Instant::now(), feed.position());
    let info = confirmed_info(stream).await?;
    if info.created != created {
        return Err(Interrupted::Replaced("was recreated".into()));
    }
    if let Some(difference) = difference(stream, end, &info).await? {
        return Err(Interrupted::Replaced(difference));
    }
    let last = info.state.last_sequence;
    stream.status.verified(at, last);
    Ok((end.seq, last))
}

/// Compares the message at the end of the history with that of the stream. Returns how they differ.
async fn difference(
    stream: &Stream,
    end: Position,
    info: &Info,
) -> Result<Option<String>, Interrupted> {
    let (last, received) = (info.state.last_sequence, end.seq);
    if received > last {
        let shorter = format!("ends at message {last}, and message {received} was received");
        return Ok(Some(shorter));
    }
    if received == 0 {
        return Ok(None);
    }
    let message = stream.message(received).await.map_err(broker_error)?;
    // If the message is missing, it has been removed because of the stream's limits.
    let is_same = message.is_none_or(|message| end.matches(position(received, &message.payload)));
    Ok((!is_same).then(|| format!("has another message {received} than the received one")))
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
    let (at_us, data) = decode(&message.payload);
    if at_us == 0 {
        tracing::warn!("message {seq} of the stream is not an update");
    }
    let stored_at_us = microseconds(info.published);
    let status = &stream.status;
    status.received(stored_at_us);
    if message.subject.as_str() == tick_subject {
        status.ticked(Tick { seq, stored_at_us });
    }
    feed.append(seq, at_us, &data);
}

/// The planned time and the data of a message. A message that is not an update becomes an update with
/// null as its data, so that the sequence numbers have no gaps.
fn decode(payload: &[u8]) -> (u64, Data) {
    Stored::decode(payload).unwrap_or_else(|| (0, Data::from_safe_json("null".into())))
}

/// The position after a message.
fn position(seq: u64, payload: &[u8]) -> Position {
    Position::of_update(seq, decode(payload).0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether an answer with this leader and these times since the others were seen counts.
    fn counts(leader: Option<&str>, others: &[(&str, u64)]) -> bool {
        let replica = |(name, ms): &(&str, u64)| PeerInfo {
            name: (*name).to_owned(),
            active: Duration::from_millis(*ms),
            ..PeerInfo::default()
        };
        is_of_leader(&ClusterInfo {
            leader: leader.map(str::to_owned),
            replicas: others.iter().map(replica).collect(),
            ..ClusterInfo::default()
        })
    }

    #[test]
    fn only_the_leader_knows_the_newest_message() {
        assert!(counts(None, &[]), "a broker without a cluster");
        assert!(counts(Some("a"), &[("b", 300), ("c", 300)]));
        assert!(counts(Some("a"), &[("b", 300), ("c", 60_000)]), "c is down");
        assert!(
            !counts(Some("a"), &[("b", 5_000), ("c", 5_000)]),
            "it is disconnected"
        );
        assert!(!counts(Some("a"), &[("a", 300), ("c", 300)]), "b answers");
        // Observed from a broker that had just connected again, with an old state.
        assert!(!counts(None, &[("a", 6_396), ("b", 0), ("c", 0)]));
    }
}
