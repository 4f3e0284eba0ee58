//! The chart of connection setup: round trips and bytes until the first update, for a first
//! connection and for a reconnect.

use plotters::prelude::RGBColor;
use server::Transport;

use super::{
    by_transport,
    canvas::{self, Canvas, HPos, INK, MARGIN, QUIET, SMALL},
    plane::{Axis, Ruler, Spread},
    transport_style,
};
use crate::{
    record::{Measurement, Record, SuitePart, Wire},
    show::{
        number,
        statistics::median,
        words::{Words, common, wires as texts},
    },
};

const TOP: i32 = 150;
const BOTTOM: i32 = 600;
const ROUND_TRIPS: (i32, i32) = (300, 650);
const BYTES: (i32, i32) = (760, 1180);
const LEGEND: i32 = 118;
/// The most of half the height of a bar, with the space around it.
const HALF: i32 = 10;

/// A transport over a wire: a first connection, then a reconnect.
struct Line {
    transport: Transport,
    wire: Wire,
    round_trips: [Option<f64>; 2],
    bytes: [Option<f64>; 2],
    missing: Option<String>,
}

/// Draws the chart of a scenario over several wires.
pub fn draw(id: &str, record: &Record, parts: &[SuitePart], words: &Words) -> String {
    let lines = by_transport(parts, |part, transport| {
        line(record, part, transport, words)
    });
    let title = words.of(texts::SETUP_TITLE);
    let description = description(&lines, words);
    canvas::svg(words.language, id, title, &description, |canvas| {
        let rtt_ms = number::ms(parts[0].scenario.rtt.as_secs_f64() * 1e6);
        let repeats = words.repeats(record, &parts[0]);
        let explained = words.of(texts::setup_explained(&rtt_ms, &repeats));
        canvas.headline(title, &[explained]);
        let entries = [texts::FIRST, texts::AGAIN].map(|text| words.of(text));
        canvas.legend((ROUND_TRIPS.0, LEGEND), entries);
        let ruler = |unit: [&'static str; 2], across, of: fn(&Line) -> [Option<f64>; 2]| {
            let values = lines.iter().flat_map(of).flatten();
            let axis = Axis::over(words.of(unit), Spread::Linear, values);
            Ruler::drawn(canvas, axis, across, (TOP, BOTTOM), words)
        };
        let round_trips = ruler(texts::ROUND_TRIPS, ROUND_TRIPS, |line| line.round_trips);
        let bytes = ruler(texts::SETUP_BYTES, BYTES, |line| line.bytes);
        let high = (BOTTOM - TOP) / (lines.len() as i32).max(1);
        let mut named = None;
        for (nth, line) in lines.iter().enumerate() {
            let y = TOP + high * nth as i32 + high / 2;
            if named.replace(line.transport) != Some(line.transport) {
                let name = line.transport.name();
                canvas.bold(name, (MARGIN, y), SMALL, HPos::Left, INK);
            }
            let wire = common::wire(line.wire);
            canvas.text(wire, (ROUND_TRIPS.0 - 10, y), SMALL, HPos::Right, QUIET);
            if let Some(gap) = &line.missing {
                canvas.gap(gap, (ROUND_TRIPS.0 + 8, y), BYTES.0 - ROUND_TRIPS.0);
                continue;
            }
            let at = (y, (high / 4).min(HALF));
            let ink = transport_style::ink(line.transport);
            pair(canvas, &round_trips, line.round_trips, at, (ink, 2));
            pair(canvas, &bytes, line.bytes, at, (ink, 0));
        }
        let conditions = words.of(texts::conditions(&parts[0].scenario));
        canvas.foot(&[conditions, words.origin(record)]);
    })
}

fn line(record: &Record, part: &SuitePart, transport: Transport, words: &Words) -> Line {
    let name = &part.scenario.name;
    let rows = record.good(name, transport);
    let rtt_us = part.scenario.rtt.as_secs_f64() * 1e6;
    let trips =
        |us: fn(&Measurement) -> Option<u64>| median(&rows, |row| Some(us(row)? as f64 / rtt_us));
    Line {
        transport,
        wire: Wire::of(&part.scenario),
        round_trips: [
            trips(|row| row.first_update_us.p50),
            trips(|row| row.reconnect_us.p50),
        ],
        bytes: [
            median(&rows, |row| row.connect_setup_bytes),
            median(&rows, |row| row.reconnect_setup_bytes),
        ],
        missing: words.missing(record, name, transport),
    }
}

/// A first connection over a reconnect.
fn pair(
    canvas: &Canvas<'_>,
    ruler: &Ruler,
    values: [Option<f64>; 2],
    (y, half): (i32, i32),
    (ink, digits): (RGBColor, usize),
) {
    let ys = [y - half, y + half];
    for (nth, (value, y)) in values.into_iter().zip(ys).enumerate() {
        let Some(value) = value else { continue };
        let end = ruler.x(value);
        let high = half - 2;
        let (from, to) = ((ruler.x(0.0), y - high), (end, y + high));
        match nth {
            0 => canvas.bar(from, to, ink),
            _ => canvas.outlined(from, to, ink),
        }
        let text = number::grouped(value, digits);
        canvas.label_from(&text, (end + 8, y), INK);
    }
}

fn description(lines: &[Line], words: &Words) -> String {
    let number = |value: Option<f64>, digits| {
        value.map_or("–".into(), |value| number::grouped(value, digits))
    };
    let round_trips = words.of(texts::ROUND_TRIPS);
    let [first, again] = [texts::FIRST, texts::AGAIN].map(|text| words.of(text));
    let lines = lines.iter().map(|line| {
        let [first_trips, trips] = line.round_trips.map(|trips| number(trips, 2));
        let [first_bytes, bytes] = line.bytes.map(|bytes| number(bytes, 0));
        format!(
            "{}, {}: {first} {first_trips} {round_trips}, {first_bytes} B; \
             {again} {trips} {round_trips}, {bytes} B",
            line.transport,
            common::wire(line.wire)
        )
    });
    lines.collect::<Vec<_>>().join("; ") + "."
}
