//! The delivery audit: did a client receive every update exactly once and in order?

use std::collections::BTreeSet;

use crate::client::{arrival::Arrival, shared::Shared, window::When};

/// Checks the updates that one client receives.
#[derive(Debug, Default)]
pub struct Audit {
    newest: Option<u64>,
    missing: BTreeSet<u64>,
    /// The read of the newest update: its arrival and its number.
    newest_read: (u64, u64),
    /// Received updates of the window, each counted once.
    pub received: u64,
    /// Duplicates of updates of the window.
    pub duplicated: u64,
    /// Updates of the window that arrived after a later one.
    pub reordered: u64,
}

impl Audit {
    /// Records an update. It counts only if it was planned inside the window. Returns whether it is not
    /// a duplicate.
    pub fn receive(&mut self, seq: u64, in_window: bool) -> bool {
        let count = u64::from(in_window);
        match self.newest {
            Some(newest) if seq <= newest => {
                if !self.missing.remove(&seq) {
                    self.duplicated += count;
                    return false;
                }
                self.reordered += count;
            }
            newest => {
                self.missing.extend(newest.unwrap_or(seq) + 1..seq);
                self.newest = Some(seq);
            }
        }
        self.received += count;
        true
    }

    /// Records an update with its times, here and in the receivers' shared state. Returns the position
    /// of its planned time relative to the window.
    pub fn note(&mut self, seq: u64, at_us: u64, arrival: Arrival, shared: &Shared) -> When {
        let when = shared.place(at_us);
        let inside = when == When::Inside;
        if self.receive(seq, inside) && inside {
            let shares_read = (arrival.at_us, arrival.nth) == self.newest_read;
            shared.record(at_us, arrival, shares_read);
        }
        self.newest_read = (arrival.at_us, arrival.nth);
        shared.delimit(seq, when);
        when
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn audit(seqs: &[u64]) -> (u64, u64, u64) {
        let mut audit = Audit::default();
        for &seq in seqs {
            audit.receive(seq, true);
        }
        (audit.received, audit.duplicated, audit.reordered)
    }

    #[test]
    fn lost_duplicated_and_reordered_updates_are_distinguished() {
        assert_eq!(audit(&[5, 6, 7]), (3, 0, 0));
        assert_eq!(audit(&[5, 8]), (2, 0, 0), "6 and 7 are not received");
        assert_eq!(audit(&[5, 6, 6, 7, 5]), (3, 2, 0));
        assert_eq!(audit(&[5, 7, 6, 8]), (4, 0, 1));
        assert_eq!(audit(&[5, 8, 6, 6, 7]), (4, 1, 2));
    }

    #[test]
    fn only_the_window_counts() {
        let mut audit = Audit::default();
        assert!(audit.receive(1, false));
        assert!(!audit.receive(1, false));
        assert!(audit.receive(2, true));
        assert_eq!((audit.received, audit.duplicated), (1, 0));
    }
}
