//! What is there to send, and what follows a client's place in it?
//!
//! The feed is pulled by cursor from a bounded history. It never waits for a client: who is slow
//! finds the history moved on, and is told how much it missed.

pub mod cursor;
pub mod data;
mod position;
pub mod stdin;
pub mod ticker;
pub mod ticker_handle;
mod update;

pub use self::{
    position::{Check, MalformedPosition, Position},
    update::Update,
};

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

/// The bounded history and the signal that it has grown.
#[derive(Debug)]
pub struct Feed {
    longest: usize,
    history: RwLock<VecDeque<Arc<Update>>>,
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
            let seq = history.back().map_or(0, |update| update.seq) + 1;
            if history.len() == self.longest {
                history.pop_front();
            }
            // Within the lock, so that times rise with `seq`.
            let at_us = at_us();
            history.push_back(Arc::new(Update::new(seq, at_us, &data(seq, at_us))));
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

    /// What follows `position` right now, at most `max` updates.
    pub fn after(&self, position: Position, max: usize) -> Due {
        let history = self.history.read().unwrap_or_else(PoisonError::into_inner);
        let newest = history.back().map_or(0, |update| update.seq);
        let dropped = newest - history.len() as u64;
        let (notice, from) = if position.seq > newest {
            (Some(Notice::StartedOver(dropped)), dropped)
        } else if position.seq < dropped {
            (Some(Notice::Missed(dropped - position.seq)), dropped)
        } else {
            (None, position.seq)
        };
        let skip = (from - dropped) as usize;
        let updates: Vec<_> = history.iter().skip(skip).take(max).cloned().collect();
        Due {
            notice,
            from: Position::without_check(from),
            next: Position::without_check(from + updates.len() as u64),
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
mod tests {
    use super::*;

    fn feed_of(history: usize, updates: u64) -> Feed {
        let feed = Feed::new(history);
        for at_us in 0..updates {
            feed.publish(at_us, |_, _| Data::text("x"));
        }
        feed
    }

    fn at(seq: u64) -> Position {
        Position::without_check(seq)
    }

    fn seqs(due: &Due) -> Vec<u64> {
        due.updates.iter().map(|update| update.seq).collect()
    }

    #[test]
    fn what_follows_comes_in_order_and_no_more_than_asked() {
        let feed = feed_of(10, 5);
        assert_eq!(seqs(&feed.after(at(2), usize::MAX)), [3, 4, 5]);
        let two = feed.after(at(2), 2);
        assert_eq!(
            (seqs(&two), two.next, two.notice),
            (vec![3, 4], at(4), None)
        );
        assert!(feed.after(at(5), usize::MAX).is_empty());
    }

    #[test]
    fn a_place_older_than_the_history_is_told_how_much_it_missed() {
        let due = feed_of(3, 10).after(at(2), usize::MAX);
        assert_eq!(due.notice, Some(Notice::Missed(5)));
        assert_eq!(seqs(&due), [8, 9, 10]);
    }

    #[test]
    fn a_position_ahead_of_the_feed_gets_the_notice_that_the_feed_started_over() {
        let due = feed_of(3, 4).after(at(50), usize::MAX);
        assert_eq!(due.notice, Some(Notice::StartedOver(1)));
        assert_eq!((seqs(&due), due.next), (vec![2, 3, 4], at(4)));
        let empty = feed_of(3, 0).after(at(50), usize::MAX);
        assert_eq!(
            (empty.notice, empty.next),
            (Some(Notice::StartedOver(0)), at(0))
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_wait_ends_with_the_update_the_bound_or_the_feed() {
        let feed = feed_of(3, 1);
        let hold = Duration::from_secs(25);
        assert!(feed.wait_after(at(1), usize::MAX, hold).await.is_empty());
        let (due, _) = tokio::join!(feed.wait_after(at(1), usize::MAX, hold), async {
            feed.publish(7, |_, _| Data::text("y"))
        });
        assert_eq!(seqs(&due), [2]);
        let (due, ()) = tokio::join!(
            feed.wait_after(at(2), usize::MAX, Duration::MAX / 2),
            async { feed.end() }
        );
        assert!(due.is_empty() && feed.has_ended());
    }

    #[test]
    fn the_data_learns_the_seq_and_time_of_its_update() {
        let feed = feed_of(3, 5);
        let data = |seq: u64, at_us: u64| Data::text(&format!("{seq} {at_us}"));
        assert_eq!(feed.publish(70, data), 6);
        let due = feed.after(at(5), 1);
        let text = br#"{"seq":6,"at_us":70,"data":"6 70"}"#;
        assert_eq!(&due.updates[0].text[..], text);
        assert_eq!(
            crate::base::limits::text_bytes(6, 70, r#""6 70""#.len()),
            text.len()
        );
    }
}
