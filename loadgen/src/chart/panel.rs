//! What does one side of the comparison look like? Two lifelines, the arrows between them, what
//! waits beside the server's, what arrives beside the browser's.

use plotters::prelude::RGBColor;
use server::link::Direction;

use super::{
    canvas::{Canvas, GUIDE, Hold, INK, MEDIUM, QUIET, SMALL, UPDATES, WIDTH},
    exchange::Exchange,
    number,
};
use crate::capture::{Arrow, What};

pub(super) const TOP: i32 = 176;
pub(super) const BOTTOM: i32 = 592;
/// Columns, from the left of the panel.
const RULER: i32 = 64;
pub(super) const BROWSER: i32 = 192;
pub(super) const SERVER: i32 = 452;
const RIGHT: i32 = WIDTH / 2 - 12;
/// A line of text.
pub(super) const LINE: i32 = 26;
/// How far from its own height a text may stand.
pub(super) const NUDGE: i32 = 15;
/// From the server's line to the numbers of updates.
pub(super) const UPDATE: i32 = 44;

/// A panel while it is drawn.
pub(super) struct Panel<'a, 'b> {
    pub(super) canvas: &'a Canvas<'b>,
    left: i32,
    pub(super) side: &'a Exchange,
}

/// Draws a panel whose left edge is at `left`.
pub fn draw(canvas: &Canvas<'_>, left: i32, side: &Exchange) {
    let panel = Panel { canvas, left, side };
    panel.frame();
    panel.held();
    panel.arrows();
    panel.planned();
    panel.arrivals();
    panel.totals();
}

/// What the span cost and brought, in two lines.
pub fn sums(side: &Exchange) -> [String; 2] {
    let totals = side.totals();
    let bytes = |bytes: usize| number::grouped(bytes as f64, 0);
    let sent = format!(
        "{} up, {} B; {} down, {} B",
        number::count(totals.up, "message"),
        bytes(totals.up_bytes),
        totals.down,
        bytes(totals.down_bytes),
    );
    let all = format!("in all {} B", bytes(totals.up_bytes + totals.down_bytes));
    let brought = match totals.mean_latency_us {
        Some(us) => {
            let updates = number::count(totals.updates, "update");
            format!("{all} for {updates}, mean latency {}", number::ms(us))
        }
        None => all,
    };
    [sent, brought]
}

impl Panel<'_, '_> {
    pub(super) fn x(&self, column: i32) -> i32 {
        self.left + column
    }

    /// The height of an instant, even of one outside the span.
    pub(super) fn y(&self, us: u64) -> i32 {
        let since = us as f64 - self.side.from_us as f64;
        let part = since / self.side.span_us as f64;
        TOP + (part.clamp(-9.0, 9.0) * f64::from(BOTTOM - TOP)).round() as i32
    }

    fn frame(&self) {
        let Self { canvas, side, .. } = self;
        let middle = self.x((BROWSER + SERVER) / 2);
        canvas.bold(
            side.transport.name(),
            (middle, 114),
            MEDIUM + 2,
            Hold::Middle,
            INK,
        );
        let span_ms = side.span_us as f64 / 1000.0;
        let step = number::step(span_ms, 7.0);
        let digits = usize::from(step < 1.0);
        let mut ms = 0.0;
        while ms <= span_ms {
            let y = self.y(side.from_us + (ms * 1000.0).round() as u64);
            canvas.line(vec![(self.x(RULER + 6), y), (self.x(RIGHT), y)], GUIDE, 1);
            let text = number::grouped(ms, digits);
            canvas.text(&text, (self.x(RULER), y), SMALL, Hold::Right, QUIET);
            ms += step;
        }
        let heads = [
            ("ms", RULER, Hold::Right, QUIET),
            ("latency", BROWSER - 46, Hold::Right, QUIET),
            ("browser", BROWSER, Hold::Middle, INK),
            ("server", SERVER, Hold::Middle, INK),
            ("update", SERVER + UPDATE - 6, Hold::Left, QUIET),
        ];
        for (text, column, hold, ink) in heads {
            canvas.text(text, (self.x(column), TOP - 26), SMALL, hold, ink);
        }
        for column in [BROWSER, SERVER] {
            let x = self.x(column);
            canvas.line(vec![(x, TOP - 10), (x, BOTTOM + 6)], INK, 3);
        }
    }

    /// A request that waits for an update is a thick piece of the server's line.
    fn held(&self) {
        for (from, to) in self.side.held() {
            let (from, to) = (self.y(from).max(TOP), self.y(to).min(BOTTOM));
            if to - from > 1 {
                let x = self.x(SERVER);
                self.canvas.bar((x - 5, from), (x + 5, to), INK);
            }
            if to - from > LINE {
                let at = (self.x(SERVER - 12), (from + to) / 2);
                self.canvas.text("held", at, SMALL, Hold::Right, QUIET);
            }
        }
    }

    fn arrows(&self) {
        for arrow in &self.side.arrows {
            self.arrow(arrow);
        }
        let mut last = i32::MIN / 2;
        let whole = |us| self.side.shows(us);
        for arrow in &self.side.arrows {
            let wanted = (self.y(arrow.client_us) + self.y(arrow.server_us)) / 2;
            let y = wanted.max(last + LINE - 4);
            if whole(arrow.client_us) && whole(arrow.server_us) && y - wanted <= NUDGE {
                let at = (self.x((BROWSER + SERVER) / 2), y);
                self.canvas.label(&said(arrow), at, SMALL, INK);
                last = y;
            }
        }
    }

    fn arrow(&self, arrow: &Arrow) {
        let (browser, server) = (self.x(BROWSER + 2), self.x(SERVER - 2));
        let (from, to) = match arrow.direction {
            Direction::Up => (
                (browser, self.y(arrow.client_us)),
                (server, self.y(arrow.server_us)),
            ),
            Direction::Down => (
                (server, self.y(arrow.server_us)),
                (browser, self.y(arrow.client_us)),
            ),
        };
        let inks: Vec<_> = match &arrow.updates[..] {
            carried @ [_, ..] if carried.len() < 4 => {
                carried.iter().map(|update| ink(update.seq)).collect()
            }
            [] if arrow.direction == Direction::Up => vec![QUIET],
            _ => vec![INK],
        };
        for (nth, &ink) in inks.iter().enumerate() {
            let beside = 3 * nth as i32 - 3 * (inks.len() as i32 - 1) / 2;
            let (from, to) = ((from.0, from.1 + beside), (to.0, to.1 + beside));
            self.canvas
                .line(vec![clipped(from, to), clipped(to, from)], ink, 2);
        }
        if (TOP..=BOTTOM).contains(&to.1) {
            self.canvas.shape(head(from, to), inks[0]);
        }
    }

    fn totals(&self) {
        for (nth, text) in sums(self.side).iter().enumerate() {
            let at = (self.x(WIDTH / 4), BOTTOM + 24 + 25 * nth as i32);
            match nth {
                0 => self.canvas.text(text, at, SMALL, Hold::Middle, INK),
                _ => self.canvas.bold(text, at, SMALL, Hold::Middle, INK),
            }
        }
    }
}

fn said(arrow: &Arrow) -> String {
    let what = match (arrow.what, arrow.updates.is_empty()) {
        (What::Request, _) => "request",
        (What::Response, _) => "response",
        (What::Handshake, true) => "handshake",
        (What::Handshake, false) => "handshake + frame",
        (What::Chunk, _) => "chunk",
        (What::Frame, _) => "frame",
    };
    format!("{what} {} B", number::grouped(arrow.bytes as f64, 0))
}

pub(super) fn ink(seq: u64) -> RGBColor {
    UPDATES[(seq % UPDATES.len() as u64) as usize]
}

/// `point`, or where the line to `other` meets the edge of the span.
fn clipped(point: (i32, i32), other: (i32, i32)) -> (i32, i32) {
    let edge = point.1.clamp(TOP - 6, BOTTOM + 6);
    if edge == point.1 || other.1 == point.1 {
        return (point.0, edge);
    }
    let part = f64::from(edge - point.1) / f64::from(other.1 - point.1);
    let x = f64::from(point.0) + part * f64::from(other.0 - point.0);
    (x.round() as i32, edge)
}

/// The head of an arrow, in its direction.
fn head(from: (i32, i32), to: (i32, i32)) -> Vec<(i32, i32)> {
    let (dx, dy) = (f64::from(to.0 - from.0), f64::from(to.1 - from.1));
    let length = dx.hypot(dy).max(1.0);
    let (dx, dy) = (dx / length, dy / length);
    let at = |back: f64, aside: f64| {
        let x = f64::from(to.0) - back * dx - aside * dy;
        let y = f64::from(to.1) - back * dy + aside * dx;
        (x.round() as i32, y.round() as i32)
    };
    vec![to, at(14.0, 6.0), at(14.0, -6.0)]
}
