//! The picture: a row for each transport, with the server on the left and the browser on the right.

use std::fmt::Write;

use loadgen::show::{chart::transport_style::ink, language::Language, number::grouped};
use plotters::style::RGBColor;
use server::Transport;

use crate::{
    Instants, Side, Update,
    motion::{Motion, Point},
};

const WIDTH: i32 = 830;
const HEIGHT: i32 = 364;
const ROWS: [i32; 2] = [44, 190];
/// Left and right edges of the server and of the browser.
const SERVER: (i32, i32) = (20, 190);
const BROWSER: (i32, i32) = (640, 810);
/// From the top of a row to the top and the bottom of both.
const BOX: (i32, i32) = (40, 128);
/// From the top of a row to the line between both.
const LINE: i32 = 74;
/// The dots of waiting updates: the first one, columns, distance, radius.
const QUEUE: i32 = SERVER.0 + 26;
const COLUMNS: usize = 6;
const STEP: i32 = 20;
const RADIUS: i32 = 7;
/// How long an update is visible in the browser.
const SHOWN_MS: f64 = 600.0;
/// Shorter waits are not visible.
const WAIT_MS: f64 = 20.0;

struct Texts {
    title: [&'static str; 2],
    server: [&'static str; 2],
    browser: [&'static str; 2],
    request: [&'static str; 2],
    response: [&'static str; 2],
    origin: [&'static str; 2],
}

const TEXTS: Texts = Texts {
    title: [
        "10 updates per second, at a round trip of 1,000 ms",
        "왕복 시간 1,000 ms, 초당 업데이트 10개",
    ],
    server: ["server", "서버"],
    browser: ["browser", "브라우저"],
    request: ["request", "요청"],
    response: ["response", "응답"],
    origin: [
        "Captured traffic, at its own speed. A dot is an update.",
        "캡처한 트래픽을 실제 속도로 보여 줍니다. 점 하나가 업데이트 하나입니다.",
    ],
};

const STYLE: &str = "\
@media (prefers-color-scheme:dark){svg{--paper:#14171c;--ink:#e8eaee;--soft:#a9b1bf;--line:#3a414d;--card:#1d2128;--long-polling:#ff8f45;--websocket:#6aa5f5}}
text{font:16px sans-serif;fill:var(--ink)}
.soft{fill:var(--soft)}.name{font-weight:bold;font-size:20px}.late{font-weight:bold}
";

/// The colours on a light ground. Those of the transports are the same as in every chart.
fn light() -> String {
    let [long_polling, websocket] =
        [Transport::LongPolling, Transport::WebSocket].map(|transport| {
            let RGBColor(red, green, blue) = ink(transport as usize);
            format!("#{red:02x}{green:02x}{blue:02x}")
        });
    format!(
        "svg{{--paper:#fff;--ink:#222;--soft:#595959;--line:#ddd;--card:#f6f7f9;\
         --long-polling:{long_polling};--websocket:{websocket}}}\n"
    )
}

/// The picture in a language.
pub fn svg(instants: &Instants, language: Language) -> String {
    let mut motion = Motion::new(instants.span_ms, still_ms(instants));
    let mut body = String::new();
    for (side, top) in instants.sides.iter().zip(ROWS) {
        row(&mut body, &mut motion, side, top, language);
    }
    let (title, origin) = (
        language.words().of(TEXTS.title),
        language.words().of(TEXTS.origin),
    );
    let code = language.code();
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" \
         width=\"{WIDTH}\" height=\"{HEIGHT}\" lang=\"{code}\" role=\"img\">\n\
         <title>{title}</title>\n<style>\n{}{STYLE}{}</style>\n\
         <rect width=\"{WIDTH}\" height=\"{HEIGHT}\" rx=\"8\" fill=\"var(--paper)\"/>\n\
         <text x=\"20\" y=\"30\">{title}</text>\n{body}\
         <text x=\"20\" y=\"{}\" class=\"soft\">{origin}</text>\n</svg>\n",
        light(),
        motion.css(),
        HEIGHT - 16,
    )
}

/// An instant at which many updates wait and a request is on its way.
fn still_ms(instants: &Instants) -> f64 {
    let requests = instants.sides.iter().flat_map(|side| &side.requests);
    let second = requests.map(|request| request.left_ms).nth(1);
    second.unwrap_or(0.0) + 300.0
}

fn row(body: &mut String, motion: &mut Motion, side: &Side, top: i32, language: Language) {
    stage(body, side, top, language);
    waiting(body, motion, side, top, language);
    requests(body, motion, side, top, language);
    updates(body, motion, side, top, language);
}

/// All that does not move.
fn stage(body: &mut String, side: &Side, top: i32, language: Language) {
    let name = side.transport.name();
    let (own, late) = (own(side), late(side, language));
    let _ = writeln!(
        body,
        "<text x=\"20\" y=\"{0}\" class=\"name\" style=\"fill:{own}\">{name}</text>\
         <text x=\"{1}\" y=\"{0}\" text-anchor=\"end\" class=\"late\">{late}</text>\n\
         <path d=\"M{2} {3}H{4}\" stroke=\"var(--line)\" stroke-width=\"3\"/>",
        top + 22,
        BROWSER.1,
        SERVER.1,
        top + LINE,
        BROWSER.0,
    );
    for ((left, right), text) in [(SERVER, TEXTS.server), (BROWSER, TEXTS.browser)] {
        let _ = writeln!(
            body,
            "<rect x=\"{left}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"6\" fill=\"var(--card)\" \
             stroke=\"{own}\" stroke-width=\"2\"/><text x=\"{}\" y=\"{}\" class=\"soft\">{}</text>",
            top + BOX.0,
            right - left,
            BOX.1 - BOX.0,
            left + 12,
            top + BOX.1 - 9,
            language.words().of(text)
        );
    }
}

/// The colour of a transport.
fn own(side: &Side) -> String {
    format!("var(--{})", side.transport)
}

fn requests(body: &mut String, motion: &mut Motion, side: &Side, top: i32, language: Language) {
    let (x, y, own) = (BROWSER.0, top + LINE, own(side));
    let travels = f64::from(SERVER.1 - BROWSER.0);
    for request in &side.requests {
        let points = travel(request.arrived_ms - request.left_ms, travels);
        let moving = motion.along(request.left_ms, &points);
        let _ = writeln!(
            body,
            "<g {moving}><path d=\"M{x} {y}l14 -8v16z\" fill=\"{own}\"/>\
             <text x=\"{}\" y=\"{}\">{}</text></g>",
            x - 16,
            y - 14,
            language.words().of(TEXTS.request)
        );
    }
}

/// The points of a message that takes this long.
fn travel(ms: f64, pixels: f64) -> [Point; 3] {
    [(0.0, 0.0, 1.0), (ms, pixels, 1.0), (ms + 1.0, pixels, 0.0)]
}

/// The updates, and a frame around those of a response. A message of a WebSocket has only one.
fn updates(body: &mut String, motion: &mut Motion, side: &Side, top: i32, language: Language) {
    let (y, travels) = (top + LINE, f64::from(BROWSER.0 - SERVER.0));
    let is_message = side.requests.is_empty();
    let above = if is_message { 0 } else { STEP / 2 };
    let together = |one: &Update, next: &Update| one.left_ms == next.left_ms;
    for group in side.updates.chunk_by(together) {
        if !is_message {
            let name = language.words().of(TEXTS.response);
            response(body, motion, &group[0], y, (&own(side), name));
        }
        for (nth, update) in group.iter().enumerate() {
            let (column, line) = ((nth % COLUMNS) as i32, (nth / COLUMNS) as i32);
            let (cx, cy) = (QUEUE + STEP * column, y - above + STEP * line);
            let moving = motion.along(update.planned_ms, &points(update, travels));
            let _ = writeln!(
                body,
                "<circle cx=\"{cx}\" cy=\"{cy}\" r=\"{RADIUS}\" fill=\"var(--ink)\" {moving}/>"
            );
        }
    }
}

/// The frame around the updates of a response, while it travels.
fn response(
    body: &mut String,
    motion: &mut Motion,
    first: &Update,
    y: i32,
    (own, name): (&str, &str),
) {
    let travels = f64::from(BROWSER.0 - SERVER.0);
    let points = travel(first.arrived_ms - first.left_ms, travels);
    let (high, wide) = (2 * STEP + 6, STEP * COLUMNS as i32 + 6);
    let (x, top) = (QUEUE - STEP / 2 - 3, y - high / 2);
    let moving = motion.along(first.left_ms, &points);
    let _ = writeln!(
        body,
        "<g {moving}><rect x=\"{x}\" y=\"{top}\" width=\"{wide}\" height=\"{high}\" rx=\"6\" \
         fill=\"var(--card)\" stroke=\"{own}\" stroke-width=\"2\"/>\
         <text x=\"{x}\" y=\"{}\">{name}</text></g>",
        top - 7,
    );
}

/// An update waits at the server, travels, and fades in the browser.
fn points(update: &Update, travels: f64) -> [Point; 4] {
    let left = (update.left_ms - update.planned_ms).max(0.0);
    let arrived = update.arrived_ms - update.planned_ms;
    [
        (0.0, 0.0, 1.0),
        (left, 0.0, 1.0),
        (arrived, travels, 1.0),
        (arrived + SHOWN_MS, travels, 0.0),
    ]
}

/// The number of waiting updates in the server.
fn waiting(body: &mut String, motion: &mut Motion, side: &Side, top: i32, language: Language) {
    let waits = side.updates.iter();
    let waits = waits.filter(|update| update.left_ms - update.planned_ms > WAIT_MS);
    let span_ms = motion.span_ms();
    let mut changes = Vec::new();
    let mut count = 0_i32;
    for update in waits {
        // At the start of the picture some of its last updates still wait.
        count += i32::from(update.left_ms >= span_ms);
        changes.push((update.planned_ms, 1));
        changes.push((update.left_ms % span_ms, -1));
    }
    changes.sort_by(|one, other| one.0.total_cmp(&other.0));
    let mut spans: Vec<(i32, (f64, f64))> = Vec::new();
    let mut from = 0.0;
    for (ms, change) in changes {
        if ms > from {
            spans.push((count, (from, ms)));
        }
        (from, count) = (ms, count + change);
    }
    spans.push((count, (from, span_ms)));
    let most = spans.iter().map(|span| span.0).max().unwrap_or(0);
    for number in 0..=most {
        let of = spans.iter().filter(|span| span.0 == number);
        let moving = motion.during(&of.map(|span| span.1).collect::<Vec<_>>());
        let text = match language {
            Language::English => format!("{number} waiting"),
            Language::Korean => format!("대기 {number}개"),
        };
        let _ = writeln!(
            body,
            "<text x=\"{}\" y=\"{}\" text-anchor=\"end\" {moving}>{text}</text>",
            SERVER.1 - 12,
            top + BOX.1 - 9,
        );
    }
}

/// The mean latency of the updates, as a sentence.
fn late(side: &Side, language: Language) -> String {
    let late = |update: &Update| update.arrived_ms - update.planned_ms;
    let sum: f64 = side.updates.iter().map(late).sum();
    let mean = grouped(sum / side.updates.len().max(1) as f64, 0);
    match language {
        Language::English => format!("an update arrives after {mean} ms on average"),
        Language::Korean => format!("업데이트가 평균 {mean} ms 뒤에 도착합니다"),
    }
}
