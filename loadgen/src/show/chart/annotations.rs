//! Texts next to the lifelines: at the server each update at its planned time and its wait, at the
//! browser each arrival and its latency.

use super::{
    canvas::{self, HPos, INK, QUIET, SMALL, WHITE},
    excerpt::Delivery,
    lifelines::{LINE, Lifelines, NUDGE},
    message::{RADIUS, numbered},
};
use crate::show::{number, words::messages as texts};

/// Maximum number of rows of an arrow's updates; more updates share one row.
const MOST_ROWS: usize = 3;
/// The width of a bar of a waiting update.
const LANE: i32 = 8;
const LANES: usize = 2;

impl Lifelines<'_, '_> {
    /// A bar next to the server's line for each waiting update, as long as its wait.
    pub(super) fn waits(&self) {
        let mut lanes = [i32::MIN; LANES];
        for (update, at_us) in self.side.planned() {
            let (from, to) = (self.y(at_us), self.y(update.left_us));
            let (from, to) = (from.max(self.place.top), to.min(self.place.bottom));
            let free = lanes.iter().position(|&until| until <= from);
            if let Some(lane) = free.filter(|_| to - from > 1) {
                let x = self.server() + 6 + lane as i32 * (LANE + 2);
                self.canvas.bar((x, from), (x + LANE, to), QUIET);
                lanes[lane] = to;
            }
        }
    }

    /// Each update at its planned time, and its wait.
    pub(super) fn planned(&self) {
        let mut last = i32::MIN;
        for (update, at_us) in self.side.planned() {
            let planned = self.y(at_us);
            if !(self.place.top..=self.place.bottom).contains(&planned) {
                continue;
            }
            let at = (self.server() + self.place.columns.update, planned);
            if planned < last.saturating_add(LINE) {
                self.canvas.dot((self.server(), planned), 4, INK);
                self.crowded.set(true);
                continue;
            }
            last = planned;
            numbered(self.canvas, at, update.seq);
            let wait = update.wait_us().filter(|&us| us >= 1_000);
            if let Some(us) = wait {
                let text = format!("{} ms", number::grouped(us as f64 / 1000.0, 0));
                let text = match self.place.columns.words {
                    true => self.words.of(texts::waits(&text)),
                    false => text,
                };
                let at = (at.0 + RADIUS + 4, at.1);
                self.canvas.label_from(&text, at, INK);
            }
        }
    }

    /// The updates of each arrow, next to the browser's line.
    pub(super) fn arrivals(&self) {
        let shown = |update: &&Delivery| self.side.shows(update.reached_us);
        let shown: Vec<_> = self.side.updates.iter().filter(shown).collect();
        let mut last = i32::MIN / 2;
        for group in shown.chunk_by(|a, b| a.reached_us == b.reached_us) {
            let arrived = (self.browser() - 4, self.y(group[0].reached_us));
            let x = self.browser() - RADIUS - 10;
            let rows: Vec<_> = match group.len() {
                1..=MOST_ROWS => group.chunks(1).collect(),
                _ => vec![group],
            };
            for (nth, row) in rows.iter().enumerate() {
                let y = arrived.1.max(last + LINE);
                let far = y - arrived.1 > NUDGE + LINE * nth as i32;
                if far || y > self.place.bottom.max(arrived.1) {
                    self.canvas.dot(arrived, 4, INK);
                    self.crowded.set(true);
                    continue;
                }
                last = y;
                self.canvas.line(vec![(x, y), arrived], INK, 2);
                match row {
                    [update] => {
                        numbered(self.canvas, (x, y), update.seq);
                        self.latency((x - RADIUS - 6, y), update);
                    }
                    batch => self.batch((x, y), batch),
                }
            }
        }
    }

    fn latency(&self, at: (i32, i32), update: &Delivery) {
        let latency = update.latency_us();
        let latency = latency.filter(|_| self.place.columns.latency);
        let Some(us) = latency.filter(|_| !self.side.was_there(update)) else {
            return;
        };
        let text = number::ms(us as f64);
        let wide = canvas::width(&text, SMALL);
        self.canvas.label_from(&text, (at.0 - wide, at.1), INK);
    }

    /// Updates for which there are not enough rows.
    fn batch(&self, at: (i32, i32), group: &[&Delivery]) {
        let text = format!("{}–{}", group[0].seq, group[group.len() - 1].seq);
        let right = at.0 + RADIUS;
        let wide = canvas::width(&text, SMALL) + 8;
        self.canvas
            .bar((right - wide, at.1 - RADIUS), (right, at.1 + RADIUS), INK);
        let middle = (right - wide / 2, at.1);
        self.canvas.bold(&text, middle, SMALL, HPos::Center, WHITE);
    }
}
