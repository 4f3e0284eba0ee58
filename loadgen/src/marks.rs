//! Between which points of a client's life are its bytes counted?

use std::time::{Duration, Instant};

use crate::{ledger::Ledger, received::Seen, shared::When};

/// The ledger at points of a client's life, each at the end of what came, so that whole cycles lie
/// between them.
#[derive(Clone, Copy, Debug, Default)]
pub struct Marks {
    window_start: Ledger,
    window_end: Ledger,
    /// When `window_start` was taken, and the last sign of life in the window that was no update.
    quiet_from: Option<Instant>,
    quiet_to: Option<(Instant, Ledger)>,
}

impl Marks {
    /// Something has come; `inside` tells whether the window is open now.
    pub fn set(&mut self, seen: Seen, inside: bool, now: Ledger) {
        match seen {
            Seen::Updates(When::Before) => {
                *self = Self {
                    window_start: now,
                    window_end: now,
                    quiet_from: Some(Instant::now()),
                    quiet_to: None,
                };
            }
            Seen::Updates(When::Inside) => self.window_end = now,
            Seen::Idle if inside => self.quiet_to = Some((Instant::now(), now)),
            Seen::Updates(When::After) | Seen::Idle | Seen::Nothing => {}
        }
    }

    /// What the updates of the window took: from the end of the last update before the window to
    /// the end of its last update.
    pub fn window(&self) -> Ledger {
        self.window_end - self.window_start
    }

    /// What was sent while nothing was published, and for how long: from the last update before
    /// the window to the last sign of life in it. `None` without one.
    pub fn quiet(&self) -> Option<(Duration, Ledger)> {
        let (from, (to, ledger)) = self.quiet_from.zip(self.quiet_to)?;
        Some((to - from, ledger - self.window_start))
    }
}
