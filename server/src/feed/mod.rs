//! What is there to send, and what follows a client's place in it?
//!
//! The feed is pulled by cursor from a bounded history. It never waits for a client: a client whose
//! position has left the history receives a notice that states how many updates it missed.

pub mod cursor;
pub mod data;
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
        let updates = history.updates.iter().skip(skip).take(max);
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
            (vec![3, 4], Position::of_update(4, 3), None)
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
        assert_eq!(seqs(&due), [2, 3, 4]);
        assert_eq!(due.from, Position::of_update(1, 0));
        assert_eq!(due.next, Position::of_update(4, 3));
        let empty = feed_of(3, 0).after(at(50), usize::MAX);
        assert_eq!(
            (empty.notice, empty.next),
            (Some(Notice::StartedOver(0)), at(0))
        );
    }

    #[test]
    fn a_position_with_another_check_gets_the_notice_that_the_feed_started_over() {
        let feed = feed_of(3, 10);
        // 7 has left the history, but its check is still known.
        for seq in 7..=10 {
            let due = feed.after(Position::of_update(seq, seq - 1), usize::MAX);
            let follows: Vec<u64> = (seq + 1..=10).collect();
            assert_eq!((due.notice, seqs(&due)), (None, follows));
            let due = feed.after(Position::of_update(seq, seq), usize::MAX);
            assert_eq!(due.notice, Some(Notice::StartedOver(7)));
            assert_eq!(seqs(&due), [8, 9, 10]);
        }
        let due = feed.after(Position::of_update(6, 1_000), usize::MAX);
        assert_eq!(due.notice, Some(Notice::Missed(1)), "6 cannot be verified");
    }

    #[test]
    fn a_position_without_a_check_receives_one() {
        let feed = feed_of(3, 10);
        for seq in 7..=10 {
            let due = feed.after(at(seq), 0);
            let expected = Position::of_update(seq, seq - 1);
            assert_eq!((due.from, due.next), (expected, expected));
        }
        assert_eq!(feed_of(3, 2).after(at(0), 0).next, at(0));
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
