//! The charts of a sweep: measurements as one parameter varies, and the theoretical curves.

use server::Transport;

use super::{
    canvas::{self, Canvas, HPos, INK, MARGIN, SMALL, WIDTH},
    plane::{Axis, BOTTOM, Plane, Spread, TOP, ends},
    transport_style::{End, ink, label_ends, mark},
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
        explained.extend(bounded.map(|_| words.of(texts::GROWS).into()));
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
            let nothing = words.gap(common::NOT_MEASURED);
            canvas.text(&nothing, (MARGIN + 100, TOP + 60), SMALL, HPos::Left, INK);
        } else {
            let values = points().map(|(value, _)| *value);
            let ends = points().flat_map(|(_, estimate)| ends(estimate));
            let name = words.of(texts::parameter(parameter));
            let plane = Plane {
                across: Axis::over(name, spread(parameter), values),
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
    let line = |&transport: &Transport| {
        let points = group.iter().filter_map(|part| {
            let rows = record.good(&part.scenario.name, transport);
            let estimate = Estimate::of(&rows, column.resolution, column.of)?;
            Some((parameter.of(&part.scenario), estimate))
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
    group[0].transports.iter().map(line).collect()
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
        let point = |value| words.of(texts::point(line.transport.name(), value));
        values.map(point).collect()
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
    let ink = ink(line.transport);
    let curve = line.theory.iter().filter(|(_, mean)| plane.holds(*mean));
    canvas.line(curve.map(|&point| plane.at(point)).collect(), ink, 1);
    let at = |&(value, estimate): &(f64, Estimate)| plane.at((value, estimate.median));
    let is_inside = |(_, estimate): &&(f64, Estimate)| plane.holds(estimate.median);
    let points = || line.points.iter().filter(is_inside);
    // Without a theoretical curve a line connects the marks.
    if line.theory.is_empty() {
        canvas.line(points().map(at).collect(), ink, 2);
    }
    for point in points() {
        let ((x, y), (value, estimate)) = (at(point), point);
        if let Some((low, high)) = estimate.variation().map(Variation::ends) {
            let end = |y: f64| plane.at((*value, y)).1.clamp(TOP, BOTTOM);
            let bottom = match plane.holds(low) {
                true => end(low),
                false => BOTTOM.min(y + 40),
            };
            canvas.line(vec![(x, bottom), (x, end(high))], ink, 2);
        }
        mark(canvas, line.transport, (x, y));
    }
}

/// Names next to the last points, moved apart if these are close to each other. The median is shown
/// if the last point is at the end of the sweep.
fn labels(canvas: &Canvas<'_>, plane: &Plane, kind: Kind, lines: &[Series]) {
    let ends = lines.iter().filter_map(|line| line.points.last());
    let end = ends.map(|point| point.0).fold(0.0, f64::max);
    let last = |line: &Series| {
        let mut points = line.points.iter();
        let (value, estimate) = points.rfind(|(_, estimate)| plane.holds(estimate.median))?;
        Some(End {
            at: plane.at((*value, estimate.median)),
            transport: line.transport,
            value: match *value == end {
                true => with_unit(kind, estimate.median),
                false => "–".into(),
            },
        })
    };
    label_ends(canvas, lines.iter().filter_map(last), TOP, BOTTOM);
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
        let text = match points.is_empty() {
            true => words.gap(common::NOT_MEASURED),
            false => points.join(", "),
        };
        format!("{}: {text}", line.transport)
    };
    let lines: Vec<_> = lines.iter().map(line).collect();
    let name = words.of(texts::parameter(parameter));
    words.of(texts::description(name, &lines.join("; ")))
}
