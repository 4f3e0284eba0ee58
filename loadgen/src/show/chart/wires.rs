//! The chart of overhead over several wires: a bar by class of the ledger for each transport and
//! wire.

use server::Transport;

use super::{
    canvas::{self, Canvas, Hold, INK, MARGIN, MEDIUM, QUIET, SMALL},
    classes::{self, CLASSES},
    overhead::{bytes, ratio},
    plane::{Axis, Spread},
    ruler::Ruler,
};
use crate::{
    record::{
        BytesPerUpdate, Class,
        Direction::{Down, Up},
        Measurement, Record, SuitePart, Wire,
    },
    show::{
        statistics::median,
        words::{Words, overhead, wires as texts},
    },
};

const ACROSS: (i32, i32) = (332, 900);
const TOP: i32 = 156;
const BAR: i32 = 19;
/// Between the bars of two transports.
const GAP: i32 = 6;
const LEGEND: i32 = 112;
/// The right edges of the columns of numbers.
const OVERHEAD: i32 = 1112;
const RATIO: i32 = 1258;

/// A transport over a wire.
pub struct Bar {
    /// The transport.
    pub transport: Transport,
    /// The wire.
    pub wire: Wire,
    /// Overhead of an update or a publish in bytes; `None` if it was not measured.
    pub overhead: Option<f64>,
    classes: Vec<f64>,
    missing: Option<String>,
}

impl Bar {
    /// Overhead by class.
    pub fn by_class(&self) -> impl Iterator<Item = (Class, f64)> {
        around().zip(self.classes.iter().copied())
    }
}

/// The bars of a scenario over several wires, transport by transport.
pub fn bars(record: &Record, parts: &[SuitePart], words: &Words) -> Vec<Bar> {
    let of_wire = |transport| {
        let parts = parts
            .iter()
            .filter(move |part| part.transports.contains(&transport));
        parts.map(move |part| bar(record, part, transport, words))
    };
    Transport::ALL.into_iter().flat_map(of_wire).collect()
}

/// The overhead of a WebSocket of the same web site. It stays on HTTP/1.1 over TLS if the site uses
/// HTTP/2.
pub fn websocket_beside(bars: &[Bar], wire: Wire) -> Option<f64> {
    let wire = match wire {
        Wire::Http2Tls => Wire::Http1Tls,
        wire => wire,
    };
    let is_it = |bar: &&Bar| bar.transport == Transport::WebSocket && bar.wire == wire;
    bars.iter().find(is_it)?.overhead
}

/// Draws the chart of a scenario.
pub fn draw(id: &str, record: &Record, parts: &[SuitePart], words: &Words) -> String {
    let scenario = &parts[0].scenario;
    let direction = scenario.direction;
    let bars = bars(record, parts, words);
    let payload_bytes = scenario.payload_bytes.unwrap_or_default();
    let title = words.of(texts::title(direction, payload_bytes));
    canvas::svg(
        words.language,
        id,
        &title,
        &description(&bars, words),
        |canvas| {
            let repeats = words.repeats(record, &parts[0]);
            canvas.headline(&title, &[words.of(texts::explained(&repeats))]);
            let is_drawn = |nth: usize| bars.iter().any(|bar| bar.classes[nth] > 0.0);
            let classes = around().enumerate().filter(|(nth, _)| is_drawn(*nth));
            classes::legend(canvas, LEGEND, classes.map(|(_, class)| class), words);
            let groups = || bars.chunk_by(|one, next| one.transport == next.transport);
            let bottom = TOP + BAR * bars.len() as i32 + GAP * (groups().count() as i32 - 1);
            let unit = words.of(overhead::unit(direction));
            let ruler = Ruler {
                axis: Axis::over(
                    unit,
                    Spread::Linear,
                    bars.iter().filter_map(|bar| bar.overhead),
                ),
                across: ACROSS,
                down: (TOP, bottom),
            };
            ruler.draw(canvas, "");
            headings(canvas, unit, bottom, words);
            let mut y = TOP + BAR / 2;
            for group in groups() {
                let name = group[0].transport.name();
                canvas.text(name, (MARGIN, y), MEDIUM - 1, Hold::Left, INK);
                for bar in group {
                    row(canvas, bar, y, &ruler, words);
                    let columns = [
                        (bar.overhead.map(bytes), OVERHEAD),
                        (
                            bar.overhead
                                .map(|own| ratio(own, websocket_beside(&bars, bar.wire))),
                            RATIO,
                        ),
                    ];
                    for (text, x) in columns {
                        canvas.text(&text.unwrap_or_default(), (x, y), SMALL, Hold::Right, INK);
                    }
                    y += BAR;
                }
                y += GAP;
            }
            let conditions = words.of(texts::conditions(scenario));
            canvas.foot(&[conditions, words.origin(record)]);
        },
    )
}

fn bar(record: &Record, part: &SuitePart, transport: Transport, words: &Words) -> Bar {
    let scenario = &part.scenario;
    let rows = record.good(&scenario.name, transport);
    let of = |row: &Measurement| -> Option<BytesPerUpdate> {
        match scenario.direction {
            Up => Some(row.publish?.bytes_per_publish),
            Down => Some(row.bytes_per_update),
        }
    };
    let class = |class: Class| median(&rows, |row| of(row)?.classes[class]);
    Bar {
        transport,
        wire: Wire::of(scenario),
        overhead: median(&rows, |row| of(row)?.overhead()),
        classes: around().map(|name| class(name).unwrap_or(0.0)).collect(),
        missing: words.missing(record, &scenario.name, transport),
    }
}

/// All classes except the payload.
fn around() -> impl Iterator<Item = Class> {
    CLASSES.into_iter().filter(|&class| class != Class::Payload)
}

fn row(canvas: &Canvas<'_>, bar: &Bar, y: i32, ruler: &Ruler, words: &Words) {
    let wire = texts::wire(bar.wire);
    canvas.text(wire, (ACROSS.0 - 10, y), SMALL, Hold::Right, QUIET);
    if let Some(reason) = &bar.missing {
        let gap = canvas::fitted(&words.gap(reason), RATIO - ACROSS.0 - 10, SMALL);
        return canvas.label_from(&gap, (ACROSS.0 + 10, y), SMALL, QUIET);
    }
    let mut from = 0.0;
    for (class, bytes) in around().zip(&bar.classes) {
        let to = from + bytes;
        let half = BAR / 2 - 1;
        let corners = ((ruler.x(from), y - half), (ruler.x(to), y + half));
        classes::section(canvas, class, corners.0, corners.1);
        from = to;
    }
}

fn headings(canvas: &Canvas<'_>, unit: &str, bottom: i32, words: &Words) {
    let headings = [
        (words.of(overhead::OVERHEAD), OVERHEAD),
        ("× websocket", RATIO),
    ];
    for (text, x) in headings {
        canvas.bold(text, (x, TOP - 14), SMALL, Hold::Right, INK);
    }
    canvas.text(unit, (RATIO, bottom + 16), SMALL, Hold::Right, INK);
}

fn description(bars: &[Bar], words: &Words) -> String {
    let bars = bars.iter().map(|bar| {
        let overhead = match bar.overhead {
            Some(overhead) => bytes(overhead),
            None => words.gap(bar.missing.as_deref().unwrap_or_default()),
        };
        let wire = texts::wire(bar.wire);
        format!("{}, {wire}: {overhead}", bar.transport)
    });
    bars.collect::<Vec<_>>().join("; ") + "."
}
