//! Drawing messages and updates, for both directions of time.

use super::{
    canvas::{self, Canvas, HPos, INK, QUIET, SMALL, WHITE},
    excerpt::{Delivery, Totals},
};
use crate::{
    record::{Arrow, Direction},
    show::{
        number,
        words::{Words, messages as texts},
    },
};

/// A circle with a number in it.
pub(super) const RADIUS: i32 = 12;

/// The direction of time, and the first and last coordinate.
#[derive(Clone, Copy)]
pub(super) enum Time {
    Down(i32, i32),
    Right(i32, i32),
}

impl Time {
    fn edges(self) -> (i32, i32) {
        match self {
            Self::Down(first, last) | Self::Right(first, last) => (first, last),
        }
    }

    /// Swaps the coordinates if time runs down: a point becomes its place in time and across, or the
    /// other way round.
    fn turned(self, (x, y): (i32, i32)) -> (i32, i32) {
        match self {
            Self::Down(..) => (y, x),
            Self::Right(..) => (x, y),
        }
    }

    /// `point`, or the intersection of the line to `other` with the edge of the panel.
    fn clipped(self, point: (i32, i32), other: (i32, i32)) -> (i32, i32) {
        let (first, last) = self.edges();
        let (point, other) = (self.turned(point), self.turned(other));
        let edge = point.0.clamp(first, last);
        let across = match edge == point.0 || other.0 == point.0 {
            true => point.1,
            false => {
                let part = f64::from(edge - point.0) / f64::from(other.0 - point.0);
                point.1 + (part * f64::from(other.1 - point.1)).round() as i32
            }
        };
        self.turned((edge, across))
    }
}

/// The spans of waiting updates that have room in one of two lanes, each with its lane.
pub(super) fn lanes(spans: impl Iterator<Item = (i32, i32)>) -> Vec<(i32, (i32, i32))> {
    let mut ends = [i32::MIN; 2];
    let mut lanes = Vec::new();
    for (from, to) in spans.filter(|(from, to)| to - from > 1) {
        if let Some(lane) = ends.iter().position(|&end| end <= from) {
            ends[lane] = to;
            lanes.push((lane as i32, (from, to)));
        }
    }
    lanes
}

/// The wait of an update as text; `None` if it is below a millisecond.
pub(super) fn wait(update: &Delivery) -> Option<String> {
    let us = update.wait_us().filter(|&us| us >= 1_000)?;
    Some(format!("{} ms", number::grouped(us as f64 / 1000.0, 0)))
}

/// A message as an arrow between two points, darker and thicker if it carries updates.
pub(super) fn arrow(
    canvas: &Canvas<'_>,
    arrow: &Arrow,
    browser: (i32, i32),
    server: (i32, i32),
    time: Time,
) {
    let (from, to) = match arrow.direction {
        Direction::Up => (browser, server),
        Direction::Down => (server, browser),
    };
    let (ink, width) = match arrow.updates.is_empty() {
        true => (QUIET, 2),
        false => (INK, 3),
    };
    canvas.line(
        vec![time.clipped(from, to), time.clipped(to, from)],
        ink,
        width,
    );
    let (first, last) = time.edges();
    if (first..=last).contains(&time.turned(to).0) {
        canvas.shape(tip(from, to), ink);
    }
}

/// The tip of an arrow, in its direction.
fn tip(from: (i32, i32), to: (i32, i32)) -> Vec<(i32, i32)> {
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

/// The label of an arrow: its kind and bytes, or only the bytes if there is not enough room.
pub(super) fn label(arrow: &Arrow, room: i32, words: &Words) -> String {
    let bytes = format!("{} B", number::grouped(arrow.bytes as f64, 0));
    let kind = words.of(texts::kind(arrow.what, !arrow.updates.is_empty()));
    let text = format!("{kind} {bytes}");
    match canvas::width(&text, SMALL) <= room {
        true => text,
        false => bytes,
    }
}

/// The number of an update.
pub(super) fn numbered(canvas: &Canvas<'_>, at: (i32, i32), seq: u64) {
    let text = seq.to_string();
    let half = (canvas::width(&text, SMALL - 2) / 2 - 8).max(0);
    canvas.dot(at, RADIUS + 2, WHITE);
    canvas.dot((at.0 - half, at.1), RADIUS, INK);
    canvas.dot((at.0 + half, at.1), RADIUS, INK);
    canvas.bold(&text, at, SMALL - 2, HPos::Center, WHITE);
}

/// The totals of a run, in two lines.
pub(super) fn sums(totals: &Totals, brief: bool, words: &Words) -> [String; 2] {
    let updates = totals.updates as f64;
    let count = match brief {
        true => number::grouped(updates, 0),
        false => words.of(texts::updates(totals.updates)),
    };
    let bytes = match totals.bytes_per_update {
        Some(each) => format!(
            "{count} × {} B = {} B",
            number::trimmed(each, 1),
            number::grouped(each * updates, 0)
        ),
        None => count,
    };
    let mean = totals.mean_latency_us;
    let mean = mean.map(|us| words.of(texts::mean(&number::ms(us))));
    [bytes, mean.unwrap_or_default()]
}
