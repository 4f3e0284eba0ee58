//! The chart of overhead: bytes per update by class of the ledger, a bar for each direction. In
//! direction up: bytes per publish.

use server::Transport;

use super::{
    canvas::{self, Canvas, GUIDE, HPos, INK, MARGIN, MEDIUM, QUIET, SMALL, WHITE, WIDTH},
    classes,
};
use crate::{
    record::{
        BytesPerUpdate, Class,
        Direction::{self, Down, Up},
        Measurement, Record, SuitePart,
    },
    show::{
        freshness::Freshness,
        number,
        statistics::median,
        words::{Words, common, freshness::sentence, overhead as texts},
    },
};

const LEFT: i32 = 226;
const RIGHT: i32 = 860;
const TOP: i32 = 158;
const ROW: i32 = 50;
/// Heights of a bar: alone in its row, and as one of two.
const ALONE: i32 = 34;
const HALF: i32 = 21;
/// The right edges of the columns of numbers.
pub(super) const OVERHEAD: i32 = 1112;
pub(super) const RATIO: i32 = 1258;

/// A transport's row.
struct OverheadRow {
    transport: Transport,
    bars: Vec<Stack>,
    payload: Option<f64>,
    overhead: Option<f64>,
    requests: Option<f64>,
    missing: Option<String>,
}

/// A stacked bar.
struct Stack {
    /// `None`: the sum of both directions.
    way: Option<Direction>,
    classes: [(Class, f64); 10],
    total: f64,
}

/// Draws the chart of one scenario.
pub fn draw(id: &str, record: &Record, part: &SuitePart, words: &Words) -> String {
    let direction = part.scenario.direction;
    let rows = Transport::ALL.map(|transport| row(record, part, transport, words));
    let title = words.of(texts::title(direction));
    let fresh = Freshness::of(record, part);
    let fresh = fresh.and_then(|fresh| sentence(&fresh, words));
    let mut description = description(&rows, words);
    if let Some(fresh) = &fresh {
        description += &format!(" {fresh}");
    }
    canvas::svg(words.language, id, title, &description, |canvas| {
        let repeats = words.repeats(record, part);
        let mut lines = vec![words.of(texts::explained(direction, &repeats))];
        let batches = batches(&rows, words).unwrap_or_default();
        lines.extend(canvas::wrapped(&batches, WIDTH - 2 * MARGIN, SMALL, 2));
        canvas.headline(title, &lines);
        let bars = || rows.iter().flat_map(|row| &row.bars);
        let sums = bars().map(|bar| bar.classes.iter().map(|(_, bytes)| bytes).sum());
        let longest = sums.fold(1.0, f64::max);
        let x = |bytes: f64| LEFT + (bytes / longest * f64::from(RIGHT - LEFT)).round() as i32;
        axis(canvas, longest, words.of(texts::unit(direction)), x);
        headings(canvas, TOP - 16, words);
        let websocket = rows[Transport::ALL.len() - 1].overhead;
        for (nth, row) in rows.iter().enumerate() {
            let middle = TOP + ROW * nth as i32 + ROW / 2;
            let at = (LEFT - 34, middle);
            canvas.text(row.transport.name(), at, MEDIUM - 1, HPos::Right, INK);
            if let Some(gap) = &row.missing {
                canvas.gap(gap, (LEFT + 10, middle), RATIO - LEFT - 10);
                continue;
            }
            draw_bars(canvas, row, middle, words, x);
            if let Some(overhead) = row.overhead {
                let ratio = ratio(overhead, websocket);
                for (text, x) in [(bytes(overhead), OVERHEAD), (ratio, RATIO)] {
                    canvas.text(&text, (x, middle), MEDIUM, HPos::Right, INK);
                }
            }
        }
        let classes = classes::visible(bars().flat_map(|bar| &bar.classes), 0.0);
        let y = TOP + ROW * Transport::ALL.len() as i32 + 56;
        classes::legend(canvas, y, classes, words);
        let caption = words.caption(record, part);
        canvas.foot(&fresh.into_iter().chain(caption).collect::<Vec<_>>());
    })
}

/// The row of a transport: a bar for each direction, or their sum if the rows do not have both.
fn row(record: &Record, part: &SuitePart, transport: Transport, words: &Words) -> OverheadRow {
    let scenario = &part.scenario;
    let rows = record.good(&scenario.name, transport);
    let all = |row: &Measurement| classes::bytes(row, scenario.direction);
    let by_direction = |row: &Measurement| row.bytes_per_update_by_direction;
    let down = bar(&rows, Some(Down), |row| Some(by_direction(row)?.down));
    let up = bar(&rows, Some(Up), |row| Some(by_direction(row)?.up));
    let together = || bar(&rows, None, all).into_iter().collect();
    let bars: Vec<_> = match (scenario.direction, down.zip(up)) {
        (Down, Some((down, up))) => vec![down, up],
        _ => together(),
    };
    let missing = words.missing(record, &scenario.name, transport);
    let nothing = || words.gap(texts::nothing(scenario.direction));
    OverheadRow {
        transport,
        payload: median(&rows, |row| all(row)?.classes[Class::Payload]),
        overhead: median(&rows, |row| all(row)?.overhead()),
        requests: median(&rows, |row| row.requests_per_update)
            .filter(|_| scenario.direction == Down),
        missing: missing.or(bars.is_empty().then(nothing)),
        bars,
    }
}

/// The medians of the repeats; `None` if nothing was counted.
fn bar(
    rows: &[&Measurement],
    way: Option<Direction>,
    of: impl Fn(&Measurement) -> Option<BytesPerUpdate>,
) -> Option<Stack> {
    Some(Stack {
        way,
        total: median(rows, |row| of(row)?.total)?,
        classes: classes::sections(rows, of),
    })
}

fn axis(canvas: &Canvas<'_>, longest: f64, unit: &str, x: impl Fn(f64) -> i32) {
    let bottom = TOP + ROW * Transport::ALL.len() as i32;
    let room = canvas::width(&number::grouped(longest, 1), SMALL) + 12;
    for (tick, text) in number::steps(longest, f64::from((RIGHT - LEFT) / room).min(8.0)) {
        canvas.line(vec![(x(tick), TOP), (x(tick), bottom)], GUIDE, 1);
        canvas.text(&text, (x(tick), bottom + 16), SMALL, HPos::Center, INK);
    }
    canvas.text(unit, (RATIO, bottom + 16), SMALL, HPos::Right, INK);
}

/// The headings of the columns of numbers.
pub(super) fn headings(canvas: &Canvas<'_>, y: i32, words: &Words) {
    let overhead = words.of(texts::OVERHEAD);
    canvas.bold(overhead, (OVERHEAD, y), SMALL, HPos::Right, INK);
    canvas.bold("× websocket", (RATIO, y), SMALL, HPos::Right, INK);
}

/// The bars of a row, each with its sum.
fn draw_bars(
    canvas: &Canvas<'_>,
    row: &OverheadRow,
    middle: i32,
    words: &Words,
    x: impl Fn(f64) -> i32,
) {
    for (nth, bar) in row.bars.iter().enumerate() {
        let (top, high) = match row.bars.len() {
            1 => (middle - ALONE / 2, ALONE),
            _ => (middle - HALF - 1 + (HALF + 2) * nth as i32, HALF),
        };
        let y = top + high / 2;
        if let Some(way) = bar.way {
            arrow(canvas, way, (LEFT - 16, y));
        }
        let mut from = 0.0;
        for (class, bytes) in bar.classes {
            let to = from + bytes;
            let (left, right) = (x(from), x(to));
            classes::section(canvas, class, (left, top), (right, top + high));
            if right - left > 4 {
                canvas.line(vec![(right, top), (right, top + high)], WHITE, 1);
            }
            let number = number::grouped(bytes, 0);
            let named = format!("{} {number}", words.of(texts::class(class)));
            let fits = |text: &String| right - left > canvas::width(text, SMALL) + 6;
            if let Some(text) = [named, number].into_iter().find(fits) {
                let (at, ink) = (((left + right) / 2, y), canvas::on(classes::ink(class)));
                canvas.text(&text, at, SMALL, HPos::Center, ink);
            }
            from = to;
        }
        canvas.label_from(&bytes(bar.total), (x(from) + 8, y), QUIET);
    }
}

fn arrow(canvas: &Canvas<'_>, way: Direction, (x, y): (i32, i32)) {
    let tip = if way == Down { 6 } else { -6 };
    let points = vec![(x, y + tip), (x - 7, y - tip), (x + 7, y - tip)];
    canvas.shape(points, INK);
}

pub(super) fn bytes(bytes: f64) -> String {
    match bytes {
        100_000_000.0.. => format!("{} MB", number::grouped(bytes / 1e6, 0)),
        100_000.0.. => format!("{} kB", number::grouped(bytes / 1000.0, 0)),
        _ => format!("{} B", number::trimmed(bytes, 1)),
    }
}

pub(super) fn ratio(overhead: f64, websocket: Option<f64>) -> String {
    match websocket {
        Some(websocket) if websocket > 0.0 => {
            let ratio = overhead / websocket;
            format!("{} ×", number::grouped(ratio, usize::from(ratio < 99.95)))
        }
        _ => "–".into(),
    }
}

/// A note about the bars: updates that share a response also share its headers, and an update after
/// empty responses bears their headers too.
fn batches(rows: &[OverheadRow], words: &Words) -> Option<String> {
    let remark = |row: &OverheadRow| {
        let remark = match row.requests.filter(|&requests| requests > 0.0)? {
            each if each < 0.67 => texts::shared(1.0 / each),
            each if each > 1.33 => texts::several(each),
            _ => return None,
        };
        Some((row.transport, words.of(remark)))
    };
    let remarks = words.by_text(rows.iter().filter_map(remark));
    let remarks = remarks.iter();
    let remarks = remarks.map(|(remark, names)| words.of(texts::with(names, remark)));
    let remarks = remarks.collect::<Vec<_>>().join("; ");
    let note = words.of(texts::note(&remarks));
    Some(note).filter(|_| !remarks.is_empty())
}

fn description(rows: &[OverheadRow], words: &Words) -> String {
    let rows = rows.iter().map(|row| {
        let text = match (&row.missing, row.payload.zip(row.overhead)) {
            (None, Some((payload, overhead))) => words.of(texts::bar(payload, overhead)),
            (Some(gap), _) => gap.clone(),
            (None, None) => words.gap(common::UNDELIVERED),
        };
        format!("{}: {text}", row.transport)
    });
    rows.collect::<Vec<_>>().join("; ") + "."
}
