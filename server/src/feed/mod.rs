//! The feed: updates in order, and what follows a client's position.
//!
//! The feed is pulled by cursor from a bounded history. It never waits for a client: a client whose
//! position has left the history receives a notice that states how many updates it missed.

pub mod cursor;
pub mod data;
mod history;
pub mod jetstream;
pub mod publish_limits;
pub mod stdin;
pub mod ticker;
pub mod ticker_handle;
mod update;

pub use self::update::Update;
pub use crate::base::position::Position;

use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};

use tokio::{
    sync::{oneshot, watch},
    time::error::Elapsed,
};

use self::{
    data::Data,
    history::History,
    jetstream::{NotStored, Source},
};
use crate::base::clock;

/// Why a client cannot receive everything after its position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    /// This number of updates after its position have left the history.
    Missed(u64),
    /// The feed started over: the position belongs to an earlier feed. This number of updates of the
    /// current feed have left the history.
    StartedOver(u64),
}

impl Notice {
    /// The notice as JSON, for each format to wrap.
    pub fn text(self) -> String {
        match self {
            Self::Missed(missed) => format!(r#"{{"missed":{missed}}}"#),
            Self::StartedOver(missed) => format!(r#"{{"started_over":true,"missed":{missed}}}"#),
        }
    }
}

/// The updates and notice that a client at some position should receive.
#[derive(Debug)]
pub struct Due {
    /// The notice, if the client cannot receive everything.
    pub notice: Option<Notice>,
    /// Its position after the notice.
    pub from: Position,
    /// The updates that follow, in order.
    pub updates: Vec<Arc<Update>>,
    /// Its position after these updates.
    pub next: Position,
}

impl Due {
    /// Whether there is nothing to send.
    pub fn is_empty(&self) -> bool {
        self.notice.is_none() && self.updates.is_empty()
    }
}

#[derive(Clone, Copy, Debug, Default)]
struct State {
    /// Counts the changes of the history. Without a stream, it is the `seq` of the newest update.
    changes: u64,
    ended: bool,
}

/// The bounded history, and a signal that it has changed.
#[derive(Debug)]
pub struct Feed {
    history: Arc<History>,
    state: watch::Sender<State>,
    /// Where updates are published, if they are stored in a stream.
    stream: Option<jetstream::Publisher>,
}

/// The `seq` of a published update, now or when the stream has stored it.
#[derive(Debug)]
pub enum Published {
    /// The update is in the history.
    Now(u64),
    /// The stream has not answered yet. Without an answer, it is unreachable.
    Later(oneshot::Receiver<Result<u64, NotStored>>),
}

impl Published {
    /// Waits on a thread that runs no asynchronous tasks.
    fn wait(self) -> Result<u64, NotStored> {
        match self {
            Self::Now(seq) => Ok(seq),
            Self::Later(answer) => answer
                .blocking_recv()
                .unwrap_or(Err(NotStored::Unreachable)),
        }
    }
}

impl Future for Published {
    type Output = Result<u64, NotStored>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match &mut *self {
            Self::Now(seq) => Poll::Ready(Ok(*seq)),
            Self::Later(answer) => {
                let answer = ready!(Pin::new(answer).poll(cx));
                Poll::Ready(answer.unwrap_or(Err(NotStored::Unreachable)))
            }
        }
    }
}

impl Feed {
    /// Creates an empty feed. It will hold at most `most_updates` of the newest updates, with at
    /// most `most_bytes` in their texts and encoded copies, but always at least one.
    pub fn new(most_updates: usize, most_bytes: usize) -> Self {
        Self {
            history: History::new(most_updates, most_bytes),
            state: watch::Sender::default(),
            stream: None,
        }
    }

    /// Adds an update that was planned for `at_us` (microseconds since the Unix epoch) and wakes
    /// all waiting clients. `data` is called with the update's `seq` and `at_us`, under the lock,
    /// so no other update comes between.
    ///
    /// If updates are stored in a stream, it waits for the stream's answer, and the `seq` may be
    /// larger than the one that `data` was called with.
    pub fn publish(
        &self,
        at_us: u64,
        data: impl FnOnce(u64, u64) -> Data,
    ) -> Result<u64, NotStored> {
        let Some(stream) = &self.stream else {
            return Ok(self.add(|| at_us, data));
        };
        let data = data(self.newest() + 1, at_us);
        stream.publish(at_us, &data, Source::Ticker).wait()
    }

    /// Adds an update without a planned time; its time is now. If updates are stored in a stream, a
    /// repeated `key` publishes nothing and returns the first `seq`.
    pub fn accept(&self, data: Data, key: Option<String>) -> Published {
        match &self.stream {
            None => Published::Now(self.add(clock::now_us, |_, _| data)),
            Some(stream) => stream.publish(clock::now_us(), &data, Source::Client { key }),
        }
    }

    fn add(&self, at_us: impl FnOnce() -> u64, data: impl FnOnce(u64, u64) -> Data) -> u64 {
        let seq = self.history.add(at_us, data);
        self.changed();
        seq
    }

    /// Adds an update that the stream has stored.
    fn append(&self, seq: u64, at_us: u64, data: &Data) {
        self.history.append(seq, at_us, data);
        self.changed();
    }

    /// Forgets all updates. The next one that the stream delivers follows `start`.
    fn start_at(&self, start: Position) {
        self.history.start_at(start);
        self.changed();
    }

    /// The position after the newest update.
    fn position(&self) -> Position {
        self.history.end()
    }

    /// Wakes all waiting clients. Called without the lock of the history: waking ten thousand
    /// clients takes a while.
    fn changed(&self) {
        self.state.send_modify(|state| state.changes += 1);
    }

    /// The `seq` of the newest update; 0 if there is none.
    pub fn newest(&self) -> u64 {
        self.position().seq
    }

    /// Whether `position` is ahead of the history, if the feed is stored in a stream. Another server
    /// may have received more of the stream than this one, or the feed has started over.
    pub fn is_behind(&self, position: Position) -> bool {
        self.stream.is_some() && self.newest() < position.seq
    }

    /// Waits until the history reaches `position` or it is certain that the stream does not.
    ///
    /// # Errors
    ///
    /// This did not happen within `longest`.
    pub async fn catch_up(&self, position: Position, longest: Duration) -> Result<(), Elapsed> {
        let Some(status) = self.stream_status() else {
            return Ok(());
        };
        let reached = self.state_is(|state| state.ended || self.newest() >= position.seq);
        let decided = async {
            tokio::select! {
                () = reached => {}
                () = status.lacks(position.seq) => {}
            }
        };
        tokio::time::timeout(longest, decided).await
    }

    /// The number of changes of the history.
    pub fn changes(&self) -> u64 {
        self.state.borrow().changes
    }

    /// The state of the stream, if updates are stored in one.
    pub fn stream_status(&self) -> Option<&jetstream::Status> {
        self.stream.as_ref().map(|stream| &*stream.status)
    }

    /// The updates that follow `position` now, at most `max`. The positions in the result have
    /// checks, even if `position` has none.
    pub fn after(&self, position: Position, max: usize) -> Due {
        self.history.after(position, max, usize::MAX)
    }

    /// Like [`Self::after`], limited to updates whose texts have at most `most_bytes` in total. At
    /// least one update is returned if there is one.
    pub fn after_within(&self, position: Position, max: usize, most_bytes: usize) -> Due {
        self.history.after(position, max, most_bytes)
    }

    /// The bytes of the texts and encoded copies in the history.
    pub fn history_bytes(&self) -> usize {
        self.history.bytes()
    }

    /// Waits until the number of changes is larger than `changes`, or the feed has ended.
    pub async fn changed_since(&self, changes: u64) {
        self.state_is(|state| state.changes > changes || state.ended)
            .await;
    }

    /// Ends the feed: waiting requests are answered, streams finish, publishers stop.
    pub fn end(&self) {
        self.state.send_modify(|state| state.ended = true);
    }

    /// Waits for [`Feed::end`].
    pub async fn ended(&self) {
        self.state_is(|state| state.ended).await;
    }

    async fn state_is(&self, condition: impl FnMut(&State) -> bool) {
        // The wait cannot fail: this feed is the sender.
        let _ = self.state.subscribe().wait_for(condition).await;
    }

    /// Whether [`Feed::end`] was called.
    pub fn has_ended(&self) -> bool {
        self.state.borrow().ended
    }
}
