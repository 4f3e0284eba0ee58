//! Texts next to the lifelines: at the server each update at its planned time and its wait, at the
//! browser each arrival and its latency.

use super::{
    canvas::{self, HPos, INK, QUIET, SMALL, WHITE},
    excerpt::Delivery,
    lifelines::{LINE, Lifelines, NUDGE},
    message::{self, RADIUS, numbered},
};
use crate::show::{number, words::messages as texts};

/// Maximum number of rows of an arrow's updates; more updates share one row.
const MOST_ROWS: usize = 3;
/// The width of a bar of a waiting update.
const LANE: i32 = 8;

impl Lifelines<'_, '_> {
    /// A bar next to the server's line for each waiting update, as long as its wait.
    pub(super) fn waits(&self) {
        let spans = self.side.planned();
        let spans = spans.map(|(update, at_us)| self.inside(at_us, update.left_us));
        for (lane, (from, to)) in message::lanes(spans) {
            let x = self.server() + 6 + lane * (LANE + 2);
            self.canvas.bar((x, from), (x + LANE, to), QUIET);
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
                self.canvas.crowded((self.server(), planned));
                continue;
            }
            last = planned;
            numbered(self.canvas, at, update.seq);
            if let Some(wait) = message::wait(update) {
                let text = match self.place.columns.words {
                    true => self.words.of(texts::waits(&wait)),
                    false => wait,
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
                    self.canvas.crowded(arrived);
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

    fn latency(&self, (x, y): (i32, i32), update: &Delivery) {
        let latency = self.side.latency_us(update);
        if let Some(us) = latency.filter(|_| self.place.columns.latency) {
            let text = number::ms(us as f64);
            let wide = canvas::width(&text, SMALL);
            self.canvas.label_from(&text, (x - wide, y), INK);
        }
    }

    /// Updates for which there are not enough rows.
    fn batch(&self, (x, y): (i32, i32), group: &[&Delivery]) {
        let text = format!("{}–{}", group[0].seq, group[group.len() - 1].seq);
        let right = x + RADIUS;
        let wide = canvas::width(&text, SMALL) + 8;
        self.canvas
            .bar((right - wide, y - RADIUS), (right, y + RADIUS), INK);
        let middle = (right - wide / 2, y);
        self.canvas.bold(&text, middle, SMALL, HPos::Center, WHITE);
    }
}
