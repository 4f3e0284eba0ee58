//! The chart of overhead over several wires: a bar by class of the ledger for each transport and
//! wire.

use server::Transport;

use super::{
    by_transport,
    canvas::{self, Canvas, HPos, INK, MARGIN, MEDIUM, QUIET, SMALL},
    classes,
    overhead::{self, OVERHEAD, RATIO, bytes},
    plane::{Axis, Ruler, Spread},
};
use crate::{
    record::{Class, Direction, Measurement, Record, SuitePart, Wire},
    show::{
        statistics::median,
        words::{Words, common, overhead as names, wires as texts},
    },
};

const ACROSS: (i32, i32) = (332, 900);
const TOP: i32 = 156;
const BAR: i32 = 19;
/// Between the bars of two transports.
const GAP: i32 = 6;
const LEGEND: i32 = 112;

/// A transport over a wire.
pub struct Bar {
    /// The transport.
    pub transport: Transport,
    /// The wire.
    pub wire: Wire,
    /// Overhead of an update or a publish in bytes; `None` if it was not measured.
    pub overhead: Option<f64>,
    /// The same by class.
    pub classes: Vec<(Class, f64)>,
    missing: Option<String>,
}

/// The bars of a scenario over several wires, transport by transport.
pub fn bars(record: &Record, parts: &[SuitePart], words: &Words) -> Vec<Bar> {
    by_transport(parts, |part, transport| bar(record, part, transport, words))
}

/// The scenario of updates to connected clients, over several wires.
pub fn of_updates(record: &Record) -> Option<&[SuitePart]> {
    record.suite.over_wires().find(|parts| {
        let scenario = &parts[0].scenario;
        scenario.direction == Direction::Down && scenario.reconnect.is_none()
    })
}

/// The bar of a transport over a wire.
pub fn bar_of(bars: &[Bar], transport: Transport, wire: Wire) -> Option<&Bar> {
    let mut bars = bars.iter();
    bars.find(|bar| bar.transport == transport && bar.wire == wire)
}

/// The overhead of a WebSocket of the same web site. It stays on HTTP/1.1 over TLS if the site uses
/// HTTP/2.
pub fn websocket_beside(bars: &[Bar], wire: Wire) -> Option<f64> {
    let wire = match wire {
        Wire::Http2Tls => Wire::Http1Tls,
        wire => wire,
    };
    bar_of(bars, Transport::WebSocket, wire)?.overhead
}

/// Draws the chart of a scenario.
pub fn draw(id: &str, record: &Record, parts: &[SuitePart], words: &Words) -> String {
    let scenario = &parts[0].scenario;
    let direction = scenario.direction;
    let bars = bars(record, parts, words);
    let payload_bytes = scenario.payload_bytes.unwrap_or_default();
    let title = words.of(texts::title(direction, payload_bytes));
    let description = description(&bars, words);
    canvas::svg(words.language, id, &title, &description, |canvas| {
        let repeats = words.repeats(record, &parts[0]);
        canvas.headline(&title, &[words.of(texts::explained(&repeats))]);
        let classes = bars.iter().flat_map(|bar| &bar.classes);
        classes::legend(canvas, LEGEND, classes::visible(classes, 0.0), words);
        let groups = || bars.chunk_by(|one, next| one.transport == next.transport);
        let bottom = TOP + BAR * bars.len() as i32 + GAP * (groups().count() as i32 - 1);
        let overheads = bars.iter().filter_map(|bar| bar.overhead);
        let axis = Axis::over("", Spread::Linear, overheads);
        let ruler = Ruler::drawn(canvas, axis, ACROSS, (TOP, bottom), words);
        overhead::headings(canvas, TOP - 14, words);
        let unit = words.of(names::unit(direction));
        canvas.text(unit, (RATIO, bottom + 16), SMALL, HPos::Right, INK);
        let mut y = TOP + BAR / 2;
        for group in groups() {
            let name = group[0].transport.name();
            canvas.text(name, (MARGIN, y), MEDIUM - 1, HPos::Left, INK);
            for bar in group {
                row(canvas, bar, y, &ruler);
                let websocket = websocket_beside(&bars, bar.wire);
                let ratio = bar.overhead.map(|own| overhead::ratio(own, websocket));
                for (text, x) in [(bar.overhead.map(bytes), OVERHEAD), (ratio, RATIO)] {
                    canvas.text(&text.unwrap_or_default(), (x, y), SMALL, HPos::Right, INK);
                }
                y += BAR;
            }
            y += GAP;
        }
        let conditions = words.of(texts::conditions(scenario));
        canvas.foot(&[conditions, words.origin(record)]);
    })
}

fn bar(record: &Record, part: &SuitePart, transport: Transport, words: &Words) -> Bar {
    let scenario = &part.scenario;
    let rows = record.good(&scenario.name, transport);
    let of = |row: &Measurement| classes::bytes(row, scenario.direction);
    let classes = classes::sections(&rows, of).into_iter();
    Bar {
        transport,
        wire: Wire::of(scenario),
        overhead: median(&rows, |row| of(row)?.overhead()),
        classes: classes
            .filter(|(class, _)| *class != Class::Payload)
            .collect(),
        missing: words.missing(record, &scenario.name, transport),
    }
}

fn row(canvas: &Canvas<'_>, bar: &Bar, y: i32, ruler: &Ruler) {
    let wire = common::wire(bar.wire);
    canvas.text(wire, (ACROSS.0 - 10, y), SMALL, HPos::Right, QUIET);
    if let Some(gap) = &bar.missing {
        return canvas.gap(gap, (ACROSS.0 + 10, y), RATIO - ACROSS.0 - 10);
    }
    let half = BAR / 2 - 1;
    classes::bar(
        canvas,
        &bar.classes,
        |bytes| ruler.x(bytes),
        (y - half, y + half),
    );
}

fn description(bars: &[Bar], words: &Words) -> String {
    let bars = bars.iter().map(|bar| {
        let gap = || bar.missing.clone().unwrap_or_else(|| words.gap([""; 2]));
        let overhead = bar.overhead.map_or_else(gap, bytes);
        let wire = common::wire(bar.wire);
        format!("{}, {wire}: {overhead}", bar.transport)
    });
    bars.collect::<Vec<_>>().join("; ") + "."
}
