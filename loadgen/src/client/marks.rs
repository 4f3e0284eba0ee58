//! Between which points of a client's life are its bytes counted?

use std::time::{Duration, Instant};

use crate::client::{
    ledger::Ledger,
    received::Seen,
    shared::{When, Window},
};

/// The ledger at points of a client's life, each at the end of what came, so that whole cycles lie
/// between them.
#[derive(Clone, Debug, Default)]
pub struct Marks {
    window_start: Ledger,
    window_end: Ledger,
    window_end_at: Option<Instant>,
    /// When its last update before the window came.
    quiet_from: Option<Instant>,
    /// Its first and its last sign of life in the window.
    quiet: Option<Box<[(Instant, Ledger); 2]>>,
    /// The planned instant of the newest update.
    newest_us: u64,
    /// With this many deliveries the ledger is needed in any case.
    due: u64,
}

impl Marks {
    /// Whether the ledger is needed for what has come after `deliveries` updates, since reading the
    /// kernel's counts takes time. It is for a sign of life, for what may be the last update before
    /// the window, and for what may be the last inside it: that is known some steps before where
    /// updates come in equal steps. Where they do not, the span is at least half of the window's
    /// updates.
    pub fn need(&mut self, seen: Seen, deliveries: u64, window: Option<Window>) -> bool {
        let Seen::Updates(when, at_us) = seen else {
            return seen == Seen::Idle;
        };
        let step_us = at_us.saturating_sub(self.newest_us);
        self.newest_us = at_us;
        let (When::Inside, Some(window)) = (when, window) else {
            return when == When::Before;
        };
        at_us + 3 * step_us >= window.to_us || deliveries >= self.due
    }

    /// Something has come; `inside` tells whether the window is open now.
    pub fn set(&mut self, seen: Seen, inside: bool, now: Ledger) {
        match seen {
            Seen::Updates(When::Before, _) => {
                self.window_start = now;
                self.window_end = now;
                self.window_end_at = None;
                self.quiet_from = Some(Instant::now());
                self.quiet = None;
                self.due = now.deliveries;
            }
            Seen::Updates(When::Inside, _) => {
                self.window_end = now;
                self.window_end_at = Some(Instant::now());
                self.due = now.deliveries + self.window().deliveries;
            }
            Seen::Idle if inside => {
                let sign = (Instant::now(), now);
                let first = self.quiet.as_ref().map_or(sign, |signs| signs[0]);
                self.quiet = Some(Box::new([first, sign]));
            }
            Seen::Updates(When::After, _) | Seen::Idle | Seen::Nothing => {}
        }
    }

    /// What the updates of the window took: from the end of the last update before the window to
    /// the end of its last update.
    pub fn window(&self) -> Ledger {
        self.window_end - self.window_start
    }

    /// How long that took by the clock; `None` without an update at both ends.
    pub fn window_time(&self) -> Option<Duration> {
        Some(self.window_end_at? - self.quiet_from?)
    }

    /// What was sent while nothing was published, and for how long: from the first to the last
    /// sign of life in the window, which are at the same point of the client's cycle; from the
    /// last update before the window where there is only one. `None` without one.
    pub fn quiet(&self) -> Option<(Duration, Ledger)> {
        let [first, last] = **self.quiet.as_ref()?;
        let (from, ledger) = if first.0 < last.0 {
            first
        } else {
            (self.quiet_from?, self.window_start)
        };
        Some((last.0 - from, last.1 - ledger))
    }
}
