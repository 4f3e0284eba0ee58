//! What is there to send, and what follows a client's place in it?
//!
//! The feed is pulled by cursor from a bounded history. It never waits for a client: a client whose
//! position has left the history receives a notice that states how many updates it missed.

pub mod cursor;
pub mod data;
pub mod publish_limits;
pub mod stdin;
pub mod ticker;
pub mod ticker_handle;
mod update;

pub use self::update::Update;
pub use crate::base::position::Position;

use std::{
    collections::VecDeque,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use tokio::sync::watch;

use self::data::Data;
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

/// The newest updates.
#[derive(Debug, Default)]
struct History {
    /// The position before the oldest of them.
    start: Position,
    updates: VecDeque<Arc<Update>>,
}

impl History {
    /// The position after the newest update.
    fn end(&self) -> Position {
        let newest = self.updates.back();
        newest.map_or(self.start, |update| update.position())
    }

    /// How many of its updates are up to `seq`; `None` if it does not reach there.
    fn count_up_to(&self, seq: u64) -> Option<usize> {
        let count = seq.checked_sub(self.start.seq)? as usize;
        (count <= self.updates.len()).then_some(count)
    }

    /// The position after this number of its updates.
    fn position(&self, count: usize) -> Position {
        match count.checked_sub(1) {
            Some(last) => self.updates[last].position(),
            None => self.start,
        }
    }
}

/// The bounded history and the signal that it has grown.
#[derive(Debug)]
pub struct Feed {
    longest: usize,
    history: RwLock<History>,
    state: watch::Sender<State>,
}

impl Feed {
    /// An empty feed that will hold the `history` newest updates (at least one).
    pub fn new(history: usize) -> Self {
        Self {
            longest: history.max(1),
            history: RwLock::default(),
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
        let seq = {
            let mut history = self.history.write().unwrap_or_else(PoisonError::into_inner);
            let seq = history.end().seq + 1;
            if history.updates.len() == self.longest
                && let Some(oldest) = history.updates.pop_front()
            {
                history.start = oldest.position();
            }
            // Within the lock, so that times rise with `seq`.
            let at_us = at_us();
            let update = Update::new(seq, at_us, &data(seq, at_us));
            history.updates.push_back(Arc::new(update));
            seq
        };
        // Outside the lock: waking ten thousand clients takes a while, and two publishers may
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
        self.after_within(position, max, usize::MAX)
    }

    /// The same, without the updates whose texts would be beyond `most_bytes` together. One update
    /// is always among them.
    pub fn after_within(&self, position: Position, max: usize, most_bytes: usize) -> Due {
        let history = self.history.read().unwrap_or_else(PoisonError::into_inner);
        let start = history.start.seq;
        let known = history
            .count_up_to(position.seq)
            .filter(|&count| position.matches(history.position(count)));
        let notice = match known {
            Some(_) => None,
            None if position.seq < start => Some(Notice::Missed(start - position.seq)),
            None => Some(Notice::StartedOver(start)),
        };
        let skip = known.unwrap_or(0);
        let from = history.position(skip);
        let mut bytes = 0;
        let updates = history.updates.iter().skip(skip).take(max);
        let updates = updates.take_while(|update| {
            let first = bytes == 0;
            bytes += update.text.len();
            first || bytes <= most_bytes
        });
        let updates: Vec<_> = updates.cloned().collect();
        Due {
            notice,
            from,
            next: updates.last().map_or(from, |update| update.position()),
            updates,
        }
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
