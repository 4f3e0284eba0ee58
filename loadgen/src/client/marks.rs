//! The points between which a client's bytes are counted.

use std::time::{Duration, Instant};

use crate::client::{
    ledger::Ledger,
    received::Seen,
    window::{When, Window},
};

/// The ledger at points of a client's run. Each is at the end of received data, so that whole cycles
/// are between them.
#[derive(Clone, Debug, Default)]
pub struct Marks {
    window_start: Ledger,
    window_end: Ledger,
    window_end_at: Option<Instant>,
    /// Arrival of its last update before the window.
    quiet_from: Option<Instant>,
    /// Its first and its last heartbeat or empty response in the window.
    quiet: Option<Box<[(Instant, Ledger); 2]>>,
    /// The planned time of the newest update.
    newest_us: u64,
    /// At this number of deliveries the ledger is always needed.
    due: u64,
}

impl Marks {
    /// Whether the ledger is needed after `deliveries` updates. It is not always read, because reading
    /// the kernel's counts takes time. It is needed for a heartbeat, for a possible last update before
    /// the window, and for a possible last update inside it. The latter is predicted if updates come in
    /// equal steps. If they do not, the span covers at least half of the window's updates.
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

    /// Sets the marks for received data; `inside`: the window is open now.
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

    /// The bytes of the window's updates: from the end of the last update before the window to the end
    /// of its last update.
    pub fn window(&self) -> Ledger {
        self.window_end - self.window_start
    }

    /// The duration of that span; `None` without an update at both ends.
    pub fn window_time(&self) -> Option<Duration> {
        Some(self.window_end_at? - self.quiet_from?)
    }

    /// Duration and bytes while nothing was published: from the first to the last heartbeat or empty
    /// response in the window, which are at the same point of the client's cycle. If there is only one,
    /// from the last update before the window. `None` without one.
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

#[cfg(test)]
mod tests {
    use super::*;

    const WINDOW: Window = Window {
        from_us: 10_000_000,
        to_us: 20_000_000,
    };

    /// The marks of a client that receives updates with these planned times: the updates of the window,
    /// those between the marks, and those of the window for which the ledger was needed.
    fn marked(instants_us: impl IntoIterator<Item = u64>) -> [u64; 3] {
        let mut marks = Marks::default();
        let mut now = Ledger::default();
        let (mut updates, mut needed) = (0, 0);
        for at_us in instants_us {
            now.deliveries += 1;
            let when = match at_us {
                ..10_000_000 => When::Before,
                10_000_000..20_000_000 => When::Inside,
                _ => When::After,
            };
            let seen = Seen::Updates(when, at_us);
            let inside = when == When::Inside;
            updates += u64::from(inside);
            if marks.need(seen, now.deliveries, Some(WINDOW)) {
                marks.set(seen, inside, now);
                needed += u64::from(inside);
            }
        }
        [updates, marks.window().deliveries, needed]
    }

    #[test]
    fn with_a_regular_feed_few_readings_cover_the_whole_window() {
        for step_us in [
            1_000, 7_001, 100_000, 333_333, 1_000_000, 3_999_999, 9_000_000,
        ] {
            // Also with planned times that are up to a tenth of a step off.
            for off in [0, step_us / 10] {
                let instant = |nth: u64| 3_000_000 + nth * step_us + off * (nth * 7 % 3) / 2;
                let instants = (0..).map(instant).take_while(|&us| us < 40_000_000);
                let [updates, spanned, needed] = marked(instants);
                assert_eq!(spanned, updates, "{step_us} us, {off} off");
                let few = u64::from(updates.ilog2()) + 6;
                assert!(needed <= few, "{step_us} us: {needed}");
            }
        }
    }

    #[test]
    fn with_an_irregular_feed_at_least_half_of_the_window_is_covered() {
        let bursts = |size| (0..40).flat_map(move |nth| (0..size).map(move |_| nth * 777_777));
        let gap = |from_us: u64, to_us: u64| {
            let before = (0..from_us / 50_000).map(|nth| nth * 50_000);
            before.chain((to_us / 50_000..500).map(|nth| nth * 50_000))
        };
        let slower = (1..200).map(|nth: u64| 9_000_000 + nth * nth * 1_000);
        // The feed stops half a second before the end of the window, or starts only then.
        let feeds: [Vec<u64>; 6] = [
            bursts(5).collect(),
            bursts(64).collect(),
            gap(12_000_000, 19_000_000).collect(),
            gap(19_500_000, 21_000_000).collect(),
            gap(9_000_000, 19_500_000).collect(),
            slower.collect(),
        ];
        for (nth, feed) in feeds.into_iter().enumerate() {
            let [updates, spanned, needed] = marked(feed);
            assert!(updates > 4, "feed {nth}");
            assert!(2 * spanned >= updates, "feed {nth}: {spanned} of {updates}");
            assert!(spanned <= updates, "feed {nth}: {spanned} of {updates}");
            assert!(needed < updates, "feed {nth}");
        }
    }

    #[test]
    fn until_the_window_is_set_the_ledger_is_needed_for_each_update() {
        let mut marks = Marks::default();
        assert!(marks.need(Seen::Updates(When::Before, 5), 1, None));
        assert!(marks.need(Seen::Idle, 1, Some(WINDOW)));
        assert!(!marks.need(Seen::Nothing, 1, Some(WINDOW)));
        assert!(!marks.need(Seen::Updates(When::After, 30_000_000), 2, Some(WINDOW)));
    }
}
