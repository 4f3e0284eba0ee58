//! The picture: a row for each transport, with the server on the left and the browser on the right.

use std::collections::BTreeMap;

use loadgen::show::{chart::transport_style::ink, language::Language, number::grouped};
use plotters::style::RGBColor;
use server::Transport;

use crate::{
    Instants, Request, Side, Update,
    motion::{Motion, Point},
};

const WIDTH: i32 = 830;
const HEIGHT: i32 = 364;
const ROWS: [i32; 2] = [44, 190];
/// Left and right edges of the server and of the browser.
const SERVER: (i32, i32) = (20, 190);
const BROWSER: (i32, i32) = (640, 810);
/// How far an update travels.
const TO_BROWSER: f64 = (BROWSER.0 - SERVER.0) as f64;
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

const TITLE: [&str; 2] = [
    "10 updates per second, at a round trip of 1,000 ms",
    "왕복 시간 1,000 ms, 초당 업데이트 10개",
];
const ORIGIN: [&str; 2] = [
    "Captured traffic, at its own speed. A dot is an update.",
    "캡처한 트래픽을 실제 속도로 보여 줍니다. 점 하나가 업데이트 하나입니다.",
];

const STYLE: &str = "\
@media (prefers-color-scheme:dark){svg{--paper:#14171c;--ink:#e8eaee;--soft:#a9b1bf;--line:#3a414d;--card:#1d2128;--long-polling:#ff8f45;--websocket:#6aa5f5}}
text{font:16px sans-serif;fill:var(--ink)}
.soft{fill:var(--soft)}.name{font-weight:bold;font-size:20px}.late{font-weight:bold}
";

/// The picture in a language.
pub fn svg(instants: &Instants, language: Language) -> String {
    let mut motion = Motion::new(instants.span_ms, still_ms(instants));
    let mut body = String::new();
    for (side, top) in instants.sides.iter().zip(ROWS) {
        let row = Row {
            side,
            top,
            own: format!("var(--{})", side.transport),
            language,
        };
        body += &row.stage();
        body += &row.waiting(&mut motion);
        body += &row.requests(&mut motion);
        body += &row.updates(&mut motion);
    }
    let [title, origin] = [TITLE, ORIGIN].map(|text| language.words().of(text));
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

/// The colours on a light ground. Those of the transports are the same as in every chart.
fn light() -> String {
    let transports = [Transport::LongPolling, Transport::WebSocket];
    let [long_polling, websocket] = transports.map(|transport| {
        let RGBColor(red, green, blue) = ink(transport);
        format!("#{red:02x}{green:02x}{blue:02x}")
    });
    format!(
        "svg{{--paper:#fff;--ink:#222;--soft:#595959;--line:#ddd;--card:#f6f7f9;\
         --long-polling:{long_polling};--websocket:{websocket}}}\n"
    )
}

/// An instant at which many updates wait and a request is on its way.
fn still_ms(instants: &Instants) -> f64 {
    let mut requests = instants.sides.iter().flat_map(|side| &side.requests);
    requests.nth(1).map_or(0.0, |second| second.left_ms) + 300.0
}

/// The row of a transport.
struct Row<'a> {
    side: &'a Side,
    top: i32,
    /// The colour of the transport.
    own: String,
    language: Language,
}

impl Row<'_> {
    fn text<T>(&self, text: [T; 2]) -> T {
        self.language.words().of(text)
    }

    /// All that does not move.
    fn stage(&self) -> String {
        let (name, own, top) = (self.side.transport.name(), &self.own, self.top);
        let mut stage = format!(
            "<text x=\"20\" y=\"{0}\" class=\"name\" style=\"fill:{own}\">{name}</text>\
             <text x=\"{1}\" y=\"{0}\" text-anchor=\"end\" class=\"late\">{2}</text>\n\
             <path d=\"M{3} {4}H{5}\" stroke=\"var(--line)\" stroke-width=\"3\"/>\n",
            top + 22,
            BROWSER.1,
            self.late(),
            SERVER.1,
            top + LINE,
            BROWSER.0,
        );
        for ((left, right), text) in [
            (SERVER, ["server", "서버"]),
            (BROWSER, ["browser", "브라우저"]),
        ] {
            stage += &format!(
                "<rect x=\"{left}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"6\" fill=\"var(--card)\" \
                 stroke=\"{own}\" stroke-width=\"2\"/><text x=\"{}\" y=\"{}\" class=\"soft\">{}</text>\n",
                top + BOX.0,
                right - left,
                BOX.1 - BOX.0,
                left + 12,
                top + BOX.1 - 9,
                self.text(text)
            );
        }
        stage
    }

    fn requests(&self, motion: &mut Motion) -> String {
        let (x, y, own) = (BROWSER.0, self.top + LINE, &self.own);
        let travels = f64::from(SERVER.1 - BROWSER.0);
        let text = self.text(["request", "요청"]);
        let request = |request: &Request| {
            let points = travel(request.arrived_ms - request.left_ms, travels);
            let moving = motion.along(request.left_ms, &points);
            format!(
                "<g {moving}><path d=\"M{x} {y}l14 -8v16z\" fill=\"{own}\"/>\
                 <text x=\"{}\" y=\"{}\">{text}</text></g>\n",
                x - 16,
                y - 14
            )
        };
        self.side.requests.iter().map(request).collect()
    }

    /// The updates, and a frame around those of a response. A message of a WebSocket has only one.
    fn updates(&self, motion: &mut Motion) -> String {
        let is_message = self.side.requests.is_empty();
        let y = self.top + LINE - if is_message { 0 } else { STEP / 2 };
        let together = |one: &Update, next: &Update| one.left_ms == next.left_ms;
        let mut updates = String::new();
        for group in self.side.updates.chunk_by(together) {
            if !is_message {
                updates += &self.response(motion, &group[0]);
            }
            for (nth, update) in group.iter().enumerate() {
                let (column, line) = ((nth % COLUMNS) as i32, (nth / COLUMNS) as i32);
                let (cx, cy) = (QUEUE + STEP * column, y + STEP * line);
                let moving = motion.along(update.planned_ms, &points(update));
                updates += &format!(
                    "<circle cx=\"{cx}\" cy=\"{cy}\" r=\"{RADIUS}\" fill=\"var(--ink)\" {moving}/>\n"
                );
            }
        }
        updates
    }

    /// The frame around the updates of a response, while it travels.
    fn response(&self, motion: &mut Motion, first: &Update) -> String {
        let (high, wide) = (2 * STEP + 6, STEP * COLUMNS as i32 + 6);
        let (x, top) = (QUEUE - STEP / 2 - 3, self.top + LINE - high / 2);
        let points = travel(first.arrived_ms - first.left_ms, TO_BROWSER);
        let moving = motion.along(first.left_ms, &points);
        format!(
            "<g {moving}><rect x=\"{x}\" y=\"{top}\" width=\"{wide}\" height=\"{high}\" rx=\"6\" \
             fill=\"var(--card)\" stroke=\"{}\" stroke-width=\"2\"/>\
             <text x=\"{x}\" y=\"{}\">{}</text></g>\n",
            self.own,
            top - 7,
            self.text(["response", "응답"])
        )
    }

    /// The number of waiting updates in the server.
    fn waiting(&self, motion: &mut Motion) -> String {
        let span_ms = motion.span_ms;
        let mut changes = Vec::new();
        let mut count = 0_i32;
        for update in &self.side.updates {
            if update.left_ms - update.planned_ms > WAIT_MS {
                // At the start of the picture some of its last updates still wait.
                count += i32::from(update.left_ms >= span_ms);
                changes.push((update.planned_ms, 1));
                changes.push((update.left_ms % span_ms, -1));
            }
        }
        changes.sort_by(|one, other| one.0.total_cmp(&other.0));
        let mut spans: BTreeMap<i32, Vec<(f64, f64)>> = BTreeMap::new();
        let mut from = 0.0;
        for (ms, change) in changes.into_iter().chain([(span_ms, 0)]) {
            if ms > from {
                spans.entry(count).or_default().push((from, ms));
            }
            (from, count) = (ms, count + change);
        }
        let number = |(number, spans): (&i32, &Vec<_>)| {
            let moving = motion.during(spans);
            let text = self.text([format!("{number} waiting"), format!("대기 {number}개")]);
            format!(
                "<text x=\"{}\" y=\"{}\" text-anchor=\"end\" {moving}>{text}</text>\n",
                SERVER.1 - 12,
                self.top + BOX.1 - 9,
            )
        };
        spans.iter().map(number).collect()
    }

    /// The mean latency of the updates, as a sentence.
    fn late(&self) -> String {
        let updates = &self.side.updates;
        let late = updates
            .iter()
            .map(|update| update.arrived_ms - update.planned_ms);
        let mean = grouped(late.sum::<f64>() / updates.len().max(1) as f64, 0);
        self.text([
            format!("an update arrives after {mean} ms on average"),
            format!("업데이트가 평균 {mean} ms 뒤에 도착합니다"),
        ])
    }
}

/// The points of a message that takes this long.
fn travel(ms: f64, pixels: f64) -> [Point; 3] {
    [(0.0, 0.0, 1.0), (ms, pixels, 1.0), (ms + 1.0, pixels, 0.0)]
}

/// An update waits at the server, travels, and fades in the browser.
fn points(update: &Update) -> [Point; 4] {
    let left = (update.left_ms - update.planned_ms).max(0.0);
    let arrived = update.arrived_ms - update.planned_ms;
    [
        (0.0, 0.0, 1.0),
        (left, 0.0, 1.0),
        (arrived, TO_BROWSER, 1.0),
        (arrived + SHOWN_MS, TO_BROWSER, 0.0),
    ]
}
