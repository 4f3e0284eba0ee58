//! The newest updates, bounded in number and in bytes.

use std::{
    collections::VecDeque,
    sync::{
        Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard, Weak,
        atomic::{AtomicUsize, Ordering},
    },
};

use super::{Due, Notice, Position, Update, data::Data};

/// The newest updates. The total size of their texts and encoded copies is bounded. The newest
/// update is always kept.
#[derive(Debug)]
pub(super) struct History {
    most_updates: usize,
    most_bytes: usize,
    /// The bytes of the texts and copies of its updates. While a copy is being counted, the value
    /// may be too large.
    bytes: AtomicUsize,
    kept: RwLock<Kept>,
    /// A reference to itself, for its updates.
    itself: Weak<Self>,
}

#[derive(Debug, Default)]
struct Kept {
    /// The position before the oldest update.
    start: Position,
    updates: VecDeque<Arc<Update>>,
}

/// The size of an update, as counted by its history.
#[derive(Debug)]
pub(super) struct CountedBytes {
    bytes: AtomicUsize,
    history: Weak<History>,
}

/// The size of an update that has left the history.
const GONE: usize = usize::MAX;

impl History {
    /// Creates an empty history. It keeps at least one update.
    pub fn new(most_updates: usize, most_bytes: usize) -> Arc<Self> {
        Arc::new_cyclic(|itself| Self {
            most_updates: most_updates.max(1),
            most_bytes,
            bytes: AtomicUsize::new(0),
            kept: RwLock::default(),
            itself: Weak::clone(itself),
        })
    }

    /// Adds an update and returns its `seq`. `at_us` and `data` are called under the lock, so no
    /// other update comes between.
    pub fn add(&self, at_us: impl FnOnce() -> u64, data: impl FnOnce(u64, u64) -> Data) -> u64 {
        let kept = self.write();
        let seq = kept.end().seq + 1;
        // Within the lock, so that times increase with `seq`.
        let at_us = at_us();
        let data = data(seq, at_us);
        self.push(kept, (seq, at_us), &data);
        seq
    }

    /// Adds an update of a stored feed. If it does not follow the newest update, the history starts
    /// over with it.
    pub fn append(&self, seq: u64, at_us: u64, data: &Data) {
        let mut kept = self.write();
        if seq != kept.end().seq + 1 {
            self.clear(&mut kept, Position::without_check(seq.saturating_sub(1)));
        }
        self.push(kept, (seq, at_us), data);
    }

    /// Removes all updates. The next update follows `start`.
    pub fn start_at(&self, start: Position) {
        self.clear(&mut self.write(), start);
    }

    /// The position after the newest update.
    pub fn end(&self) -> Position {
        self.read().end()
    }

    fn push(&self, mut kept: RwLockWriteGuard<'_, Kept>, (seq, at_us): (u64, u64), data: &Data) {
        let update = Update::new(seq, at_us, data, Weak::clone(&self.itself));
        self.bytes.fetch_add(update.text.len(), Ordering::Relaxed);
        kept.updates.push_back(Arc::new(update));
        let dropped = self.drop_oldest(&mut kept);
        drop(kept);
        // Outside the lock: freeing memory takes a while.
        drop(dropped);
    }

    fn clear(&self, kept: &mut Kept, start: Position) {
        for update in kept.updates.drain(..) {
            self.forget(&update);
        }
        kept.start = start;
    }

    /// No longer counts the bytes of an update that has left the history.
    fn forget(&self, update: &Update) {
        let bytes = update.counted.bytes.swap(GONE, Ordering::AcqRel);
        self.bytes.fetch_sub(bytes, Ordering::Relaxed);
    }

    /// The updates that follow `position`: at most `max`, with at most `most_bytes` of text in
    /// total. At least one is returned if there is one.
    pub fn after(&self, position: Position, max: usize, most_bytes: usize) -> Due {
        self.drop_excess();
        let kept = self.read();
        let start = kept.start.seq;
        let place = kept.count_up_to(position.seq).and_then(|count| {
            let known = kept.position(count);
            // The start of a history that was loaded may have no check.
            let is_same = known.check.is_none() || position.matches(known);
            is_same.then_some((count, known))
        });
        let notice = match place {
            Some(_) => None,
            None if position.seq < start => Some(Notice::Missed(start - position.seq)),
            None => Some(Notice::StartedOver(start)),
        };
        let (skip, from) = place.unwrap_or((0, kept.start));
        let mut bytes = 0;
        let fitting = kept.updates.range(skip..).take(max).take_while(|update| {
            let first = bytes == 0;
            bytes += update.text.len();
            first || bytes <= most_bytes
        });
        // Counted first, so that exactly the required memory is allocated.
        let end = skip + fitting.count();
        let updates: Vec<_> = kept.updates.range(skip..end).cloned().collect();
        Due {
            notice,
            from,
            next: updates.last().map_or(from, |update| update.position()),
            updates,
        }
    }

    /// The bytes of the texts and encoded copies.
    pub fn bytes(&self) -> usize {
        self.drop_excess();
        self.bytes.load(Ordering::Relaxed)
    }

    /// Drops the oldest updates while the limit is exceeded. A reader does not wait for the lock:
    /// if another thread holds it, the next reader or publisher drops them.
    fn drop_excess(&self) {
        if self.bytes.load(Ordering::Relaxed) > self.most_bytes
            && let Ok(mut kept) = self.kept.try_write()
        {
            let dropped = self.drop_oldest(&mut kept);
            drop(kept);
            drop(dropped);
        }
    }

    fn drop_oldest(&self, kept: &mut Kept) -> Vec<Arc<Update>> {
        let mut dropped = Vec::new();
        while kept.updates.len() > 1
            && (kept.updates.len() > self.most_updates
                || self.bytes.load(Ordering::Relaxed) > self.most_bytes)
            && let Some(oldest) = kept.updates.pop_front()
        {
            kept.start = oldest.position();
            self.forget(&oldest);
            dropped.push(oldest);
        }
        dropped
    }

    fn write(&self) -> RwLockWriteGuard<'_, Kept> {
        self.kept.write().unwrap_or_else(PoisonError::into_inner)
    }

    fn read(&self) -> RwLockReadGuard<'_, Kept> {
        self.kept.read().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    /// The position after the newest update.
    fn end(&self) -> Position {
        let newest = self.updates.back();
        newest.map_or(self.start, |update| update.position())
    }

    /// How many of its updates are up to `seq`; `None` if `seq` is out of range.
    fn count_up_to(&self, seq: u64) -> Option<usize> {
        let count = seq.checked_sub(self.start.seq)? as usize;
        (count <= self.updates.len()).then_some(count)
    }

    /// The position after the first `count` updates.
    fn position(&self, count: usize) -> Position {
        match count.checked_sub(1) {
            Some(last) => self.updates[last].position(),
            None => self.start,
        }
    }
}

impl CountedBytes {
    pub fn new(bytes: usize, history: Weak<History>) -> Self {
        Self {
            bytes: AtomicUsize::new(bytes),
            history,
        }
    }

    /// Counts a copy of the update, unless the update has left the history.
    pub fn add(&self, copy_bytes: usize) {
        let Some(history) = self.history.upgrade() else {
            return;
        };
        // In this order the sum is never too small, since the update may leave the history at any
        // time.
        history.bytes.fetch_add(copy_bytes, Ordering::Relaxed);
        let add = |bytes| (bytes != GONE).then(|| bytes + copy_bytes);
        let added = self
            .bytes
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, add);
        match added {
            Ok(_) => history.drop_excess(),
            Err(_) => drop(history.bytes.fetch_sub(copy_bytes, Ordering::Relaxed)),
        }
    }
}

#[cfg(test)]
mod tests;
