//! The latency summary: median, 99th percentile and maximum, with the intervals over the repeats.

use plotters::prelude::RGBColor;
use server::Transport;

use super::{
    canvas::{self, Canvas, HPos, INK, MEDIUM, QUIET, SMALL, WIDTH},
    plane::{Axis, Ruler, Spread, ends},
    transport_style,
};
use crate::{
    record::{Record, SuitePart},
    show::{
        columns::{self, Column},
        number,
        statistics::{Estimate, Variation},
        words::{Words, common, latency, latency_summary as texts},
    },
};

const LEFT: i32 = 216;
const RIGHT: i32 = 830;
const TOP: i32 = 158;
const ROW: i32 = 50;
/// Distance between the three values of a row.
const LANE: i32 = 15;
/// The right edges of the columns of numbers.
const COLUMNS: [i32; 3] = [984, 1122, WIDTH - 22];

/// The width of a column.
const ROOM: i32 = 130;

/// A transport's row.
struct SummaryRow {
    transport: Transport,
    /// In milliseconds; `None` if there are too few updates.
    estimates: [Option<Estimate>; 3],
    missing: Option<String>,
}

/// Draws the chart of one scenario.
pub fn draw(id: &str, record: &Record, part: &SuitePart, words: &Words) -> String {
    let rows = Transport::ALL.map(|transport| row(record, part, transport, words));
    let title = words.of(texts::TITLE);
    let description = description(&rows, words);
    canvas::svg(words.language, id, title, &description, |canvas| {
        let bars = words.of(common::bars(part.repeats));
        let marks = words.of(texts::explained(&words.repeats(record, part), &bars));
        let p99 = words.few_updates(&part.scenario);
        let p99 = p99.unwrap_or_else(|| words.of(texts::NO_P99).into());
        canvas.headline(title, &[marks, p99]);
        let estimates = rows.iter().flat_map(|row| row.estimates.iter().flatten());
        let values = estimates.flat_map(ends);
        let axis = Axis::over(words.of(latency::TIME), Spread::Logarithmic, values);
        let bottom = TOP + ROW * Transport::ALL.len() as i32;
        let ruler = Ruler::drawn(canvas, axis, (LEFT, RIGHT), (TOP, bottom), words);
        for (nth, (column, right)) in words.of(texts::COLUMNS).iter().zip(COLUMNS).enumerate() {
            canvas.bold(column, (right, TOP - 16), SMALL, HPos::Right, INK);
            let left = right - canvas::width(column, SMALL) * 11 / 10 - 14;
            mark(canvas, nth, (left, TOP - 16), INK);
        }
        for (nth, row) in rows.iter().enumerate() {
            trace(canvas, &ruler, row, TOP + ROW * nth as i32 + ROW / 2);
        }
        canvas.foot(&words.caption(record, part));
    })
}

fn row(record: &Record, part: &SuitePart, transport: Transport, words: &Words) -> SummaryRow {
    let rows = record.good(&part.scenario.name, transport);
    let estimate = |column: Column| Estimate::of(&rows, column.resolution, column.of);
    let estimates = columns::LATENCY.map(estimate);
    let missing = words.missing(record, &part.scenario.name, transport);
    let nothing = estimates.iter().all(Option::is_none);
    SummaryRow {
        transport,
        estimates,
        missing: missing.or(nothing.then(|| words.gap(common::UNDELIVERED))),
    }
}

fn trace(canvas: &Canvas<'_>, ruler: &Ruler, row: &SummaryRow, middle: i32) {
    let name = row.transport.name();
    canvas.text(name, (LEFT - 16, middle), MEDIUM - 1, HPos::Right, INK);
    if let Some(gap) = &row.missing {
        return canvas.gap(gap, (LEFT + 10, middle), COLUMNS[2] - LEFT - 10);
    }
    let ink = transport_style::ink(row.transport);
    for (nth, (estimate, right)) in row.estimates.iter().zip(COLUMNS).enumerate() {
        let Some(estimate) = estimate else {
            canvas.text("–", (right, middle), MEDIUM - 1, HPos::Right, QUIET);
            continue;
        };
        let y = middle + LANE * (nth as i32 - 1);
        if let Some((low, high)) = estimate.variation().map(Variation::ends) {
            let (low, high) = (ruler.x(low), ruler.x(high));
            canvas.line(vec![(low, y), (high, y)], ink, 2);
            // An interval that continues beyond the axis has no end mark.
            let from = Some(low).filter(|&low| low > LEFT);
            for end in from.into_iter().chain([high]) {
                canvas.line(vec![(end, y - 5), (end, y + 5)], ink, 2);
            }
        }
        mark(canvas, nth, (ruler.x(estimate.median), y), ink);
        let text = canvas::fitted(&time(estimate.median), ROOM, MEDIUM - 1);
        canvas.text(&text, (right, middle), MEDIUM - 1, HPos::Right, INK);
    }
}

/// Milliseconds, or seconds for very long times.
fn time(ms: f64) -> String {
    match ms {
        1_000_000.0.. => format!("{} s", number::grouped(ms / 1000.0, 0)),
        _ => number::ms(ms * 1000.0),
    }
}

/// Each of the three has a shape.
fn mark(canvas: &Canvas<'_>, nth: usize, (x, y): (i32, i32), ink: RGBColor) {
    match nth {
        0 => canvas.dot((x, y), 6, ink),
        1 => {
            canvas.shape(vec![(x, y - 8), (x + 7, y), (x, y + 8), (x - 7, y)], ink);
        }
        _ => canvas.bar((x - 5, y - 6), (x + 5, y + 6), ink),
    }
}

fn description(rows: &[SummaryRow], words: &Words) -> String {
    let rows = rows.iter().map(|row| {
        let columns = words.of(texts::COLUMNS).into_iter().zip(&row.estimates);
        let values = columns.filter_map(|(column, estimate)| {
            Some(format!("{column} {}", time((*estimate)?.median)))
        });
        let values = || values.collect::<Vec<_>>().join(", ");
        let text = row.missing.clone().unwrap_or_else(values);
        format!("{}: {text}", row.transport)
    });
    rows.collect::<Vec<_>>().join("; ") + "."
}
