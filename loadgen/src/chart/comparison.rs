//! Who sent what when? Long polling beside WebSocket, message by message, from the instants that
//! a run captured: the lesson's figure.

use server::Transport;

use super::{
    canvas::{self, Canvas, GUIDE, HEIGHT, Hold, INK, MEDIUM, QUIET, WIDTH},
    exchange::{self, Exchange},
    number, panel,
    words::Words,
};
use crate::{record::Record, suite::Part};

/// The two sides of the figure, as in the article that the lesson begins with.
pub const SIDES: [Transport; 2] = [Transport::LongPolling, Transport::WebSocket];

/// Draws the figure of one scenario.
pub fn draw(id: &str, record: &Record, part: &Part, words: &Words) -> String {
    let sides = exchange::exchanges(record, part, SIDES);
    let title = words.comparison.title;
    let gaps = SIDES.map(|transport| gap(record, part, transport, words));
    canvas::picture(words.language, id, title, &told(&sides, &gaps), |canvas| {
        let way = match part.scenario.rtt.as_micros() {
            0 => "nothing but the machine lies between".into(),
            us => format!("a message takes {} each way", number::ms(us as f64 / 2.0)),
        };
        let what = format!(
            "Time runs down; {way}. An update has the same number, colour and height on both \
             sides."
        );
        canvas.headline(title, &[what]);
        for (nth, (side, gap)) in sides.iter().zip(&gaps).enumerate() {
            let left = WIDTH / 2 * nth as i32;
            match side {
                Some(side) => panel::draw(canvas, left, side),
                None => missing(canvas, left, SIDES[nth], gap),
            }
        }
        canvas.line(vec![(WIDTH / 2, 96), (WIDTH / 2, HEIGHT - 64)], GUIDE, 1);
        let [scenario, origin] = words.caption(record, part);
        let scenario = format!("{scenario} Bytes as the sockets carried them.");
        canvas.foot(&[scenario, format!("{origin} {}", before(&sides))]);
    })
}

/// The first answer may bring what was there already; the picture must say why that one has no
/// latency.
fn before(sides: &[Option<Exchange>]) -> String {
    let before = |side: &Exchange| {
        let updates = side.updates.clone().into_iter();
        let before = updates.filter(|update| side.was_there(update));
        before.map(|update| update.seq).max()
    };
    match sides.iter().flatten().filter_map(before).max() {
        Some(1) => "Update 1 was there before the browser came: no latency.".into(),
        Some(seq) => format!("Updates to {seq} were there before the browser came: no latency."),
        None => String::new(),
    }
}

fn gap(record: &Record, part: &Part, transport: Transport, words: &Words) -> String {
    let name = &part.scenario.name;
    let mut rows = record.rows.iter();
    let first = rows.find(|row| {
        let of = &row.measurement;
        of.scenario == *name && of.transport == transport && row.repeat == 1
    });
    words.gap(match first.map(|row| &row.measurement.error) {
        None => words.common.not_measured,
        Some(Some(error)) => error,
        Some(None) if record.arrows(name, transport).is_err() => "its capture can't be read",
        Some(None) => "the record has no capture of its messages",
    })
}

fn missing(canvas: &Canvas<'_>, left: i32, transport: Transport, gap: &str) {
    let middle = left + WIDTH / 4;
    canvas.bold(transport.name(), (middle, 112), MEDIUM, Hold::Middle, INK);
    let lines = canvas::wrapped(gap, WIDTH / 2 - 80, MEDIUM, 8);
    for (nth, line) in lines.iter().enumerate() {
        let at = (middle, 300 + 30 * nth as i32);
        canvas.text(line, at, MEDIUM, Hold::Middle, QUIET);
    }
}

fn told(sides: &[Option<Exchange>; 2], gaps: &[String; 2]) -> String {
    let sides = sides.iter().zip(gaps).zip(SIDES);
    let sides = sides.map(|((side, gap), transport)| match side {
        Some(side) => {
            let [sent, brought] = panel::sums(side);
            format!("{transport}: {sent}; {brought}.")
        }
        None => format!("{transport}: {gap}."),
    });
    sides.collect::<Vec<_>>().join(" ")
}
