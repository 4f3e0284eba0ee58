//! The chart of latency by percentile. On its scale each further nine (90 %, 99 %, 99.9 %) has the
//! same width.

use hdrhistogram::Histogram;
use server::Transport;

use super::{
    canvas::{self, Canvas, GUIDE, HPos, INK, MARGIN, MEDIUM, SMALL, WIDTH},
    transport_style::{End, ink, label_ends, mark},
};
use crate::{
    record::{Record, SuitePart},
    show::{
        number,
        words::{Words, common, latency as texts},
    },
};

const LEFT: i32 = 112;
const RIGHT: i32 = 940;
const TOP: i32 = 150;
const BOTTOM: i32 = 580;

/// A transport's line.
struct Curve {
    transport: Transport,
    /// Nines and microseconds.
    points: Vec<(f64, f64)>,
    missing: Option<String>,
}

/// Draws the chart of one scenario.
pub fn draw(id: &str, record: &Record, part: &SuitePart, words: &Words) -> String {
    let lines = Transport::ALL.map(|transport| line(record, &part.scenario.name, transport, words));
    let title = words.of(texts::TITLE);
    let description = description(&lines, words);
    canvas::svg(words.language, id, title, &description, |canvas| {
        let mut explained = vec![words.of(texts::EXPLAINED).into()];
        explained.extend(words.few_updates(&part.scenario));
        canvas.headline(title, &explained);
        let points: Vec<_> = lines.iter().flat_map(|line| &line.points).collect();
        if !points.is_empty() {
            let scale = Scale::over(&points);
            scale.axes(canvas, words);
            for line in &lines {
                trace(canvas, &scale, line);
            }
            labels(canvas, &scale, &lines);
        }
        write_gaps(canvas, &lines, words);
        canvas.foot(&words.caption(record, part));
    })
}

fn line(record: &Record, scenario: &str, transport: Transport, words: &Words) -> Curve {
    let (points, missing) = match record.latencies(scenario, transport) {
        Ok(Some(histogram)) if !histogram.is_empty() => (points(&histogram), None),
        Ok(Some(_)) => (Vec::new(), Some(words.gap(common::UNDELIVERED))),
        Ok(None) => (Vec::new(), words.missing(record, scenario, transport)),
        // The error contains a path of this machine, which is not part of the record.
        Err(_) => (Vec::new(), Some(words.gap(texts::UNREADABLE))),
    };
    Curve {
        transport,
        points,
        missing,
    }
}

/// The k-th of n latencies is at (k - 1/2) / n, so that the maximum has a place too.
fn points(histogram: &Histogram<u64>) -> Vec<(f64, f64)> {
    let all = histogram.len() as f64;
    let mut before = 0.0;
    let mut points = Vec::new();
    for step in histogram.iter_recorded() {
        let us = step.value_iterated_to().max(1) as f64;
        let count = step.count_at_value() as f64;
        let nines = |rank: f64| -((1.0 - (rank - 0.5) / all).log10());
        points.push((nines(before + 1.0), us));
        points.push((nines(before + count), us));
        before += count;
    }
    points
}

fn trace(canvas: &Canvas<'_>, scale: &Scale, line: &Curve) {
    let mut pixels: Vec<_> = line.points.iter().map(|point| scale.at(point)).collect();
    pixels.dedup();
    let Some(&end) = pixels.last() else { return };
    canvas.line(pixels.clone(), ink(line.transport), 3);
    // Marks have different places on each line, so that lines under others stay visible.
    let mut due = LEFT + 14 * line.transport as i32;
    for (x, y) in pixels {
        if x >= due {
            mark(canvas, line.transport, (x, y));
            due += 8 * 14 * (1 + (x - due) / (8 * 14));
        }
    }
    mark(canvas, line.transport, end);
}

/// Names at the ends of the lines, moved apart if lines end close to each other.
fn labels(canvas: &Canvas<'_>, scale: &Scale, lines: &[Curve]) {
    let end = |line: &Curve| {
        let point = line.points.last()?;
        Some(End {
            at: scale.at(point),
            transport: line.transport,
            value: number::ms(point.1),
        })
    };
    label_ends(canvas, lines.iter().filter_map(end), TOP, BOTTOM);
}

/// The missing lines, grouped by reason.
fn gaps(lines: &[Curve], words: &Words) -> String {
    let gaps = lines
        .iter()
        .filter_map(|line| Some((line.transport, line.missing.clone()?)));
    let mut gaps = words.by_text(gaps);
    // Errors come before transports that were not measured.
    gaps.sort_by_key(|(gap, _)| *gap == words.gap(common::NOT_MEASURED));
    let gaps = gaps.iter().map(|(gap, names)| format!("{names}: {gap}"));
    gaps.collect::<Vec<_>>().join("; ")
}

/// The gaps in one line above the caption, or in the middle if there is nothing else.
fn write_gaps(canvas: &Canvas<'_>, lines: &[Curve], words: &Words) {
    let gaps = gaps(lines, words);
    if lines.iter().any(|line| line.missing.is_none()) {
        let gaps = canvas::fitted(&gaps, WIDTH - 2 * MARGIN, SMALL);
        canvas.text(&gaps, (MARGIN, BOTTOM + 72), SMALL, HPos::Left, INK);
        return;
    }
    let room = WIDTH - 2 * LEFT - 40;
    for (nth, line) in canvas::wrapped(&gaps, room, MEDIUM, 12).iter().enumerate() {
        let at = (LEFT + 20, TOP + 40 + 30 * nth as i32);
        canvas.text(line, at, MEDIUM, HPos::Left, INK);
    }
}

fn description(lines: &[Curve], words: &Words) -> String {
    let lines = lines.iter().map(|line| {
        let worst = line
            .points
            .last()
            .map(|(_, us)| words.of(texts::worst(&number::ms(*us))));
        let text = line.missing.clone().or(worst).unwrap_or_default();
        format!("{}: {text}", line.transport)
    });
    lines.collect::<Vec<_>>().join("; ") + "."
}

/// Converts measured values to pixels: each further nine has the same width, each tenfold of time the
/// same height.
struct Scale {
    nines: f64,
    low: f64,
    high: f64,
}

impl Scale {
    /// A scale for all points (nines and microseconds), of which there is at least one.
    fn over(points: &[&(f64, f64)]) -> Self {
        let us = || points.iter().map(|point| point.1);
        let (lowest, highest) = (us().fold(f64::INFINITY, f64::min), us().fold(0.0, f64::max));
        let low = rungs()
            .take_while(|rung| *rung <= lowest * 0.95 * 1.000_001)
            .last();
        let low = low.expect("a latency is at least a microsecond");
        let high = rungs().find(|rung| *rung >= highest * 0.999_999);
        let high = high.expect("there is always a higher step");
        Self {
            nines: points.iter().map(|point| point.0).fold(1.0, f64::max),
            low,
            high: high.max(low * 10.0),
        }
    }

    /// The position of a point.
    fn at(&self, &(nines, us): &(f64, f64)) -> (i32, i32) {
        (self.x(nines), self.y(us))
    }

    fn x(&self, nines: f64) -> i32 {
        LEFT + (nines.max(0.0) / self.nines * f64::from(RIGHT - LEFT)).round() as i32
    }

    fn y(&self, us: f64) -> i32 {
        let part = (us / self.low).ln() / (self.high / self.low).ln();
        BOTTOM - (part * f64::from(BOTTOM - TOP)).round() as i32
    }

    /// Both axes with their units.
    fn axes(&self, canvas: &Canvas<'_>, words: &Words) {
        let decades = (self.high / self.low).log10();
        let rungs = rungs().skip_while(|us| *us < self.low);
        for us in rungs.take_while(|us| *us <= self.high) {
            let y = self.y(us);
            canvas.line(vec![(LEFT, y), (RIGHT, y)], GUIDE, 1);
            let one = (us.log10() - us.log10().round()).abs() < 1e-6;
            if one || decades < 4.5 {
                let time = written(us / 1000.0);
                canvas.text(&time, (LEFT - 10, y), SMALL, HPos::Right, INK);
            }
        }
        let time = words.of(common::logarithmic(words.of(texts::TIME)));
        canvas.text(&time, (MARGIN, TOP - 25), SMALL, HPos::Left, INK);
        let mut last = i32::MIN;
        for (percentile, nines) in percentiles() {
            let x = self.x(nines);
            let half = canvas::width(&percentile, SMALL) / 2;
            if nines <= self.nines && x - half > last + 12 {
                canvas.line(vec![(x, TOP), (x, BOTTOM + 6)], GUIDE, 1);
                canvas.text(&percentile, (x, BOTTOM + 20), SMALL, HPos::Center, INK);
                last = x + half;
            }
        }
        let title = words.of(texts::PERCENTAGE);
        let middle = ((LEFT + RIGHT) / 2, BOTTOM + 46);
        canvas.text(title, middle, SMALL, HPos::Center, INK);
    }
}

/// The steps of the axis: 1, 2, 5 and 10 of every decade of microseconds.
fn rungs() -> impl Iterator<Item = f64> {
    (-1..).flat_map(|power| [1.0, 2.0, 5.0].map(|step| step * 10f64.powi(power)))
}

fn written(ms: f64) -> String {
    match ms {
        1.0.. => number::grouped(ms, 0),
        ms => format!("{ms:.3}").trim_end_matches('0').into(),
    }
}

/// 0, 50, 90, 99, 99.9 and so on, with their nines.
fn percentiles() -> impl Iterator<Item = (String, f64)> {
    let all = [("0", 0.0), ("50", 2f64.log10()), ("90", 1.0), ("99", 2.0)];
    let more = (3..10).map(|nines| (format!("99.{}", "9".repeat(nines - 2)), nines as f64));
    let all = all.into_iter().map(|(text, nines)| (text.into(), nines));
    all.chain(more)
}
