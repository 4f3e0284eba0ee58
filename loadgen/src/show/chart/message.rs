//! Drawing messages and updates, for both directions of time.

use super::{
    canvas::{self, Canvas, HPos, INK, QUIET, SMALL, WHITE},
    excerpt::Delivery,
};
use crate::{
    record::{Arrow, Direction, Measurement},
    show::{
        number,
        words::{Words, messages as texts},
    },
};

/// A circle with a number in it.
pub(super) const RADIUS: i32 = 12;

/// `point`, or the intersection of the line to `other` with the edge of the panel. The first
/// coordinate is that of time.
fn clipped(point: (i32, i32), other: (i32, i32), (first, last): (i32, i32)) -> (i32, i32) {
    let edge = point.0.clamp(first, last);
    let across = match edge == point.0 || other.0 == point.0 {
        true => point.1,
        false => {
            let part = f64::from(edge - point.0) / f64::from(other.0 - point.0);
            point.1 + (part * f64::from(other.1 - point.1)).round() as i32
        }
    };
    (edge, across)
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

/// A message as an arrow, darker and thicker if it carries updates. The first coordinate of its
/// points at the browser and at the server is that of time, which has the given edges; `to_place`
/// gives their place on the slide.
pub(super) fn arrow(
    canvas: &Canvas<'_>,
    arrow: &Arrow,
    [browser, server]: [(i32, i32); 2],
    edges: (i32, i32),
    to_place: fn((i32, i32)) -> (i32, i32),
) {
    let (from, to) = match arrow.direction {
        Direction::Up => (browser, server),
        Direction::Down => (server, browser),
    };
    let (ink, width) = match arrow.updates.is_empty() {
        true => (QUIET, 2),
        false => (INK, 3),
    };
    let line = [clipped(from, to, edges), clipped(to, from, edges)];
    canvas.line(line.map(to_place).into(), ink, width);
    if (edges.0..=edges.1).contains(&to.0) {
        canvas.shape(tip(to_place(from), to_place(to)), ink);
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
pub(super) fn sums(run: &Measurement, brief: bool, words: &Words) -> [String; 2] {
    let updates = run.updates_received as f64;
    let count = match brief {
        true => number::grouped(updates, 0),
        false => words.of(texts::updates(run.updates_received)),
    };
    let bytes = match run.bytes_per_update.total {
        Some(each) => format!(
            "{count} × {} B = {} B",
            number::trimmed(each, 1),
            number::grouped(each * updates, 0)
        ),
        None => count,
    };
    let mean = run.latency_us.mean;
    let mean = mean.map(|us| words.of(texts::mean(&number::ms(us))));
    [bytes, mean.unwrap_or_default()]
}
