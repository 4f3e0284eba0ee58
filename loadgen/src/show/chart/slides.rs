//! The charts for the slides of the talk: few numbers, in type for the last row of a lecture hall.
//! Each has a version for the slide's question, without the values that answer it.

use server::Transport::{self, LongPolling, Polling, WebSocket};

use super::{
    ALL_SHOWN, Chart, QUESTION,
    canvas::{self, Canvas, HPos, INK, MARGIN, QUIET, WIDTH},
    classes, each,
    overhead::bytes,
    transport_style, wires,
};
use crate::{
    record::{Class, Direction, Record, Wire},
    show::{
        claims::article,
        kind::Kind,
        language::Language,
        number,
        statistics::median,
        words::{Words, overhead as names, slides as texts},
    },
};

/// The size of a text.
const TEXT: i32 = 44;
/// The size of a ratio.
const RATIO: i32 = 70;
/// The size of the names of classes.
const LEGEND: i32 = 32;
/// The left end of all bars of a pair, and the right end of the longest one.
const ACROSS: (i32, i32) = (310, 700);
/// The height of a pair, and of its parts from its top.
const PAIR: i32 = 325;
const HEADING: i32 = 40;
const BARS: [i32; 2] = [122, 226];
const HALF: i32 = 38;
/// The same for the bars of all transports.
const EIGHT: (i32, i32) = (360, 900);
const ROW: i32 = 78;
/// The scenario of the chart of all transports.
const STEADY: &str = "steady";
/// An update is late if it takes longer.
const LATE_S: f64 = 0.1;

/// The charts for which a record has values, each with its version for the question.
pub fn all(record: &Record) -> Vec<Chart> {
    let figures = figures(record).map(|pairs| {
        both(Kind::SlideFigures, |id, hides, words| {
            draw_pairs(id, &pairs, texts::FIGURES, hides, words)
        })
    });
    let when_not = overheads(record).map(|bars| {
        both(Kind::SlideWhenNot, |id, hides, words| {
            draw_eight(id, &bars, hides, words)
        })
    });
    let came_after = came_after(record).map(|pairs| {
        both(Kind::SlideWhatCameAfter, |id, hides, words| {
            draw_pairs(id, &pairs, texts::CAME_AFTER, hides, words)
        })
    });
    let charts = [figures, when_not, came_after].into_iter();
    charts.flatten().flatten().collect()
}

/// A chart, and its version for the question, which hides the answer.
fn both(kind: Kind, draw: impl Fn(&str, bool, &Words) -> String) -> Vec<Chart> {
    let shown = each(kind, 0, ALL_SHOWN, |id, words| draw(id, false, words));
    let question = each(kind, 1, QUESTION, |id, words| draw(id, true, words));
    [shown, question].concat()
}

/// A transport and its bytes: of one colour, or by class.
struct Bar {
    transport: Transport,
    total: f64,
    classes: Vec<(Class, f64)>,
}

impl Bar {
    /// Its bytes as text, or a question mark.
    fn bytes(&self, is_hidden: bool) -> String {
        match is_hidden {
            true => texts::HIDDEN.into(),
            false => bytes(self.total.round()),
        }
    }
}

/// Two bars and the digits of their ratio.
struct Pair {
    bars: [Bar; 2],
    digits: usize,
}

impl Pair {
    fn ratio(&self, words: &Words) -> String {
        let [one, other] = self.bars.each_ref().map(|bar| bar.total);
        words.of(texts::ratio(&number::grouped(one / other, self.digits)))
    }
}

/// The article's headers of a poll and of a message, and all bytes that were measured.
fn figures(record: &Record) -> Option<[Pair; 2]> {
    let pair = |bytes: [f64; 2], digits| {
        let bar = |transport, total| Bar {
            transport,
            total,
            classes: Vec::new(),
        };
        Pair {
            bars: [bar(Polling, bytes[0]), bar(WebSocket, bytes[1])],
            digits,
        }
    };
    let [poll, message] = article::all_bytes(record);
    Some([
        pair([article::PUBLISHED, article::FRAME], 1),
        pair([poll?, message.filter(|&bytes| bytes > 0.0)?], 2),
    ])
}

/// Long polling and WebSocket over HTTP/1.1, and over TLS with HTTP/2 where there is a choice.
fn came_after(record: &Record) -> Option<[Pair; 2]> {
    let parts = wires::of_updates(record)?;
    let bars = wires::bars(record, parts, Language::English.words());
    let bar = |transport, wire| {
        let bar = wires::bar_of(&bars, transport, wire)?;
        Some(Bar {
            transport,
            total: bar.overhead.filter(|&bytes| bytes > 0.0)?,
            classes: bar.classes.clone(),
        })
    };
    let pair = |one, other| {
        Some(Pair {
            bars: [bar(LongPolling, one)?, bar(WebSocket, other)?],
            digits: 1,
        })
    };
    Some([
        pair(Wire::Http1, Wire::Http1)?,
        pair(Wire::Http2Tls, Wire::Http1Tls)?,
    ])
}

fn draw_pairs(
    id: &str,
    pairs: &[Pair; 2],
    headings: [[&'static str; 2]; 2],
    hides_second: bool,
    words: &Words,
) -> String {
    let headings = headings.map(|heading| words.of(heading));
    let is_hidden = |nth: usize| nth == 1 && hides_second;
    let description = pairs.iter().zip(headings).enumerate();
    let description = description.map(|(nth, (pair, heading))| {
        let value = |bar: &Bar| format!("{} {}", bar.transport, bar.bytes(is_hidden(nth)));
        let [one, other] = pair.bars.each_ref().map(value);
        format!("{heading}: {one}, {other}.")
    });
    let description = description.collect::<Vec<_>>().join(" ");
    let longest = pairs.iter().flat_map(|pair| &pair.bars);
    let longest = longest.map(|bar| bar.total).fold(0.0, f64::max);
    let x = scale(ACROSS, longest);
    canvas::svg(words.language, id, headings[0], &description, |canvas| {
        let shown = pairs.iter().take(if hides_second { 1 } else { 2 });
        let sections = shown
            .flat_map(|pair| &pair.bars)
            .flat_map(|bar| &bar.classes);
        let classes = classes::visible(sections, longest / 40.0);
        let top = if classes.is_empty() { 28 } else { 0 };
        for (nth, (pair, heading)) in pairs.iter().zip(headings).enumerate() {
            let top = top + PAIR * nth as i32;
            canvas.bold(heading, (MARGIN, top + HEADING), TEXT, HPos::Left, INK);
            for (bar, middle) in pair.bars.iter().zip(BARS) {
                let at = (MARGIN, top + middle);
                canvas.text(bar.transport.name(), at, TEXT, HPos::Left, INK);
                let shown = (!is_hidden(nth)).then_some(bar);
                draw_bar(canvas, shown, top + middle, HALF, (ACROSS.0, &x));
            }
            let ratio = match is_hidden(nth) {
                true => texts::HIDDEN.into(),
                false => pair.ratio(words),
            };
            let at = (WIDTH - MARGIN, top + BARS.iter().sum::<i32>() / 2);
            let ratio = canvas::fitted(&ratio, WIDTH - MARGIN - 900, RATIO);
            canvas.bold(&ratio, at, RATIO, HPos::Right, INK);
        }
        legend(canvas, &classes, words);
    })
}

/// Pixels of a value.
fn scale((left, right): (i32, i32), longest: f64) -> impl Fn(f64) -> i32 {
    let longest = longest.max(f64::MIN_POSITIVE);
    move |bytes| left + (bytes / longest * f64::from(right - left)).round() as i32
}

/// A bar with its bytes, or a question mark in its place.
fn draw_bar(
    canvas: &Canvas<'_>,
    bar: Option<&Bar>,
    y: i32,
    half: i32,
    (left, x): (i32, &dyn Fn(f64) -> i32),
) {
    let Some(bar) = bar else {
        return canvas.bold(texts::HIDDEN, (left, y), TEXT, HPos::Left, INK);
    };
    // A bar of two bytes is visible too.
    let end = x(bar.total).max(left + 3);
    if bar.classes.is_empty() {
        let ink = transport_style::ink(bar.transport);
        canvas.bar((left, y - half), (end, y + half), ink);
    }
    classes::bar(canvas, &bar.classes, x, (y - half, y + half));
    canvas.text(&bar.bytes(false), (end + 14, y), TEXT, HPos::Left, INK);
}

fn legend(canvas: &Canvas<'_>, classes: &[Class], words: &Words) {
    let (mut left, y) = (MARGIN, canvas::HEIGHT - 32);
    for &class in classes {
        let name = words.of(names::class(class));
        classes::section(canvas, class, (left, y - 16), (left + 32, y + 16));
        canvas.text(name, (left + 42, y), LEGEND, HPos::Left, INK);
        left += 42 + canvas::width(name, LEGEND) + 24;
    }
}

/// Overhead per update of each transport, and its mean latency in seconds.
fn overheads(record: &Record) -> Option<Vec<(Bar, f64)>> {
    let mut parts = record.suite.scenarios.iter();
    let part = parts.find(|part| part.scenario.name == STEADY)?;
    let is_down = part.scenario.direction == Direction::Down && !part.scenario.is_silent();
    let of = |transport| {
        let rows = record.good(STEADY, transport);
        let bar = Bar {
            transport,
            total: median(&rows, |row| row.bytes_per_update.overhead())?,
            classes: Vec::new(),
        };
        Some((bar, median(&rows, |row| Some(row.latency_us.mean? / 1e6))?))
    };
    let all: Option<_> = Transport::ALL.into_iter().map(of).collect();
    all.filter(|_| is_down)
}

fn draw_eight(id: &str, bars: &[(Bar, f64)], hides_streams: bool, words: &Words) -> String {
    // Any stream would give a hint, because all of them are similar.
    let is_hidden = |bar: &Bar| hides_streams && bar.transport > LongPolling;
    let description = bars.iter();
    let description =
        description.map(|(bar, _)| format!("{}: {}", bar.transport, bar.bytes(is_hidden(bar))));
    let description = description.collect::<Vec<_>>().join("; ") + ".";
    let longest = bars.iter().map(|(bar, _)| bar.total).fold(0.0, f64::max);
    let x = scale(EIGHT, longest);
    let title = words.of(texts::WHEN_NOT);
    canvas::svg(words.language, id, title, &description, |canvas| {
        canvas.bold(title, (MARGIN, HEADING), TEXT, HPos::Left, INK);
        for (nth, (bar, mean_s)) in bars.iter().enumerate() {
            let y = 116 + ROW * nth as i32;
            let name = bar.transport.name();
            canvas.text(name, (EIGHT.0 - 20, y), TEXT - 2, HPos::Right, INK);
            let shown = Some(bar).filter(|bar| !is_hidden(bar));
            draw_bar(canvas, shown, y, 27, (EIGHT.0, &x));
            if *mean_s > LATE_S {
                let bytes = canvas::width(&bar.bytes(false), TEXT);
                let left = x(bar.total) + 14 + bytes + 40;
                let late =
                    canvas::fitted(&words.of(texts::late(*mean_s)), WIDTH - MARGIN - left, TEXT);
                canvas.text(&late, (left, y), TEXT, HPos::Left, QUIET);
            }
        }
    })
}
