//! The same messages in the layout of the article's latency figure: one panel above the other, each
//! with the server at the top and the browser at the bottom, and a time ruler below.

use server::Transport;

use super::{
    canvas::{self, Canvas, GUIDE, HEIGHT, HPos, INK, MARGIN, MEDIUM, QUIET, SMALL, WHITE, WIDTH},
    excerpt::Excerpt,
    message::{self, RADIUS, numbered},
    sides::Sides,
};
use crate::{
    record::{Arrow, Direction, Record, SuitePart},
    show::{
        number,
        words::{Words, messages as texts},
    },
};

/// The positions of the first and the last time.
const LEFT: i32 = 270;
const RIGHT: i32 = WIDTH - MARGIN;
/// The space between headline and ruler.
const ROOM: (i32, i32) = (90, HEIGHT - 112);
/// The space below a panel.
const GAP: i32 = 12;
/// The least height of a panel with the browser's numbers.
const ROOMY: i32 = 150;
/// The least height of an arrow with its bytes.
const BYTES: i32 = 50;
/// The least height of an arrow with words, and the largest width of the words.
const WORDS: (i32, i32) = (100, 160);

/// Draws the chart of one scenario; time runs to the right.
pub fn draw(
    id: &str,
    record: &Record,
    part: &SuitePart,
    transports: &[Transport],
    words: &Words,
) -> String {
    let sides = Sides::of(record, part, transports, words);
    sides.svg(id, texts::across, |canvas| {
        let high = (ROOM.1 - ROOM.0) / transports.len() as i32;
        if let Some(side) = sides.each().find_map(|(_, side)| side.as_ref().ok()) {
            ruler(canvas, side);
        }
        for (nth, (transport, side)) in sides.each().enumerate() {
            let top = ROOM.0 + high * nth as i32;
            let at = (MARGIN, top + 14);
            canvas.bold(transport.name(), at, MEDIUM, HPos::Left, INK);
            match side {
                Ok(side) => {
                    let lane = Lane {
                        canvas,
                        side,
                        words,
                        top,
                        high: high - GAP,
                    };
                    lane.draw();
                }
                Err(gap) => {
                    let lines = canvas::wrapped(gap, RIGHT - LEFT, MEDIUM, 2);
                    for (nth, line) in lines.iter().enumerate() {
                        let at = (LEFT, top + 14 + 28 * nth as i32);
                        canvas.text(line, at, MEDIUM, HPos::Left, QUIET);
                    }
                }
            }
        }
    })
}

/// The same for all panels: each has the same span.
fn ruler(canvas: &Canvas<'_>, side: &Excerpt<'_>) {
    for (us, text) in side.ruler(12.0) {
        let x = x(side, us);
        canvas.line(vec![(x, ROOM.0), (x, ROOM.1)], GUIDE, 1);
        canvas.text(&text, (x, ROOM.1 + 12), SMALL, HPos::Center, QUIET);
    }
    canvas.text("ms", (LEFT - 24, ROOM.1 + 12), SMALL, HPos::Right, QUIET);
}

/// The position of a time, even outside the span.
fn x(side: &Excerpt<'_>, us: u64) -> i32 {
    LEFT + (side.part(us) * f64::from(RIGHT - LEFT)).round() as i32
}

/// A panel while it is drawn.
struct Lane<'a, 'b> {
    canvas: &'a Canvas<'b>,
    side: &'a Excerpt<'a>,
    words: &'a Words,
    top: i32,
    high: i32,
}

impl Lane<'_, '_> {
    fn draw(&self) {
        self.bars();
        self.arrows();
        self.planned();
        self.arrivals();
        let lines = message::sums(self.side.row, !self.is_roomy(), self.words);
        let mut y = self.top + 14;
        for (nth, text) in lines.iter().enumerate() {
            for line in canvas::wrapped(text, LEFT - MARGIN - 12, SMALL, 2) {
                y += 21;
                let at = (MARGIN, y);
                match nth {
                    0 => self.canvas.text(&line, at, SMALL, HPos::Left, INK),
                    _ => self.canvas.bold(&line, at, SMALL, HPos::Left, INK),
                }
            }
        }
    }

    fn is_roomy(&self) -> bool {
        self.high >= ROOMY
    }

    /// The upper and the lower edge of a bar.
    fn server(&self) -> (i32, i32) {
        match self.is_roomy() {
            true => (self.top + 34, self.top + 56),
            false => (self.top + 26, self.top + 30),
        }
    }

    fn browser(&self) -> (i32, i32) {
        let bottom = self.top + self.high;
        match self.is_roomy() {
            true => (bottom - 52, bottom - 30),
            false => (bottom - 4, bottom),
        }
    }

    fn bars(&self) {
        let (server, browser) = (self.server(), self.browser());
        for ((upper, lower), name) in [(server, texts::SERVER), (browser, texts::BROWSER)] {
            self.canvas.bar((LEFT, upper), (RIGHT, lower), INK);
            if self.is_roomy() {
                let (name, at) = (self.words.of(name), (LEFT + 10, (upper + lower) / 2));
                self.canvas.text(name, at, SMALL, HPos::Left, WHITE);
            }
        }
    }

    fn arrows(&self) {
        for arrow in &self.side.arrows {
            message::arrow(self.canvas, arrow, self.feet(arrow), (LEFT, RIGHT), |at| at);
        }
        let mut last = [i32::MIN / 2; 2];
        for arrow in &self.side.arrows {
            let [browser, server] = self.feet(arrow);
            if [browser.0, server.0]
                .iter()
                .any(|x| !(LEFT..=RIGHT).contains(x))
            {
                continue;
            }
            // Near its start, so that requests and responses have different heights.
            let (row, part) = match arrow.direction {
                Direction::Up => (0, 0.7),
                Direction::Down => (1, 0.3),
            };
            let between = |from: i32, to: i32| from + (part * f64::from(to - from)) as i32;
            let at = (between(server.0, browser.0), between(server.1, browser.1));
            let high = browser.1 - server.1;
            let words = if high > WORDS.0 { WORDS.1 } else { 0 };
            let fits = |text: &String| {
                let half = canvas::width(text, SMALL) / 2 + 4;
                high > BYTES && at.0 - half > last[row] && at.0 + half < WIDTH
            };
            let texts = [words, 0].map(|room| message::label(arrow, room, self.words));
            match texts.into_iter().find(fits) {
                Some(text) => {
                    self.canvas.label(&text, at, INK);
                    last[row] = at.0 + canvas::width(&text, SMALL) / 2 + 4;
                }
                None => self.canvas.is_crowded.set(true),
            }
        }
    }

    /// The end points of an arrow at the browser and at the server.
    fn feet(&self, arrow: &Arrow) -> [(i32, i32); 2] {
        [
            (x(self.side, arrow.client_us), self.browser().0),
            (x(self.side, arrow.server_us), self.server().1),
        ]
    }

    /// Each update above its planned time, with a bar as long as its wait.
    fn planned(&self) {
        let bar = self.server().0;
        let spans = self.side.planned().map(|(update, at_us)| {
            let (from, to) = (x(self.side, at_us), x(self.side, update.left_us));
            (from.max(LEFT), to.min(RIGHT))
        });
        for (lane, (from, to)) in message::lanes(spans) {
            let lower = bar - 5 * lane;
            self.canvas.bar((from, lower - 4), (to, lower), QUIET);
        }
        let shown = self.side.planned().filter(|&(_, us)| self.side.shows(us));
        let shown = shown.map(|(update, us)| (update, x(self.side, us)));
        let shown: Vec<_> = shown.collect();
        let mut last = i32::MIN / 2;
        for (nth, &(update, planned)) in shown.iter().enumerate() {
            if planned < last + 2 * RADIUS + 2 {
                self.canvas.crowded((planned, bar));
                continue;
            }
            last = planned;
            let at = (planned, self.top + RADIUS);
            numbered(self.canvas, at, update.seq);
            let next = shown.get(nth + 1).map_or(RIGHT, |&(_, x)| x - RADIUS);
            if let Some(wait) = message::wait(update) {
                self.beside(at, &wait, next);
            }
        }
    }

    /// Each update below its arrival, with its latency.
    fn arrivals(&self) {
        let bar = self.browser();
        let shown = self.side.updates.iter();
        let shown = shown.filter(|update| self.side.shows(update.reached_us));
        let shown = shown.map(|update| (update, x(self.side, update.reached_us)));
        let shown: Vec<_> = shown.collect();
        let mut last = i32::MIN / 2;
        for (nth, &(update, reached)) in shown.iter().enumerate() {
            let at = (reached.max(last + 2 * RADIUS + 2), bar.1 + RADIUS + 4);
            if !self.is_roomy() || at.0 > reached + 3 * RADIUS || at.0 > RIGHT {
                self.canvas.crowded((reached, bar.1));
                continue;
            }
            last = at.0;
            numbered(self.canvas, at, update.seq);
            let next = shown.get(nth + 1).map_or(RIGHT, |&(_, x)| x - RADIUS);
            if let Some(us) = self.side.latency_us(update) {
                self.beside(at, &number::ms(us as f64), next);
            }
        }
    }

    /// A text to the right of a number, if it ends before the next one.
    fn beside(&self, (x, y): (i32, i32), text: &str, next: i32) {
        let from = x + RADIUS + 4;
        if from + canvas::width(text, SMALL) <= next {
            self.canvas.text(text, (from, y), SMALL, HPos::Left, INK);
        }
    }
}
