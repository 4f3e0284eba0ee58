//! The chart of latency by percentile. On its scale each further nine (90 %, 99 %, 99.9 %) has the
//! same width.

use hdrhistogram::Histogram;
use server::Transport;

use super::{
    canvas::{self, Canvas, Hold, INK, MARGIN, MEDIUM, QUIET, SMALL, WIDTH},
    nines::{BOTTOM, LEFT, Scale, TOP},
    transport_style::{apart, ink, mark},
};
use crate::{
    record::{Record, SuitePart},
    show::{
        number,
        words::{Words, common, latency as texts},
    },
};

const LABELS: i32 = 1006;

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
    canvas::svg(
        words.language,
        id,
        title,
        &description(&lines, words),
        |canvas| {
            let explained = [Some(words.of(texts::EXPLAINED).into())];
            let explained = explained
                .into_iter()
                .chain([words.few_updates(&part.scenario)]);
            canvas.headline(title, &explained.flatten().collect::<Vec<_>>());
            if lines.iter().any(|line| !line.points.is_empty()) {
                let scale = Scale::over(|| lines.iter().flat_map(|line| &line.points));
                scale.axes(canvas, words);
                for (nth, line) in lines.iter().enumerate() {
                    trace(canvas, &scale, nth, line);
                }
                labels(canvas, &scale, &lines);
            }
            write_gaps(canvas, &lines, words);
            canvas.foot(&words.caption(record, part));
        },
    )
}

fn line(record: &Record, scenario: &str, transport: Transport, words: &Words) -> Curve {
    let (points, missing) = match record.latencies(scenario, transport) {
        Ok(Some(histogram)) if !histogram.is_empty() => (points(&histogram), None),
        Ok(Some(_)) => (Vec::new(), Some(words.of(common::UNDELIVERED).into())),
        Ok(None) => (Vec::new(), words.missing(record, scenario, transport)),
        // The error contains a path of this machine, which is not part of the record.
        Err(_) => (Vec::new(), Some(words.of(texts::UNREADABLE).into())),
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

fn trace(canvas: &Canvas<'_>, scale: &Scale, nth: usize, line: &Curve) {
    let points = line.points.iter();
    let mut pixels: Vec<_> = points
        .map(|&(nines, us)| (scale.x(nines), scale.y(us)))
        .collect();
    pixels.dedup();
    let Some(&end) = pixels.last() else { return };
    if pixels.len() > 1 {
        canvas.line(pixels.clone(), ink(nth), 3);
    }
    // Marks have different places on each line, so that lines under others stay visible.
    let mut due = LEFT + 14 * nth as i32;
    for &(x, y) in &pixels {
        if x >= due {
            mark(canvas, nth, (x, y));
            due += 8 * 14 * (1 + (x - due) / (8 * 14));
        }
    }
    mark(canvas, nth, end);
}

/// Names at the ends of the lines, moved apart if lines end close to each other.
fn labels(canvas: &Canvas<'_>, scale: &Scale, lines: &[Curve]) {
    let mut ends: Vec<_> = (0..lines.len())
        .filter_map(|nth| Some((scale.y(lines[nth].points.last()?.1), nth)))
        .collect();
    ends.sort_unstable();
    let wanted: Vec<_> = ends.iter().map(|end| end.0).collect();
    let ys = apart(&wanted, TOP, BOTTOM);
    for (&(_, nth), y) in ends.iter().zip(ys) {
        let line = &lines[nth];
        let &(nines, us) = line
            .points
            .last()
            .expect("lines without points are left out");
        let end = (scale.x(nines) + 9, scale.y(us));
        canvas.line(vec![end, (LABELS - 34, y), (LABELS - 22, y)], QUIET, 1);
        mark(canvas, nth, (LABELS - 12, y));
        canvas.text(
            line.transport.name(),
            (LABELS + 4, y),
            SMALL,
            Hold::Left,
            INK,
        );
        let right = canvas::WIDTH - MARGIN;
        canvas.text(&number::ms(us), (right, y), SMALL, Hold::Right, INK);
    }
}

/// The missing lines, grouped by reason.
fn gaps(lines: &[Curve], words: &Words) -> String {
    let mut reasons: Vec<(&str, Vec<String>)> = Vec::new();
    for line in lines {
        let Some(reason) = &line.missing else {
            continue;
        };
        let name = line.transport.to_string();
        match reasons.iter_mut().find(|(other, _)| other == reason) {
            Some((_, names)) => names.push(name),
            None => reasons.push((reason, vec![name])),
        }
    }
    // Errors come before transports that were not measured.
    reasons.sort_by_key(|(reason, _)| *reason == words.of(common::NOT_MEASURED));
    let gaps = reasons.iter();
    let gaps = gaps.map(|(reason, names)| format!("{}: {}", words.list(names), words.gap(reason)));
    gaps.collect::<Vec<_>>().join("; ")
}

/// The gaps in one line above the caption, or in the middle if there is nothing else.
fn write_gaps(canvas: &Canvas<'_>, lines: &[Curve], words: &Words) {
    let gaps = gaps(lines, words);
    if lines.iter().any(|line| line.missing.is_none()) {
        let gaps = canvas::fitted(&gaps, WIDTH - 2 * MARGIN, SMALL);
        canvas.text(&gaps, (MARGIN, BOTTOM + 72), SMALL, Hold::Left, INK);
        return;
    }
    let room = WIDTH - 2 * LEFT - 40;
    for (nth, line) in canvas::wrapped(&gaps, room, MEDIUM, 12).iter().enumerate() {
        let at = (LEFT + 20, TOP + 40 + 30 * nth as i32);
        canvas.text(line, at, MEDIUM, Hold::Left, INK);
    }
}

fn description(lines: &[Curve], words: &Words) -> String {
    let lines = lines
        .iter()
        .map(|line| match (&line.missing, line.points.last()) {
            (None, Some((_, us))) => {
                let worst = words.of(texts::worst(&number::ms(*us)));
                format!("{}: {worst}", line.transport)
            }
            (reason, _) => {
                let reason = reason.as_deref().unwrap_or(words.of(common::UNDELIVERED));
                format!("{}: {}", line.transport, words.gap(reason))
            }
        });
    lines.collect::<Vec<_>>().join("; ") + "."
}
