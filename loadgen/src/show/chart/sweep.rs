//! The charts of a sweep: measurements as one parameter varies, and the theoretical curves.

use server::Transport;

use super::{
    canvas::{self, Canvas, Hold, INK, MARGIN, QUIET, SMALL, WIDTH},
    plane::{Axis, BOTTOM, Plane, RIGHT, Spread, TOP},
    transport_style::{apart, ink, mark},
};
use crate::{
    record::{Parameter, Record, SuitePart},
    show::{
        columns::{self, Column},
        kind::Kind,
        number,
        statistics::{Estimate, Variation},
        theory,
        words::{Words, common, sweep as texts},
    },
};

/// The charts of a sweep over a parameter.
pub const fn kinds(parameter: Parameter) -> &'static [Kind] {
    match parameter {
        Parameter::Rtt | Parameter::Rate => &[Kind::LatencyOver],
        Parameter::Clients => &[Kind::CpuOver, Kind::MemoryOver],
        Parameter::Payload | Parameter::Cookie => &[Kind::OverheadOver],
        Parameter::Interval => &[Kind::OverheadOverAge],
    }
}

/// A transport's measured points and its theoretical curve.
struct Series {
    transport: Transport,
    /// The parameter's value, and the estimate over the repeats.
    points: Vec<(f64, Estimate)>,
    theory: Vec<(f64, f64)>,
}

/// Draws a chart of a sweep.
pub fn draw(id: &str, kind: Kind, record: &Record, group: &[SuitePart], words: &Words) -> String {
    let part = &group[0];
    let parameter = part.point.as_ref().map(|point| point.parameter);
    let parameter = parameter.expect("a group of a sweep has a parameter");
    let lines = lines(kind, record, group, parameter);
    let mut title = words.of(texts::title(kind, parameter));
    let bounded = part.scenario.max.filter(|_| kind == Kind::LatencyOver);
    title.extend(bounded.map(|max| words.of(texts::at_most(max))));
    let description = description(kind, &lines, parameter, words);
    canvas::svg(words.language, id, &title, &description, |canvas| {
        let missing = missing(group, &lines, parameter, words);
        let bars = words.of(common::bars(part.repeats));
        let mut explained = vec![words.of(texts::explained(kind, &bars))];
        if bounded.is_some() {
            explained.push(words.of(texts::GROWS).into());
        }
        if !missing.is_empty() {
            let missing = words.of(texts::missing(&missing.join(", ")));
            let last = explained.last_mut().expect("there is a line");
            let whole = format!("{last} {missing}");
            match canvas::width(&whole, SMALL) <= WIDTH - 2 * MARGIN {
                true => *last = whole,
                // There is room for two lines.
                false => explained.insert(1, missing),
            }
            explained.truncate(2);
        }
        canvas.headline(&title, &explained);
        let points = || lines.iter().flat_map(|line| &line.points);
        if points().next().is_none() {
            let nothing = words.gap(words.of(common::NOT_MEASURED));
            canvas.text(&nothing, (MARGIN + 100, TOP + 60), SMALL, Hold::Left, INK);
        } else {
            let values = points().map(|(value, _)| *value);
            let ends = points().flat_map(|(_, estimate)| {
                let (low, high) = estimate.range;
                let (low, high) = estimate.variation().map_or((low, high), Variation::ends);
                [estimate.median, low.max(estimate.median / 2.0), high]
            });
            let plane = Plane {
                across: Axis::over(
                    words.of(texts::parameter(parameter)),
                    spread(parameter),
                    values,
                ),
                up: Axis::over(words.of(texts::unit(kind)), Spread::Logarithmic, ends),
            };
            plane.draw(canvas, words);
            for line in &lines {
                trace(canvas, &plane, line);
            }
            labels(canvas, &plane, kind, &lines);
        }
        let sweep = part.point.as_ref().map_or("", |point| &point.sweep);
        let conditions = words.of(common::conditions(&part.scenario));
        let sweep = words.of(texts::sweep(sweep, &conditions));
        canvas.foot(&[sweep, words.origin(record)]);
    })
}

fn lines(kind: Kind, record: &Record, group: &[SuitePart], parameter: Parameter) -> Vec<Series> {
    let column = column(kind);
    let of_parts: Vec<_> = group
        .iter()
        .map(|part| columns::cells(record, part, &column))
        .collect();
    let line = |(place, &transport): (usize, &Transport)| {
        let parts = group.iter().zip(&of_parts);
        let points = parts.filter_map(|(part, cells)| {
            Some((parameter.of(&part.scenario), cells[place].estimate?))
        });
        Series {
            transport,
            points: points.collect(),
            theory: match kind {
                Kind::LatencyOver => expected(transport, group, parameter),
                _ => Vec::new(),
            },
        }
    };
    group[0].transports.iter().enumerate().map(line).collect()
}

/// The missing points of all lines.
fn missing(
    group: &[SuitePart],
    lines: &[Series],
    parameter: Parameter,
    words: &Words,
) -> Vec<String> {
    let lacks = |line: &Series, value: f64| line.points.iter().all(|point| point.0 != value);
    let values = || group.iter().map(|part| parameter.of(&part.scenario));
    let of_line = |line: &Series| {
        if line.points.is_empty() {
            return vec![line.transport.to_string()];
        }
        let values = values().filter(|&value| lacks(line, value));
        let name = line.transport.name();
        values
            .map(|value| words.of(texts::point(name, value)))
            .collect::<Vec<_>>()
    };
    lines.iter().flat_map(of_line).collect()
}

/// The theoretical curve at the values of the sweep and between them, up to the point from which
/// latency grows without bound.
fn expected(transport: Transport, group: &[SuitePart], parameter: Parameter) -> Vec<(f64, f64)> {
    const BETWEEN: u32 = 40;
    let mut curve = Vec::new();
    for pair in group.windows(2) {
        let [from, to] = [&pair[0].scenario, &pair[1].scenario];
        for nth in 0..=BETWEEN {
            let scenario = parameter.between(from, to, f64::from(nth) / f64::from(BETWEEN));
            match theory::mean_ms(transport, &scenario) {
                Some(mean) => curve.push((parameter.of(&scenario), mean)),
                None => return curve,
            }
        }
    }
    curve
}

const fn spread(parameter: Parameter) -> Spread {
    match parameter {
        Parameter::Rtt | Parameter::Cookie => Spread::Linear,
        Parameter::Rate | Parameter::Clients | Parameter::Payload | Parameter::Interval => {
            Spread::Logarithmic
        }
    }
}

const fn column(kind: Kind) -> Column {
    match kind {
        Kind::CpuOver => columns::CPU,
        Kind::MemoryOver => columns::MEMORY,
        Kind::OverheadOver => columns::AROUND_PERCENT,
        _ => columns::MEAN,
    }
}

fn trace(canvas: &Canvas<'_>, plane: &Plane, line: &Series) {
    let nth = line.transport as usize;
    let curve: Vec<_> = line
        .theory
        .iter()
        .filter(|(_, mean)| plane.holds(*mean))
        .map(|&point| plane.at(point))
        .collect();
    if curve.len() > 1 {
        canvas.line(curve, ink(nth), 1);
    }
    let at: Vec<_> = line
        .points
        .iter()
        .filter(|(_, estimate)| plane.holds(estimate.median))
        .map(|&(value, estimate)| (plane.at((value, estimate.median)), value, estimate))
        .collect();
    // Without a theoretical curve a line connects the marks.
    if line.theory.is_empty() && at.len() > 1 {
        canvas.line(at.iter().map(|point| point.0).collect(), ink(nth), 2);
    }
    for &((x, y), value, estimate) in &at {
        if let Some((low, high)) = estimate.variation().map(Variation::ends) {
            let end = |y: f64| plane.at((value, y)).1.clamp(TOP, BOTTOM);
            let bottom = if plane.holds(low) {
                end(low)
            } else {
                BOTTOM.min(y + 40)
            };
            canvas.line(vec![(x, bottom), (x, end(high))], ink(nth), 2);
        }
        mark(canvas, nth, (x, y));
    }
}

/// Names next to the last points, moved apart if these are close to each other. The median is shown
/// if the last point is at the end of the sweep.
fn labels(canvas: &Canvas<'_>, plane: &Plane, kind: Kind, lines: &[Series]) {
    let ends = || lines.iter().filter_map(|line| line.points.last());
    let end = ends().map(|point| point.0).fold(0.0, f64::max);
    let last = |line: &Series| {
        let points = line.points.iter();
        let mut points = points.filter(|(_, estimate)| plane.holds(estimate.median));
        let (value, estimate) = *points.next_back()?;
        let median = (value == end).then_some(estimate.median);
        Some((plane.at((value, estimate.median)), median))
    };
    let mut ends: Vec<_> = lines
        .iter()
        .filter_map(|line| last(line).map(|(at, median)| (at, median, line.transport)))
        .collect();
    ends.sort_by_key(|(at, _, transport)| (at.1, *transport));
    let wanted: Vec<_> = ends.iter().map(|end| end.0.1).collect();
    for ((at, median, transport), y) in ends.iter().zip(apart(&wanted, TOP, BOTTOM)) {
        let x = RIGHT + 66;
        canvas.line(vec![(at.0 + 9, at.1), (x - 34, y), (x - 22, y)], QUIET, 1);
        mark(canvas, *transport as usize, (x - 12, y));
        canvas.text(transport.name(), (x + 4, y), SMALL, Hold::Left, INK);
        let right = WIDTH - MARGIN;
        let text = median.map_or("–".into(), |median| with_unit(kind, median));
        canvas.text(&text, (right, y), SMALL, Hold::Right, INK);
    }
}

/// A value with its unit.
fn with_unit(kind: Kind, value: f64) -> String {
    let digits = match value {
        100.0.. => 0,
        10.0.. => 1,
        _ => 2,
    };
    let number = number::grouped(value, digits);
    match kind {
        Kind::CpuOver => format!("{number} µs"),
        Kind::MemoryOver => format!("{number} MB"),
        Kind::OverheadOver => format!("{number} %"),
        _ => number::ms(value * 1000.0),
    }
}

fn description(kind: Kind, lines: &[Series], parameter: Parameter, words: &Words) -> String {
    let line = |line: &Series| {
        let point = |(value, estimate): &(f64, Estimate)| {
            words.of(texts::point(&with_unit(kind, estimate.median), *value))
        };
        let points: Vec<_> = line.points.iter().map(point).collect();
        match points.is_empty() {
            true => format!(
                "{}: {}",
                line.transport,
                words.gap(words.of(common::NOT_MEASURED))
            ),
            false => format!("{}: {}", line.transport, points.join(", ")),
        }
    };
    let lines: Vec<_> = lines.iter().map(line).collect();
    words.of(texts::description(
        words.of(texts::parameter(parameter)),
        &lines.join("; "),
    ))
}
