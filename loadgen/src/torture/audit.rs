//! The audit of one client: everything arrives once and in order, or with a notice.

use serde::Deserialize;
use server::base::position::Position;

use super::truth::Truth;
use crate::record::ReceivedCounts;

/// Checks the texts that a client receives, over all its connections.
#[derive(Debug, Default)]
pub struct Audit {
    /// The position from which the client continues.
    pub position: Position,
    /// The counts so far.
    pub counts: ReceivedCounts,
}

#[derive(Deserialize)]
struct ParsedUpdate {
    seq: u64,
    at_us: u64,
}

#[derive(Deserialize)]
struct ParsedNotice {
    missed: u64,
    #[serde(default)]
    started_over: bool,
}

impl Audit {
    /// Checks a received text. Returns the time of the update in microseconds since the Unix epoch,
    /// if it is one that the client did not have.
    pub fn receive(&mut self, text: &[u8], truth: &Truth) -> Option<u64> {
        let Ok(update) = serde_json::from_slice(text) else {
            match serde_json::from_slice(text) {
                Ok(notice) => self.follow(&notice),
                Err(_) => self.counts.mismatches += 1,
            }
            return None;
        };
        let ParsedUpdate { seq, at_us } = update;
        self.counts.deliveries += 1;
        if !truth.agrees(seq, text) {
            self.counts.mismatches += 1;
        }
        if seq <= self.position.seq {
            self.counts.duplicates += 1;
            return None;
        }
        self.counts.silent_losses += seq - self.position.seq - 1;
        self.position = Position::of_update(seq, at_us);
        Some(at_us)
    }

    /// The updates up to `last` that have not arrived are lost.
    pub fn end(&mut self, last: u64) {
        self.counts.silent_losses += last.saturating_sub(self.position.seq);
    }

    fn follow(&mut self, notice: &ParsedNotice) {
        self.counts.missed_updates += notice.missed;
        let before = match notice.started_over {
            true => {
                self.counts.started_over_notices += 1;
                0
            }
            false => {
                self.counts.missed_notices += 1;
                self.position.seq
            }
        };
        // The check of the update before the next one is unknown.
        let seq = before.saturating_add(notice.missed);
        self.position = Position::without_check(seq);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn update(seq: u64) -> String {
        format!(r#"{{"seq":{seq},"at_us":{seq}000,"data":{{"number":{seq}}}}}"#)
    }

    /// The counts of a client that receives these texts, and its position.
    fn audit(texts: &[&str]) -> (ReceivedCounts, String) {
        let (mut audit, truth) = (Audit::default(), Truth::default());
        for text in texts {
            audit.receive(text.as_bytes(), &truth);
        }
        (audit.counts, audit.position.to_string())
    }

    #[test]
    fn a_feed_without_fault_is_correct() {
        let (counts, position) = audit(&[&update(1), &update(2), &update(3)]);
        assert!(counts.is_correct());
        assert_eq!((counts.deliveries, &position[..]), (3, "3.02bc"));
    }

    #[test]
    fn a_gap_without_a_notice_is_a_silent_loss() {
        let (counts, _) = audit(&[&update(1), &update(4)]);
        assert_eq!(counts.silent_losses, 2);
        let (counts, _) = audit(&[&update(2)]);
        assert_eq!(counts.silent_losses, 1, "every client starts at 0");
    }

    #[test]
    fn a_gap_with_a_notice_is_correct() {
        let missed = r#"{"missed":2}"#;
        let (counts, _) = audit(&[&update(1), missed, &update(4)]);
        assert!(counts.is_correct());
        assert_eq!((counts.missed_notices, counts.missed_updates), (1, 2));
        let (counts, _) = audit(&[&update(1), missed, &update(5)]);
        assert_eq!(
            counts.silent_losses, 1,
            "the notice names fewer than are missing"
        );
        let (counts, _) = audit(&[&update(1), missed, &update(3)]);
        assert_eq!(
            counts.duplicates, 1,
            "the notice names more than are missing"
        );
    }

    #[test]
    fn a_repeated_update_is_a_duplicate_unless_the_feed_started_over() {
        let (counts, position) = audit(&[&update(1), &update(2), &update(1), &update(3)]);
        assert_eq!((counts.duplicates, counts.silent_losses), (1, 0));
        assert_eq!(position, "3.02bc");
        let started_over = r#"{"started_over":true,"missed":0}"#;
        let (counts, _) = audit(&[&update(1), &update(2), started_over, &update(1)]);
        assert!(counts.is_correct());
        assert_eq!(counts.started_over_notices, 1);
    }

    #[test]
    fn another_text_at_the_same_position_is_a_mismatch() {
        let (mut first, mut second) = (Audit::default(), Audit::default());
        let truth = Truth::default();
        first.receive(update(1).as_bytes(), &truth);
        second.receive(update(1).replace("1000", "2000").as_bytes(), &truth);
        assert!(first.counts.is_correct());
        assert_eq!(second.counts.mismatches, 1);
        second.receive(b"<html>", &truth);
        assert_eq!(second.counts.mismatches, 2);
    }

    #[test]
    fn what_has_not_arrived_in_the_end_is_lost() {
        let (mut audit, truth) = (Audit::default(), Truth::default());
        audit.receive(update(1).as_bytes(), &truth);
        audit.end(1);
        assert!(audit.counts.is_correct());
        audit.end(3);
        assert_eq!(audit.counts.silent_losses, 2);
    }
}
