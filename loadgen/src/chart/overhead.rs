//! What does each technique send around an update? Bars of bytes by class of the ledger.

use plotters::prelude::RGBColor;
use server::Transport;

use super::{
    canvas::{self, BLUE, Canvas, GREEN, GUIDE, Hold, INK, MEDIUM, ORANGE, PURPLE, QUIET, SKY},
    canvas::{MARGIN, SMALL, VERMILLION, WHITE, WIDTH},
    number,
    words::Words,
};
use crate::{ledger::Class, record::Record, statistics::median, suite::Part};

/// What the bars show: all that is paid per update.
const CLASSES: [(Class, RGBColor); 9] = [
    (Class::Payload, RGBColor(0xBB, 0xBB, 0xBB)),
    (Class::Format, SKY),
    (Class::RequestHead, VERMILLION),
    (Class::ResponseHead, ORANGE),
    (Class::Chunk, GREEN),
    (Class::WebsocketFrame, BLUE),
    (Class::Idle, PURPLE),
    (Class::Tls, RGBColor(0x33, 0x22, 0x88)),
    (Class::TcpIp, RGBColor(0x66, 0x66, 0x66)),
];

const LEFT: i32 = 196;
const RIGHT: i32 = 960;
const TOP: i32 = 158;
const ROW: i32 = 50;
const BAR: i32 = 34;
/// Where the columns of figures end.
const OVERHEAD: i32 = 1112;
const RATIO: i32 = 1258;

/// A transport's row.
struct Bytes {
    transport: Transport,
    classes: Vec<f64>,
    overhead: Option<f64>,
    requests: Option<f64>,
    missing: Option<String>,
}

/// Draws the figure of one scenario.
pub fn draw(id: &str, record: &Record, part: &Part, words: &Words) -> String {
    let scenario = &part.scenario.name;
    let rows = Transport::ALL.map(|transport| bytes(record, scenario, transport, words));
    let title = words.overhead.title;
    canvas::picture(words.language, id, title, &told(&rows, words), |canvas| {
        let what = format!(
            "Bytes per delivered update, both ways, {}; what opens a connection is not in it.",
            words.repeats(record, part)
        );
        let mut lines = vec![what];
        lines.extend(canvas::wrapped(
            &batches(&rows, words),
            WIDTH - 2 * MARGIN,
            SMALL,
            2,
        ));
        canvas.headline(title, &lines);
        let longest = rows.iter().map(|row| row.classes.iter().sum::<f64>());
        let longest = longest.fold(1.0, f64::max);
        let x = |bytes: f64| LEFT + (bytes / longest * f64::from(RIGHT - LEFT)).round() as i32;
        axis(canvas, longest, x);
        heads(canvas);
        let websocket = rows[Transport::ALL.len() - 1].overhead;
        for (nth, row) in rows.iter().enumerate() {
            bar(
                canvas,
                row,
                TOP + ROW * nth as i32 + ROW / 2,
                websocket,
                x,
                words,
            );
        }
        legend(canvas, &rows);
        canvas.foot(&words.caption(record, part));
    })
}

fn bytes(record: &Record, scenario: &str, transport: Transport, words: &Words) -> Bytes {
    let rows = record.good(scenario, transport);
    let class = |class| {
        median(&rows, |row| {
            row.bytes_per_update.classes.class(class).copied()
        })
    };
    let total = median(&rows, |row| row.bytes_per_update.total);
    let missing = words.missing(record, scenario, transport);
    let nothing = total.is_none().then(|| words.common.undelivered.into());
    Bytes {
        transport,
        classes: CLASSES
            .iter()
            .map(|&(name, _)| class(name).unwrap_or(0.0))
            .collect(),
        overhead: median(&rows, |row| row.bytes_per_update.overhead()),
        requests: median(&rows, |row| row.requests_per_update),
        missing: missing.or(nothing),
    }
}

fn axis(canvas: &Canvas<'_>, longest: f64, x: impl Fn(f64) -> i32) {
    let bottom = TOP + ROW * Transport::ALL.len() as i32;
    let step = number::step(longest, 8.0);
    let mut tick = 0.0;
    while tick <= longest {
        canvas.line(vec![(x(tick), TOP), (x(tick), bottom)], GUIDE, 1);
        let digits = usize::from(step < 1.0);
        let at = (x(tick), bottom + 16);
        canvas.text(&number::grouped(tick, digits), at, SMALL, Hold::Middle, INK);
        tick += step;
    }
    canvas.text(
        "bytes per update",
        (RATIO, bottom + 16),
        SMALL,
        Hold::Right,
        INK,
    );
}

fn heads(canvas: &Canvas<'_>) {
    canvas.bold("overhead", (OVERHEAD, TOP - 16), SMALL, Hold::Right, INK);
    canvas.bold("× websocket", (RATIO, TOP - 16), SMALL, Hold::Right, INK);
}

fn bar(
    canvas: &Canvas<'_>,
    row: &Bytes,
    middle: i32,
    websocket: Option<f64>,
    x: impl Fn(f64) -> i32,
    words: &Words,
) {
    let name = row.transport.name();
    canvas.text(name, (LEFT - 12, middle), MEDIUM - 1, Hold::Right, INK);
    if let Some(reason) = &row.missing {
        let gap = canvas::fitted(&words.gap(reason), RATIO - LEFT - 10, SMALL);
        canvas.label_from(&gap, (LEFT + 10, middle), SMALL, QUIET);
        return;
    }
    let mut from = 0.0;
    for (&(class, ink), &bytes) in CLASSES.iter().zip(&row.classes) {
        let to = from + bytes;
        let (left, right) = (x(from), x(to));
        canvas.bar((left, middle - BAR / 2), (right, middle + BAR / 2), ink);
        if right - left > 4 {
            canvas.line(
                vec![(right, middle - BAR / 2), (right, middle + BAR / 2)],
                WHITE,
                1,
            );
        }
        let number = number::grouped(bytes, 0);
        let texts = [format!("{} {number}", spoken(class)), number];
        let fits = |text: &&String| right - left > canvas::width(text, SMALL) + 6;
        if let Some(text) = texts.iter().find(fits) {
            let at = ((left + right) / 2, middle);
            canvas.text(text, at, SMALL, Hold::Middle, canvas::on(ink));
        }
        from = to;
    }
    if let Some(overhead) = row.overhead {
        let text = match overhead {
            100_000.0.. => format!("{} kB", number::grouped(overhead / 1000.0, 0)),
            _ => format!("{} B", number::grouped(overhead, 1)),
        };
        canvas.text(&text, (OVERHEAD, middle), MEDIUM, Hold::Right, INK);
        canvas.text(
            &ratio(overhead, websocket),
            (RATIO, middle),
            MEDIUM,
            Hold::Right,
            INK,
        );
    }
}

fn ratio(overhead: f64, websocket: Option<f64>) -> String {
    match websocket {
        Some(websocket) if websocket > 0.0 => {
            let ratio = overhead / websocket;
            format!("{} ×", number::grouped(ratio, usize::from(ratio < 99.95)))
        }
        _ => "–".into(),
    }
}

fn legend(canvas: &Canvas<'_>, rows: &[Bytes]) {
    let mut left = LEFT;
    let y = TOP + ROW * Transport::ALL.len() as i32 + 56;
    for (nth, &(class, ink)) in CLASSES.iter().enumerate() {
        if rows.iter().any(|row| row.classes[nth] > 0.0) {
            canvas.bar((left, y - 9), (left + 18, y + 9), ink);
            canvas.text(spoken(class), (left + 25, y), SMALL, Hold::Left, INK);
            left += 25 + canvas::width(spoken(class), SMALL) + 22;
        }
    }
}

fn spoken(class: Class) -> &'static str {
    match class {
        Class::RequestHead => "request head",
        Class::ResponseHead => "response head",
        Class::WebsocketFrame => "websocket frame",
        Class::Tls => "TLS",
        Class::TcpIp => "TCP/IP",
        other => other.name(),
    }
}

/// What must be said beside the bars: where one answer carries several updates, its heads are
/// shared by them; where many answers are empty, an update bears the heads of several.
fn batches(rows: &[Bytes], words: &Words) -> String {
    let mut said: Vec<(String, Vec<String>)> = Vec::new();
    for row in rows {
        let shared = match row.requests.filter(|&requests| requests > 0.0) {
            Some(each) if each < 0.67 => {
                format!("about {:.0} updates share one answer", 1.0 / each)
            }
            Some(each) if each > 1.33 => format!("an update costs {each:.1} requests"),
            _ => continue,
        };
        let name = row.transport.to_string();
        match said.iter_mut().find(|(other, _)| *other == shared) {
            Some((_, names)) => names.push(name),
            None => said.push((shared, vec![name])),
        }
    }
    let said: Vec<_> = said
        .into_iter()
        .map(|(shared, names)| format!("with {}, {shared}", words.list(&names)))
        .collect();
    match said.is_empty() {
        true => String::new(),
        false => format!("Mind: {}.", said.join("; ")),
    }
}

fn told(rows: &[Bytes], words: &Words) -> String {
    let rows = rows.iter().map(|row| match (&row.missing, row.overhead) {
        (None, Some(overhead)) => {
            let payload = row.classes[0];
            format!(
                "{}: {payload:.1} bytes payload, {overhead:.1} bytes overhead",
                row.transport
            )
        }
        (reason, _) => {
            let reason = reason.as_deref().unwrap_or("no overhead is known");
            format!("{}: {}", row.transport, words.gap(reason))
        }
    });
    rows.collect::<Vec<_>>().join("; ") + "."
}
