//! The audit of one client: everything arrives once and in order, or with a notice.

use server::base::position::Position;

use super::truth::Truth;
use crate::{
    client::received::{Notice, ParsedUpdate},
    record::ReceivedCounts,
};

/// Checks the texts that a client receives, over all its connections.
#[derive(Debug, Default)]
pub struct Audit {
    /// The position from which the client continues.
    pub position: Position,
    /// The counts so far.
    pub counts: ReceivedCounts,
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

    fn follow(&mut self, notice: &Notice) {
        self.counts.missed_updates += notice.missed;
        match notice.started_over {
            true => self.counts.started_over_notices += 1,
            false => self.counts.missed_notices += 1,
        }
        self.position = notice.follow(self.position);
    }
}
