use std::thread;

use super::*;

/// A history of updates whose texts have 100 bytes.
fn history(most_updates: usize, most_bytes: usize, updates: usize) -> Arc<History> {
    let history = History::new(most_updates, most_bytes);
    (0..updates).for_each(|_| publish(&history));
    history
}

fn publish(history: &History) {
    history.add(|| 1_000_000, |_, _| Data::text(&"x".repeat(65)));
}

fn all(history: &History) -> Due {
    history.after(Position::default(), usize::MAX, usize::MAX)
}

fn seqs(history: &History) -> Vec<u64> {
    all(history).updates.iter().map(|it| it.seq).collect()
}

/// Encodes a copy of 110 bytes.
fn encode(update: &Update, format: u8) {
    update.encoded(format, |update| {
        [&update.text[..], &[b' '; 10]].concat().into()
    });
}

/// The expected value of the counter.
fn sum(history: &History) -> usize {
    let counted = |update: &Arc<Update>| update.counted.bytes.load(Ordering::Relaxed);
    history.read().updates.iter().map(counted).sum()
}

#[test]
fn copies_are_counted_and_displace_the_oldest_updates() {
    let history = history(9, 1_000, 5);
    let due = all(&history);
    for (nth, update) in due.updates.iter().enumerate() {
        // A copy that shares the bytes of the text is not counted.
        update.encoded(0, |update| update.text.clone());
        assert_eq!(history.bytes(), 500 + 110 * nth);
        encode(update, 1);
        encode(update, 1);
    }
    // Five updates of 210 bytes exceed the limit.
    assert_eq!((seqs(&history), history.bytes()), (vec![2, 3, 4, 5], 840));
    encode(&due.updates[4], 2);
    assert_eq!(history.bytes(), 950);
    // An update that has left the history is not counted.
    encode(&due.updates[0], 2);
    assert_eq!(history.bytes(), 950);
    publish(&history);
    assert_eq!((seqs(&history), history.bytes()), (vec![3, 4, 5, 6], 840));
}

#[test]
fn the_newest_update_is_kept_even_if_it_exceeds_the_limit() {
    let history = history(9, 10, 3);
    assert_eq!((seqs(&history), history.bytes()), (vec![3], 100));
    encode(&all(&history).updates[0], 1);
    assert_eq!((seqs(&history), history.bytes()), (vec![3], 210));
}

#[test]
fn concurrent_readers_and_publishers_keep_the_count_correct() {
    let history = history(64, 4_000, 1);
    thread::scope(|scope| {
        for format in 0..4 {
            let history = &history;
            scope.spawn(move || {
                for _ in 0..2_000 {
                    publish(history);
                    for update in all(history).updates {
                        encode(&update, format);
                    }
                }
            });
        }
    });
    let bytes = history.bytes();
    assert!(bytes <= 4_000, "{bytes}");
    assert_eq!(bytes, sum(&history));
    let seqs = seqs(&history);
    assert_eq!(seqs.last(), Some(&8_001));
    assert_eq!(seqs.len() as u64, 8_001 - seqs[0] + 1);
}
