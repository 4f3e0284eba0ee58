//! One side of the comparison: two lifelines, the arrows between them, waiting updates next to the
//! server's line and arriving ones next to the browser's.

use super::{
    canvas::{self, Canvas, GUIDE, HEIGHT, HPos, INK, MEDIUM, QUIET, SMALL, WIDTH},
    excerpt::Excerpt,
    message,
};
use crate::{
    record::Arrow,
    show::words::{Words, messages as texts},
};

/// A line of text.
pub(super) const LINE: i32 = 26;
/// How far a text may be moved from its own height.
pub(super) const NUDGE: i32 = 15;
/// The space between headline and foot.
const ROOM: (i32, i32) = (86, HEIGHT - 82);

/// The place of a panel.
#[derive(Clone, Copy)]
pub(super) struct Place {
    left: i32,
    width: i32,
    name: i32,
    /// The first and the last height of the lifelines.
    pub(super) top: i32,
    pub(super) bottom: i32,
    pub(super) columns: Columns,
}

/// The columns of a panel, from its left edge.
#[derive(Clone, Copy)]
pub(super) struct Columns {
    ruler: i32,
    browser: i32,
    server: i32,
    /// From the server's line to the numbers of updates.
    pub(super) update: i32,
    /// Whether there is room for latencies.
    pub(super) latency: bool,
    /// Whether there is room for words next to numbers.
    pub(super) words: bool,
}

const WIDE: Columns = Columns {
    ruler: 64,
    browser: 192,
    server: 452,
    update: 44,
    latency: true,
    words: true,
};
const MIDDLE: Columns = Columns {
    ruler: 50,
    browser: 158,
    server: 300,
    update: 38,
    latency: true,
    words: false,
};
const NARROW: Columns = Columns {
    ruler: 52,
    browser: 118,
    server: 204,
    update: 34,
    latency: false,
    words: false,
};

/// The places of the panels: two to four in one row, more in two.
pub(super) fn places(panels: usize) -> Vec<Place> {
    let (rows, across) = match panels {
        0..=4 => (1, panels.max(1)),
        _ => (2, panels.div_ceil(2)),
    };
    let (width, high) = (WIDTH / across as i32, (ROOM.1 - ROOM.0) / rows);
    let columns = match across {
        0..=2 => WIDE,
        3 => MIDDLE,
        _ => NARROW,
    };
    let place = |nth: usize| {
        let above = ROOM.0 + high * (nth / across) as i32;
        Place {
            left: width * (nth % across) as i32,
            width,
            name: above + 16,
            top: above + if rows == 1 { 76 } else { 60 },
            bottom: above + high - 64,
            columns,
        }
    };
    (0..panels).map(place).collect()
}

/// A panel while it is drawn.
pub(super) struct Lifelines<'a, 'b> {
    pub(super) canvas: &'a Canvas<'b>,
    pub(super) place: Place,
    pub(super) side: &'a Excerpt<'a>,
    pub(super) words: &'a Words,
}

/// Draws a panel.
pub(super) fn draw(canvas: &Canvas<'_>, place: Place, side: &Excerpt<'_>, words: &Words) {
    let panel = Lifelines {
        canvas,
        place,
        side,
        words,
    };
    panel.frame();
    panel.held();
    panel.arrows();
    panel.waits();
    panel.planned();
    panel.arrivals();
    panel.totals();
}

/// The reason for a missing panel, in its place.
pub(super) fn missing(canvas: &Canvas<'_>, place: Place, name: &str, gap: &str) {
    let middle = place.left + place.width / 2;
    canvas.bold(name, (middle, place.name), MEDIUM, HPos::Center, INK);
    let lines = canvas::wrapped(gap, place.width - 60, MEDIUM, 8);
    for (nth, line) in lines.iter().enumerate() {
        let at = (middle, place.top + 40 + 30 * nth as i32);
        canvas.text(line, at, MEDIUM, HPos::Center, QUIET);
    }
}

impl Lifelines<'_, '_> {
    fn x(&self, column: i32) -> i32 {
        self.place.left + column
    }

    /// The position of the browser's line.
    pub(super) fn browser(&self) -> i32 {
        self.x(self.place.columns.browser)
    }

    /// The position of the server's line.
    pub(super) fn server(&self) -> i32 {
        self.x(self.place.columns.server)
    }

    /// The height of a time, even outside the span.
    pub(super) fn y(&self, us: u64) -> i32 {
        let Place { top, bottom, .. } = self.place;
        top + (self.side.part(us) * f64::from(bottom - top)).round() as i32
    }

    /// The heights of the part of a span of time that is inside the panel.
    pub(super) fn inside(&self, from_us: u64, to_us: u64) -> (i32, i32) {
        let Place { top, bottom, .. } = self.place;
        (self.y(from_us).max(top), self.y(to_us).min(bottom))
    }

    fn frame(&self) {
        let (canvas, side, place) = (self.canvas, self.side, self.place);
        let Columns { ruler, update, .. } = place.columns;
        let middle = (self.browser() + self.server()) / 2;
        let name = side.row.transport.name();
        canvas.bold(name, (middle, place.name), MEDIUM + 2, HPos::Center, INK);
        let right = self.x(place.width - 12);
        for (us, text) in side.ruler(f64::from(place.bottom - place.top) / 50.0) {
            let y = self.y(us);
            canvas.line(vec![(self.x(ruler + 6), y), (right, y)], GUIDE, 1);
            canvas.text(&text, (self.x(ruler), y), SMALL, HPos::Right, QUIET);
        }
        let word = |text| self.words.of(text);
        let mut headings = vec![
            (word(texts::BROWSER), self.browser(), HPos::Center, INK),
            (word(texts::SERVER), self.server(), HPos::Center, INK),
        ];
        if place.columns.words {
            let (latency, updates) = (self.browser() - 46, self.server() + update - 6);
            headings.extend([
                ("ms", self.x(ruler), HPos::Right, QUIET),
                (word(texts::LATENCY), latency, HPos::Right, QUIET),
                (word(texts::UPDATE), updates, HPos::Left, QUIET),
            ]);
        }
        for (text, x, hold, ink) in headings {
            canvas.text(text, (x, place.top - 22), SMALL, hold, ink);
        }
        for x in [self.browser(), self.server()] {
            canvas.line(vec![(x, place.top - 8), (x, place.bottom + 6)], INK, 3);
        }
    }

    /// A request that waits for an update is a thick piece of the server's line.
    fn held(&self) {
        for (from, to) in self.side.held() {
            let ((from, to), x) = (self.inside(from, to), self.server());
            if to - from > 1 {
                self.canvas.bar((x - 5, from), (x + 5, to), INK);
            }
            if to - from > LINE {
                let at = (x - 12, (from + to) / 2);
                let held = self.words.of(texts::HELD);
                self.canvas.text(held, at, SMALL, HPos::Right, QUIET);
            }
        }
    }

    fn arrows(&self) {
        let (browser, server) = (self.browser(), self.server());
        let edges = (self.place.top, self.place.bottom);
        for arrow in &self.side.arrows {
            let browser = (self.y(arrow.client_us), browser + 2);
            let server = (self.y(arrow.server_us), server - 2);
            message::arrow(self.canvas, arrow, [browser, server], edges, |(y, x)| {
                (x, y)
            });
        }
        let mut last = i32::MIN / 2;
        let is_whole =
            |arrow: &&Arrow| self.side.shows(arrow.client_us) && self.side.shows(arrow.server_us);
        for arrow in self.side.arrows.iter().filter(is_whole) {
            let wanted = (self.y(arrow.client_us) + self.y(arrow.server_us)) / 2;
            let y = wanted.max(last + LINE - 4);
            if y - wanted > NUDGE || y > self.place.bottom {
                self.canvas.is_crowded.set(true);
                continue;
            }
            let text = message::label(arrow, server - browser - 16, self.words);
            self.canvas.label(&text, ((browser + server) / 2, y), INK);
            last = y;
        }
    }

    fn totals(&self) {
        let brief = !self.place.columns.words;
        let [bytes, mean] = message::sums(self.side.row, brief, self.words);
        let at = |line: i32| (self.x(self.place.width / 2), self.place.bottom + line);
        self.canvas.text(&bytes, at(22), SMALL, HPos::Center, INK);
        self.canvas.bold(&mean, at(46), SMALL, HPos::Center, INK);
    }
}
