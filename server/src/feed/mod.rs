//! What is there to send, and what follows a client's place in it?
//!
//! The feed is pulled by cursor from a bounded history. It never waits for a client: a client whose
//! position has left the history receives a notice that states how many updates it missed.

pub mod cursor;
pub mod data;
mod history;
pub mod publish_limits;
pub mod stdin;
pub mod ticker;
pub mod ticker_handle;
mod update;

pub use self::update::Update;
pub use crate::base::position::Position;

use std::{sync::Arc, time::Duration};

use tokio::sync::watch;

use self::{data::Data, history::History};
use crate::base::clock;

/// What a client can't be sent any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    /// So many updates after its place have left the history.
    Missed(u64),
    /// The feed started over: the position belongs to an earlier feed. This number of updates of the
    /// current feed have left the history.
    StartedOver(u64),
}

impl Notice {
    /// The notice as JSON, for each format to wrap in its own way.
    pub fn text(self) -> String {
        match self {
            Self::Missed(missed) => format!(r#"{{"missed":{missed}}}"#),
            Self::StartedOver(missed) => format!(r#"{{"started_over":true,"missed":{missed}}}"#),
        }
    }
}

/// What is due to a client at its place.
#[derive(Debug)]
pub struct Due {
    /// What it missed, if anything.
    pub notice: Option<Notice>,
    /// Its position after the notice.
    pub from: Position,
    /// What follows, in order.
    pub updates: Vec<Arc<Update>>,
    /// Its position after these.
    pub next: Position,
}

impl Due {
    /// Whether there is nothing to tell.
    pub fn is_empty(&self) -> bool {
        self.notice.is_none() && self.updates.is_empty()
    }
}

#[derive(Clone, Copy, Debug, Default)]
struct State {
    newest: u64,
    ended: bool,
}

/// The bounded history and the signal that it has grown.
#[derive(Debug)]
pub struct Feed {
    history: Arc<History>,
    state: watch::Sender<State>,
}

impl Feed {
    /// An empty feed that will hold the newest updates, at most `most_updates` of them, with at most
    /// `most_bytes` in their texts and encoded copies. It holds at least one.
    pub fn new(most_updates: usize, most_bytes: usize) -> Self {
        Self {
            history: History::new(most_updates, most_bytes),
            state: watch::Sender::default(),
        }
    }

    /// Adds an update that was planned for `at_us` (microseconds since the Unix epoch) and wakes
    /// all waiting clients. `data` is called with the update's `seq` and `at_us`, when no other
    /// update can come between. Returns the `seq`.
    pub fn publish(&self, at_us: u64, data: impl FnOnce(u64, u64) -> Data) -> u64 {
        self.add(|| at_us, data)
    }

    /// Adds an update that nobody planned: its time is the one at which it is accepted.
    pub fn accept(&self, data: Data) -> u64 {
        self.add(clock::now_us, |_, _| data)
    }

    fn add(&self, at_us: impl FnOnce() -> u64, data: impl FnOnce(u64, u64) -> Data) -> u64 {
        let seq = self.history.add(at_us, data);
        // Outside its lock: waking ten thousand clients takes a while, and two publishers may
        // arrive here in the other order.
        self.state.send_if_modified(|state| {
            let newer = seq > state.newest;
            state.newest = state.newest.max(seq);
            newer
        });
        seq
    }

    /// The `seq` of the newest update, 0 when there is none.
    pub fn newest(&self) -> u64 {
        self.state.borrow().newest
    }

    /// What follows `position` right now, at most `max` updates. The positions in the answer have
    /// checks, even if `position` has none.
    pub fn after(&self, position: Position, max: usize) -> Due {
        self.history.after(position, max, usize::MAX)
    }

    /// The same, without the updates whose texts would be beyond `most_bytes` together. One update
    /// is always among them.
    pub fn after_within(&self, position: Position, max: usize, most_bytes: usize) -> Due {
        self.history.after(position, max, most_bytes)
    }

    /// The bytes of the texts and encoded copies in the history.
    pub fn history_bytes(&self) -> usize {
        self.history.bytes()
    }

    /// What follows `position`, waiting for it up to `longest`. Empty when nothing came, and at
    /// once when the feed has ended.
    pub async fn wait_after(&self, position: Position, max: usize, longest: Duration) -> Due {
        let due = self.after(position, max);
        if !due.is_empty() {
            return due;
        }
        // Either way the history tells what is due: nothing after a time-out.
        let _ = tokio::time::timeout(longest, self.grown(position.seq)).await;
        self.after(position, max)
    }

    /// Waits until there is an update after `seq`, or the feed has ended.
    pub async fn grown(&self, seq: u64) {
        let mut state = self.state.subscribe();
        // The sender is this feed, so there is no other way for the wait to be over.
        let _ = state
            .wait_for(|state| state.newest > seq || state.ended)
            .await;
    }

    /// Ends the feed: who waits gets an answer, streams finish, publishers stop.
    pub fn end(&self) {
        self.state.send_modify(|state| state.ended = true);
    }

    /// Waits for [`Feed::end`].
    pub async fn ended(&self) {
        // The sender is this feed, so there is no other way for the wait to be over.
        let _ = self.state.subscribe().wait_for(|state| state.ended).await;
    }

    /// Whether [`Feed::end`] was called.
    pub fn has_ended(&self) -> bool {
        self.state.borrow().ended
    }
}

#[cfg(test)]
mod tests;
