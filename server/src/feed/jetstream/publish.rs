//! Sends new updates to the stream and waits for the acknowledgements.

use std::sync::Arc;

use actix_web::web::Bytes;
use async_nats::jetstream::{
    context::{PublishError, PublishErrorKind},
    message::PublishMessage,
    publish::PublishAck,
};
use thiserror::Error;
use tokio::sync::{mpsc, oneshot};

use super::{CLIENTS, Status, Stored, Stream, TICKER, subject};
use crate::feed::{Published, data::Data};

/// The maximum number of updates that wait for the broker.
pub(super) const MOST_WAITING: usize = 1024;

/// Why an update was not stored, as far as this server knows.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum NotStored {
    /// The broker cannot be reached, or it did not answer in time.
    #[error(
        "the broker of the feed is unreachable: publish again in a few seconds (the same \
         Idempotency-Key prevents a duplicate)"
    )]
    Unreachable,
    /// The broker does not accept messages of this size.
    #[error("the broker of the feed rejects an update of this size")]
    TooLong,
    /// The same Idempotency-Key was used for an update with other data; its `seq`.
    #[error(
        "the Idempotency-Key was used before for an update with other data, which has seq {0}: use \
         another key"
    )]
    KeyReused(u64),
    /// The ticker of another server publishes to the stream.
    #[error("the ticker of another server publishes to the stream")]
    OtherTicker,
}

/// Sends updates to the stream.
#[derive(Debug)]
pub(in crate::feed) struct Publisher {
    pub(super) requests: mpsc::Sender<Request>,
    /// The state of the connection to the broker.
    pub status: Arc<Status>,
}

#[derive(Debug)]
pub(super) struct Request {
    payload: String,
    source: Source,
    answer: oneshot::Sender<Result<u64, NotStored>>,
}

/// The source of an update.
#[derive(Debug)]
pub(in crate::feed) enum Source {
    Client { key: Option<String> },
    Ticker,
}

impl Publisher {
    /// Publishes an update. If the stream already has an update with the same key, nothing is
    /// published.
    pub fn publish(&self, at_us: u64, data: &Data, source: Source) -> Published {
        let (answer, receiver) = oneshot::channel();
        // If too many updates wait, the request is dropped. Its answer is then `Unreachable`.
        let _ = self.requests.try_send(Request {
            payload: Stored::encode(at_us, data),
            source,
            answer,
        });
        Published::Later(receiver)
    }
}

/// Sends each request to the stream. A publisher that needs an order waits for one answer before it
/// sends the next request.
pub(super) async fn publish(stream: Arc<Stream>, mut requests: mpsc::Receiver<Request>) {
    while let Some(request) = requests.recv().await {
        let stream = Arc::clone(&stream);
        tokio::spawn(async move {
            let timer = stream.status.publish_s.start_timer();
            let payload = Bytes::from(request.payload);
            let stored = match request.source {
                Source::Client { key } => publish_of_client(&stream, payload, key).await,
                Source::Ticker => publish_tick(&stream, &payload).await,
            };
            match &stored {
                Ok(_) => timer.observe_duration(),
                Err(_) => drop(timer.stop_and_discard()),
            }
            // The client of the request may have left.
            let _ = request.answer.send(stored);
        });
    }
}

async fn publish_of_client(
    stream: &Stream,
    payload: Bytes,
    key: Option<String>,
) -> Result<u64, NotStored> {
    let message = PublishMessage::build().payload(payload.clone());
    let message = match key {
        Some(key) => message.message_id(key),
        None => message,
    };
    let stored = send(stream, CLIENTS, message).await;
    let stored = stored.map_err(|error| not_stored(&error))?;
    if stored.duplicate {
        require_same_data(stream, stored.sequence, &payload).await?;
    }
    Ok(stored.sequence)
}

/// Fails if the message that was stored with the same key has other data.
async fn require_same_data(stream: &Stream, seq: u64, payload: &[u8]) -> Result<(), NotStored> {
    let first = stream.message(seq).await.map_err(unreachable)?;
    // If it has left the stream, its data are unknown.
    let Some(first) = first.and_then(|first| Stored::decode(&first.payload)) else {
        return Ok(());
    };
    let repeated = Stored::decode(payload);
    match repeated.is_some_and(|(_, data)| data.as_str() == first.1.as_str()) {
        true => Ok(()),
        false => Err(NotStored::KeyReused(seq)),
    }
}

/// Publishes an update of the ticker. Each names the sequence number of the ticker's previous one in
/// the stream, so the stream rejects one of two tickers that publish at the same time.
async fn publish_tick(stream: &Stream, payload: &Bytes) -> Result<u64, NotStored> {
    let status = &stream.status;
    // The second time with the number that the stream has: the update with the known one may have
    // left the stream.
    for _ in 0..2 {
        if !status.is_ready() {
            return Err(NotStored::Unreachable);
        }
        let previous = status
            .tick_before(stream.take_over_after)
            .ok_or(NotStored::OtherTicker)?;
        let message = PublishMessage::build().payload(payload.clone());
        let message = message.expected_last_subject_sequence(previous);
        match send(stream, TICKER, message).await {
            Ok(stored) => {
                status.own_tick(stored.sequence);
                return Ok(stored.sequence);
            }
            Err(error) if error.kind() == PublishErrorKind::WrongLastSequence => {
                let newest = stream.newest_tick().await.map_err(unreachable)?;
                status.set_newest_tick(newest);
            }
            Err(error) => return Err(not_stored(&error)),
        }
    }
    Err(NotStored::OtherTicker)
}

async fn send(
    stream: &Stream,
    source: &str,
    message: PublishMessage,
) -> Result<PublishAck, PublishError> {
    // Otherwise the message would be kept, and sent after the connection has been restored.
    if !stream.is_connected() {
        return Err(PublishError::new(PublishErrorKind::BrokenPipe));
    }
    let subject = subject(&stream.config.name, source);
    stream.context.send_publish(subject, message).await?.await
}

fn unreachable(error: async_nats::Error) -> NotStored {
    tracing::debug!(%error, "the stream can't be read");
    NotStored::Unreachable
}

fn not_stored(error: &PublishError) -> NotStored {
    match error.kind() {
        PublishErrorKind::MaxPayloadExceeded => NotStored::TooLong,
        _ => {
            tracing::debug!(%error, "an update is not stored");
            NotStored::Unreachable
        }
    }
}
