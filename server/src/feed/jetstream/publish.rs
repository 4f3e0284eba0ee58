//! Sends new updates to the stream and waits for the acknowledgements.

use std::{
    future::Future,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    task::{Context, Poll},
};

use async_nats::jetstream::{
    context::{PublishAckFuture, PublishError, PublishErrorKind},
    message::PublishMessage,
};
use thiserror::Error;
use tokio::sync::{mpsc, oneshot};

use super::{CLIENTS, Status, Stored, Stream, TICKER, subject};
use crate::feed::data::Data;

/// The maximum number of updates that wait for the broker.
const MOST_WAITING: usize = 1024;

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
    /// The ticker of another server publishes to the stream.
    #[error("the ticker of another server publishes to the stream")]
    OtherTicker,
}

/// Sends updates to the stream.
#[derive(Debug)]
pub struct Publisher {
    requests: mpsc::Sender<Request>,
    status: Arc<Status>,
}

pub(super) type Requests = mpsc::Receiver<Request>;

#[derive(Debug)]
pub(super) struct Request {
    payload: String,
    source: Source,
    answer: oneshot::Sender<Result<u64, NotStored>>,
}

#[derive(Debug)]
enum Source {
    Client { key: Option<String> },
    Ticker,
}

/// The answer of the stream to an update.
#[derive(Debug)]
pub struct Answer(oneshot::Receiver<Result<u64, NotStored>>);

impl Answer {
    /// Waits until the update is stored, and returns its `seq`.
    pub fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Result<u64, NotStored>> {
        Pin::new(&mut self.0)
            .poll(cx)
            .map(|answer| answer.unwrap_or(Err(NotStored::Unreachable)))
    }

    /// Like [`Self::poll`], for a thread that runs no asynchronous tasks.
    pub(crate) fn wait(self) -> Result<u64, NotStored> {
        self.0
            .blocking_recv()
            .unwrap_or(Err(NotStored::Unreachable))
    }
}

impl Publisher {
    pub(super) fn new() -> (Self, Requests) {
        let (requests, receiver) = mpsc::channel(MOST_WAITING);
        let status = Arc::default();
        (Self { requests, status }, receiver)
    }

    pub(super) fn shared_status(&self) -> Arc<Status> {
        Arc::clone(&self.status)
    }

    /// The state of the connection to the broker.
    pub fn status(&self) -> &Status {
        &self.status
    }

    /// Publishes an update of a client. If the stream already has an update with this `key`, nothing
    /// is published.
    pub(crate) fn publish(&self, at_us: u64, data: &Data, key: Option<String>) -> Answer {
        self.request(at_us, data, Source::Client { key })
    }

    /// Publishes an update of the ticker.
    pub(crate) fn publish_tick(&self, at_us: u64, data: &Data) -> Answer {
        self.request(at_us, data, Source::Ticker)
    }

    fn request(&self, at_us: u64, data: &Data, source: Source) -> Answer {
        let (answer, receiver) = oneshot::channel();
        // If too many updates wait, the request is dropped. Its answer is then `Unreachable`.
        let _ = self.requests.try_send(Request {
            payload: Stored::encode(at_us, data),
            source,
            answer,
        });
        Answer(receiver)
    }
}

/// Sends the requests to the stream in order, without waiting for the acknowledgement of one before
/// sending the next.
pub(super) async fn publish(stream: &Stream, mut requests: Requests) {
    let own_tick = Arc::new(AtomicU64::new(0));
    while let Some(request) = requests.recv().await {
        let timer = stream.status.publish_s.start_timer();
        let message = PublishMessage::build().payload(request.payload.into());
        let (message, own_tick) = match request.source {
            Source::Client { key: None } => (Ok((message, CLIENTS)), None),
            Source::Client { key: Some(key) } => (Ok((message.message_id(key), CLIENTS)), None),
            Source::Ticker => (
                expected_tick(stream, own_tick.load(Ordering::Relaxed))
                    .map(|newest| (message.expected_last_subject_sequence(newest), TICKER)),
                Some(Arc::clone(&own_tick)),
            ),
        };
        let sent = match message {
            Ok((message, source)) => send(stream, source, message).await,
            Err(error) => Err(error),
        };
        let answer = request.answer;
        tokio::spawn(async move {
            let stored = match sent {
                Ok(acknowledgement) => acknowledgement
                    .await
                    .map(|stored| stored.sequence)
                    .map_err(|error| not_stored(&error)),
                Err(error) => Err(error),
            };
            if let (Ok(seq), Some(own_tick)) = (&stored, own_tick) {
                own_tick.store(*seq, Ordering::Relaxed);
            }
            match &stored {
                Ok(_) => timer.observe_duration(),
                Err(_) => drop(timer.stop_and_discard()),
            }
            // The client that sent the request may have disconnected.
            let _ = answer.send(stored);
        });
    }
}

async fn send(
    stream: &Stream,
    source: &str,
    message: PublishMessage,
) -> Result<PublishAckFuture, NotStored> {
    // Without this check, the library would keep the message and send it after a reconnect.
    if !stream.is_connected() {
        return Err(NotStored::Unreachable);
    }
    let subject = subject(&stream.config.name, source);
    let sent = stream.context.send_publish(subject, message).await;
    sent.map_err(|error| not_stored(&error))
}

/// The sequence number of the newest update of any ticker. Each update of a ticker contains it as the
/// expected one. If two tickers publish at the same time, the stream therefore rejects one of them.
///
/// # Errors
///
/// The ticker of another server has published recently.
fn expected_tick(stream: &Stream, own: u64) -> Result<u64, NotStored> {
    let status = &stream.status;
    if !status.is_ready() {
        return Err(NotStored::Unreachable);
    }
    let (newest, age) = status.newest_tick();
    if newest > own && age < stream.take_over_after {
        return Err(NotStored::OtherTicker);
    }
    Ok(newest.max(own))
}

fn not_stored(error: &PublishError) -> NotStored {
    match error.kind() {
        PublishErrorKind::MaxPayloadExceeded => NotStored::TooLong,
        PublishErrorKind::WrongLastSequence => NotStored::OtherTicker,
        _ => {
            tracing::debug!(%error, "an update is not stored");
            NotStored::Unreachable
        }
    }
}
