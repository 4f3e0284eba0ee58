//! The feed that clients have in common, also those of several servers: the same updates, byte for
//! byte.

use std::{
    collections::BTreeMap,
    hash::{BuildHasher, BuildHasherDefault, DefaultHasher},
};

use crate::client::window::When;

/// The updates that the clients of all servers received.
#[derive(Clone, Debug, Default)]
pub struct CommonFeed {
    updates: BTreeMap<u64, Update>,
    /// The first update that clients received with different texts.
    differs: Option<u64>,
}

#[derive(Clone, Copy, Debug)]
struct Update {
    text_hash: u64,
    when: When,
}

/// The hash of an update's text.
pub fn text_hash(text: &[u8]) -> u64 {
    BuildHasherDefault::<DefaultHasher>::default().hash_one(text)
}

impl CommonFeed {
    /// Records an update that a client received.
    pub fn receive(&mut self, seq: u64, text_hash: u64, when: When) {
        let update = Update { text_hash, when };
        let first = *self.updates.entry(seq).or_insert(update);
        if first.text_hash != text_hash {
            self.differs.get_or_insert(seq);
        }
    }

    /// Why this is not one feed, if it is not.
    pub fn difference(&self) -> Option<String> {
        let differs = self.differs.map(|seq| {
            format!("the servers deliver different feeds: update {seq} has different texts")
        });
        let newest = |when| self.updates.iter().rfind(|(_, update)| update.when == when);
        let oldest = |when| self.updates.iter().find(|(_, update)| update.when == when);
        let ends = newest(When::Before).zip(oldest(When::After));
        // Numbers grow with time, so these are two ranges of numbers, each with its own window.
        let crossed = ends.filter(|((before, _), (after, _))| before > after);
        differs.or(crossed.map(|_| {
            "the servers deliver different feeds: their updates have different numbers".into()
        }))
    }

    /// Number of updates planned inside the window; `None` until a client has received an update that
    /// was planned after it. Brokers may store two updates in another order than that of their
    /// times, so a number does not tell on which side of the window's end an update is.
    pub fn updates(&self) -> Option<u64> {
        let place = |when| {
            self.updates
                .values()
                .filter(move |update| update.when == when)
        };
        place(When::After).next()?;
        let pairs = self.updates.iter().zip(self.updates.iter().skip(1));
        // A gap between two updates before the window, or after it, is not in the window.
        let gaps =
            pairs.filter(|((_, one), (_, next))| one.when == When::Inside || one.when != next.when);
        let missing: u64 = gaps.map(|((seq, _), (next, _))| next - seq - 1).sum();
        Some(place(When::Inside).count() as u64 + missing)
    }
}

#[cfg(test)]
mod tests {
    use super::{
        When::{After, Before, Inside},
        *,
    };

    /// A feed with these updates before, inside and after the window. The text of each is its number.
    fn of(places: [&[u64]; 3]) -> CommonFeed {
        let mut feed = CommonFeed::default();
        for (seqs, when) in places.into_iter().zip([Before, Inside, After]) {
            for &seq in seqs {
                feed.receive(seq, seq, when);
            }
        }
        feed
    }

    #[test]
    fn a_missing_update_counts_if_it_may_be_in_the_window() {
        assert_eq!(of([&[7], &[8], &[]]).updates(), None);
        // 4 and 14 are missing outside the window; 7 and 9 may be in it.
        let feed = of([&[3, 5], &[6, 8], &[10, 15]]);
        assert_eq!(feed.updates(), Some(4));
        // 7 was planned before 6, which another server accepted first.
        let feed = of([&[7], &[6, 8], &[9]]);
        assert_eq!(feed.updates(), Some(2));
        assert_eq!(feed.difference(), None);
    }

    #[test]
    fn different_feeds_have_different_texts_or_numbers() {
        let mut feed = of([&[1, 1], &[2], &[3]]);
        assert_eq!(feed.difference(), None);
        feed.receive(2, 21, Inside);
        assert!(feed.difference().unwrap().contains("update 2"));
        let feed = of([&[1, 501], &[2, 502], &[3, 503]]);
        assert!(feed.difference().unwrap().contains("numbers"));
    }
}
