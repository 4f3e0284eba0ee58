//! The chart of overhead by the mean age of updates: a line over the intervals of each polling
//! transport, and a mark for each other transport.

use std::collections::BTreeSet;

use server::Transport;

use super::{
    canvas::{self, Canvas, HPos, INK, MARGIN, QUIET, SMALL, WIDTH},
    plane::{Axis, BOTTOM, LEFT, Plane, RIGHT, Spread, TOP},
    transport_style::{LINE, ink, mark},
};
use crate::{
    record::{Record, Scenario, SuitePart, units::duration},
    show::{
        freshness::{AgePoint, Freshness},
        number,
        words::{Words, common, freshness as texts},
    },
};

/// Draws the chart of a sweep over the interval.
pub fn draw(id: &str, record: &Record, group: &[SuitePart], words: &Words) -> String {
    let part = &group[0];
    let freshness = Freshness::of(record, part).unwrap_or_default();
    let title = words.of(texts::TITLE);
    let description = description(&freshness, words);
    canvas::svg(words.language, id, title, &description, |canvas| {
        let mut lines = vec![words.of(texts::EXPLAINED).to_string()];
        lines.extend(texts::sentence(&freshness, words));
        canvas.headline(title, &lines);
        let points = || freshness.curves.iter().flat_map(|(_, points)| points);
        if points().next().is_none() {
            let nothing = words.gap(common::NOT_MEASURED);
            canvas.text(&nothing, (MARGIN + 100, TOP + 60), SMALL, HPos::Left, INK);
        } else {
            let ages = points().map(|point| point.age_ms);
            let overheads = points().map(|point| point.overhead);
            let plane = Plane {
                across: Axis::over(words.of(texts::AGE), Spread::Logarithmic, ages),
                up: Axis::over(words.of(texts::OVERHEAD), Spread::Logarithmic, overheads),
            };
            plane.draw(canvas, words);
            curves(canvas, &plane, &freshness);
            intervals(canvas, &plane, &freshness);
            legend(canvas, &freshness, words);
        }
        canvas.foot(&[conditions(part, words), words.origin(record)]);
    })
}

/// The sweep and its conditions, without the interval of its first value.
fn conditions(part: &SuitePart, words: &Words) -> String {
    let name = part.point.as_ref().map_or("", |point| &point.sweep);
    let scenario = Scenario {
        interval: Scenario::default().interval,
        ..part.scenario.clone()
    };
    words.of(common::scenario(name, common::conditions(&scenario)))
}

fn at(plane: &Plane, point: &AgePoint) -> (i32, i32) {
    plane.at((point.age_ms, point.overhead))
}

fn curves(canvas: &Canvas<'_>, plane: &Plane, freshness: &Freshness) {
    if let Some(age_ms) = freshness.reference_ms() {
        let (x, _) = plane.at((age_ms, 1.0));
        canvas.line(vec![(x, TOP), (x, BOTTOM)], QUIET, 1);
    }
    for &(transport, ref points) in &freshness.curves {
        let places: Vec<_> = points.iter().map(|point| at(plane, point)).collect();
        canvas.line(places.clone(), ink(transport), 2);
        for place in places {
            mark(canvas, transport, place);
        }
    }
}

/// The intervals next to their points. An interval that would cover another one is omitted.
fn intervals(canvas: &Canvas<'_>, plane: &Plane, freshness: &Freshness) {
    let mut taken: Vec<[i32; 4]> = Vec::new();
    let curves = freshness.curves.iter();
    let mut points: Vec<_> = curves.flat_map(|(_, points)| points).collect();
    // The highest point of an interval comes first and has the only label.
    points.sort_by(|one, other| other.overhead.total_cmp(&one.overhead));
    let mut labelled = BTreeSet::new();
    for point in points {
        let Some(interval) = point.interval.filter(|&interval| labelled.insert(interval)) else {
            continue;
        };
        let text = duration(interval);
        let wide = canvas::width(&text, SMALL);
        let (x, y) = at(plane, point);
        let boxed = |(left, middle): (i32, i32)| [left, middle - 13, left + wide, middle + 13];
        let places = [
            (x + 10, y - 16),
            (x - 10 - wide, y + 16),
            (x - 10 - wide, y - 16),
            (x + 10, y + 16),
        ];
        let free = places.into_iter().find(|&place| {
            let [left, top, right, bottom] = boxed(place);
            let inside = left > LEFT && right < RIGHT && top > TOP && bottom < BOTTOM;
            let covers = |other: &[i32; 4]| {
                left < other[2] && other[0] < right && top < other[3] && other[1] < bottom
            };
            inside && !taken.iter().any(covers)
        });
        if let Some(place) = free {
            canvas.text(&text, place, SMALL, HPos::Left, INK);
            taken.push(boxed(place));
        }
    }
}

/// The transports with their overhead at the reference's age, or their own overhead if they do not
/// poll.
fn legend(canvas: &Canvas<'_>, freshness: &Freshness, words: &Words) {
    let (left, right) = (RIGHT + 54, WIDTH - MARGIN);
    if let Some(age_ms) = freshness.reference_ms() {
        let heading = words.of(texts::at_age(&number::ms(age_ms * 1000.0)));
        canvas.bold(&heading, (right, TOP + 12), SMALL, HPos::Right, INK);
    }
    for (nth, (transport, points)) in freshness.curves.iter().enumerate() {
        let y = TOP + 12 + LINE * (nth as i32 + 1);
        mark(canvas, *transport, (left, y));
        canvas.text(transport.name(), (left + 16, y), SMALL, HPos::Left, INK);
        let text = overhead(freshness, *transport, points);
        canvas.text(&text, (right, y), SMALL, HPos::Right, INK);
    }
}

fn overhead(freshness: &Freshness, transport: Transport, points: &[AgePoint]) -> String {
    match (freshness.equal(transport), points) {
        (Some(equal), _) => texts::bytes(&equal, 0),
        (None, [point]) if point.interval.is_none() => number::grouped(point.overhead, 0),
        _ => "–".into(),
    }
}

fn description(freshness: &Freshness, words: &Words) -> String {
    let curve = |(transport, points): &(Transport, Vec<AgePoint>)| {
        let points = points.iter().map(|point| words.of(texts::point(point)));
        let points: Vec<_> = points.collect();
        let text = match points.is_empty() {
            true => words.gap(common::NOT_MEASURED),
            false => points.join(", "),
        };
        format!("{transport}: {text}")
    };
    let curves: Vec<_> = freshness.curves.iter().map(curve).collect();
    curves.join("; ") + "."
}
