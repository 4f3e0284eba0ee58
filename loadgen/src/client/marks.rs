//! Between which points of a client's life are its bytes counted?

use std::time::{Duration, Instant};

use crate::client::{ledger::Ledger, received::Seen, shared::When};

/// The ledger at points of a client's life, each at the end of what came, so that whole cycles lie
/// between them.
#[derive(Clone, Copy, Debug, Default)]
pub struct Marks {
    window_start: Ledger,
    window_end: Ledger,
    window_end_at: Option<Instant>,
    /// Its last update before the window.
    quiet_from: Option<(Instant, Ledger)>,
    /// Its first and its last sign of life in the window.
    quiet: Option<[(Instant, Ledger); 2]>,
}

impl Marks {
    /// Something has come; `inside` tells whether the window is open now.
    pub fn set(&mut self, seen: Seen, inside: bool, now: Ledger) {
        match seen {
            Seen::Updates(When::Before) => {
                *self = Self {
                    window_start: now,
                    window_end: now,
                    window_end_at: None,
                    quiet_from: Some((Instant::now(), now)),
                    quiet: None,
                };
            }
            Seen::Updates(When::Inside) => {
                self.window_end = now;
                self.window_end_at = Some(Instant::now());
            }
            Seen::Idle if inside => {
                let sign = (Instant::now(), now);
                let first = self.quiet.map_or(sign, |[first, _]| first);
                self.quiet = Some([first, sign]);
            }
            Seen::Updates(When::After) | Seen::Idle | Seen::Nothing => {}
        }
    }

    /// What the updates of the window took: from the end of the last update before the window to
    /// the end of its last update.
    pub fn window(&self) -> Ledger {
        self.window_end - self.window_start
    }

    /// How long that took by the clock; `None` without an update at both ends.
    pub fn window_time(&self) -> Option<Duration> {
        Some(self.window_end_at? - self.quiet_from?.0)
    }

    /// What was sent while nothing was published, and for how long: from the first to the last
    /// sign of life in the window, which are at the same point of the client's cycle; from the
    /// last update before the window where there is only one. `None` without one.
    pub fn quiet(&self) -> Option<(Duration, Ledger)> {
        let [first, last] = self.quiet?;
        let from = if first.0 < last.0 {
            Some(first)
        } else {
            self.quiet_from
        };
        let (from, ledger) = from?;
        Some((last.0 - from, last.1 - ledger))
    }
}
