//! The charts of the article's use cases: its published bars, and ours by the same rule, in header
//! bits per second.

use server::Transport::{self, Polling, WebSocket};

use super::{
    canvas::{self, Canvas, GUIDE, HPos, INK, MARGIN, SMALL, WHITE},
    plane::{Axis, Spread},
    transport_style,
};
use crate::{
    record::{Class, HeaderProfile, Record, SuitePart},
    show::{
        claims::{
            article::{self, FRAME, PUBLISHED},
            use_case::UseCase,
        },
        number,
        statistics::median,
        words::{Words, common, use_cases as texts},
    },
};

const LEFT: i32 = 316;
/// The width of a use case.
const GROUP: i32 = 314;
const TOP: i32 = 142;
const BOTTOM: i32 = 432;
const BAR: i32 = 42;
/// The line height of the table.
const LINE: i32 = 23;
/// The end of the article's linear axis, in bit/s.
const HIGHEST: f64 = 700_000_000.0;
/// The start of our logarithmic axis, in bit/s.
const LOWEST: f64 = 1_000.0;

/// The bars of a use case, from left to right.
const BARS: [Bar; 5] = [
    Bar::Published(Polling, PUBLISHED),
    Bar::Measured(Polling, &[HeaderProfile::Article2009]),
    Bar::Measured(Polling, &[HeaderProfile::Browser]),
    Bar::Published(WebSocket, FRAME),
    // A frame has no HTTP header, so both profiles give the same.
    Bar::Measured(
        WebSocket,
        &[HeaderProfile::Browser, HeaderProfile::Article2009],
    ),
];

enum Bar {
    /// Published by the article: header bytes of an update.
    Published(Transport, f64),
    /// Measured by us, with the headers of the first profile that was measured.
    Measured(Transport, &'static [HeaderProfile]),
}

impl Bar {
    /// Its bits per second, or the reason why there are none.
    fn bits(&self, record: &Record, case: UseCase, words: &Words) -> Result<f64, String> {
        let (transport, profiles) = match *self {
            Self::Published(_, bytes) => return Ok(case.bits(bytes)),
            Self::Measured(transport, profiles) => (transport, profiles),
        };
        let (measured, scale) = scaled(case);
        let scenarios = || {
            profiles
                .iter()
                .filter_map(|&profile| measured.scenario(profile))
        };
        let bits = scenarios().find_map(|name| article::header_bits(record, name, transport));
        let gap = || {
            let gap = scenarios().find_map(|name| words.missing(record, name, transport));
            gap.unwrap_or_else(|| words.gap(common::UNDELIVERED))
        };
        bits.map(|bits| bits * scale).ok_or_else(gap)
    }
}

/// The use case from which one is computed, and the factor.
fn scaled(case: UseCase) -> (UseCase, f64) {
    match case {
        UseCase::C => (
            UseCase::B,
            case.clients() as f64 / UseCase::B.clients() as f64,
        ),
        measured => (measured, 1.0),
    }
}

/// Whether a scenario measures a use case.
pub fn is_measured_by(part: &SuitePart) -> bool {
    let name = Some(part.scenario.name.as_str());
    let profiles = [HeaderProfile::Browser, HeaderProfile::Article2009];
    let names = profiles.map(|profile| UseCase::ALL.map(|case| case.scenario(profile)));
    names.as_flattened().contains(&name)
}

/// Draws the chart on a linear axis, as in the article, or on a logarithmic one, on which all use
/// cases are visible.
pub fn draw(id: &str, record: &Record, spread: Spread, words: &Words) -> String {
    let groups = UseCase::ALL.map(|case| BARS.map(|bar| bar.bits(record, case, words)));
    let bits = groups.iter().flatten().flatten().copied();
    let high = bits.fold(HIGHEST, f64::max);
    let (title, high) = match spread {
        Spread::Linear => (texts::TITLE_LINEAR, high),
        Spread::Logarithmic => (texts::TITLE_LOGARITHMIC, 10f64.powf(high.log10().ceil())),
    };
    let axis = Axis {
        title: texts::UNIT,
        spread,
        low: LOWEST,
        high,
    };
    let (title, description) = (words.of(title), description(&groups, words));
    canvas::svg(words.language, id, title, &description, |canvas| {
        let explained = words.of(texts::EXPLAINED).into();
        canvas.headline(title, &[explained, words.origin(record)]);
        draw_axis(canvas, &axis);
        for (nth, (case, group)) in UseCase::ALL.into_iter().zip(&groups).enumerate() {
            let left = LEFT + GROUP * nth as i32;
            for (nth, bits) in group.iter().enumerate() {
                let left = left + 24 + (BAR + 9) * nth as i32 + if nth > 2 { 14 } else { 0 };
                let top = bits.as_ref().map_or(BOTTOM, |&bits| height(bits, &axis));
                if top < BOTTOM {
                    pattern(canvas, nth, case, (left, top), (left + BAR, BOTTOM));
                }
                let at = (left + BAR / 2, BOTTOM + 14);
                canvas.text(&(nth + 1).to_string(), at, SMALL, HPos::Center, INK);
            }
            let name = words.of(texts::case(case));
            let middle = left + GROUP / 2;
            canvas.bold(&name, (middle, BOTTOM + 40), SMALL, HPos::Center, INK);
            for (nth, bits) in group.iter().enumerate() {
                let text = canvas::fitted(&cell(nth, case, bits), GROUP - 12, SMALL);
                canvas.text(&text, (middle, line(nth)), SMALL, HPos::Center, INK);
            }
        }
        canvas.line(vec![(LEFT, BOTTOM), (LEFT + 3 * GROUP, BOTTOM)], INK, 2);
        for (nth, name) in words.of(texts::BARS).iter().enumerate() {
            let y = line(nth);
            let text = format!("{}: {name}", nth + 1);
            let text = canvas::fitted(&text, LEFT - MARGIN - 34, SMALL);
            canvas.text(&text, (MARGIN + 30, y), SMALL, HPos::Left, INK);
            let (from, to) = ((MARGIN, y - 9), (MARGIN + 22, y + 9));
            pattern(canvas, nth, UseCase::A, from, to);
        }
        canvas.foot(&notes(record, words));
    })
}

fn line(nth: usize) -> i32 {
    BOTTOM + 66 + LINE * nth as i32
}

/// The table's text for a bar.
fn cell(nth: usize, case: UseCase, bits: &Result<f64, String>) -> String {
    match (bits, &BARS[nth]) {
        (Err(gap), _) => gap.clone(),
        (Ok(bits), Bar::Measured(..)) if scaled(case).0 != case => {
            texts::scaled(&number::grouped(*bits, 0))
        }
        (Ok(bits), _) => number::grouped(*bits, 0),
    }
}

fn height(bits: f64, axis: &Axis) -> i32 {
    let part = axis.part(bits.max(LOWEST));
    BOTTOM - (part * f64::from(BOTTOM - TOP)).round() as i32
}

fn draw_axis(canvas: &Canvas<'_>, axis: &Axis) {
    let ticks = axis.ticks();
    // At most ten, for lack of room.
    for &tick in ticks.iter().step_by(1 + (ticks.len() - 1) / 10) {
        let y = height(tick, axis);
        canvas.line(vec![(LEFT, y), (LEFT + 3 * GROUP, y)], GUIDE, 1);
        let text = canvas::fitted(&number::grouped(tick, 0), LEFT - MARGIN - 10, SMALL);
        canvas.text(&text, (LEFT - 10, y), SMALL, HPos::Right, INK);
    }
    canvas.text(axis.title, (LEFT - 10, TOP - 24), SMALL, HPos::Right, INK);
}

/// Hatched: published; filled: measured; outlined: computed from another use case.
fn pattern(canvas: &Canvas<'_>, nth: usize, case: UseCase, from: (i32, i32), to: (i32, i32)) {
    let (Bar::Published(transport, _) | Bar::Measured(transport, _)) = BARS[nth];
    let ink = transport_style::ink(transport);
    let is_published = matches!(BARS[nth], Bar::Published(..));
    // An outline would be taller than a tiny bar.
    let is_flat = to.1 - from.1 < 4;
    if is_flat || !is_published && scaled(case).0 == case {
        return canvas.bar(from, to, ink);
    }
    canvas.bar(from, to, WHITE);
    if is_published {
        let high = to.1 - from.1;
        for foot in (from.0 - high + 1..to.0).step_by(9) {
            let (left, right) = (foot.max(from.0), (foot + high).min(to.0));
            let y = |x: i32| to.1 - (x - foot);
            canvas.line(vec![(left, y(left)), (right, y(right))], ink, 2);
        }
    }
    let corners = vec![from, (to.0, from.1), to, (from.0, to.1), from];
    canvas.line(corners, ink, 3);
}

/// The errata, from the rows of use case A.
fn notes(record: &Record, words: &Words) -> [String; 4] {
    let of = |profile, transport| {
        let scenario = UseCase::A.scenario(profile).unwrap_or_default();
        record.good(scenario, transport)
    };
    let polls_2009 = of(HeaderProfile::Article2009, Polling);
    let polls = of(HeaderProfile::Browser, Polling);
    let frames = of(HeaderProfile::Article2009, WebSocket);
    let header = |class| median(&polls, |row| row.bytes_per_update.classes[class]);
    let today = header(Class::RequestHead).zip(header(Class::ResponseHead));
    let poll = median(&polls_2009, |row| row.bytes_per_update_by_arithmetic?.total);
    let frame = median(&frames, |row| row.bytes_per_update.total);
    let payload = median(&frames, |row| row.bytes_per_update.classes[Class::Payload]);
    let with_tcp_ip = poll.zip(frame).zip(payload);
    let on_the_wire = median(&polls_2009, article::header_bytes);
    [
        words.of(texts::PUBLISHED).into(),
        words.of(texts::on_the_wire(on_the_wire)),
        words.of(texts::today(today)),
        words.of(texts::with_tcp_ip(with_tcp_ip)),
    ]
}

fn description(groups: &[[Result<f64, String>; 5]], words: &Words) -> String {
    let groups = UseCase::ALL.into_iter().zip(groups).map(|(case, group)| {
        let bars = words.of(texts::BARS).into_iter().zip(group).enumerate();
        let bars = bars.map(|(nth, (name, bits))| format!("{name} {}", cell(nth, case, bits)));
        let bars = bars.collect::<Vec<_>>().join(", ");
        format!("{}: {bars}", words.of(texts::case(case)))
    });
    groups.collect::<Vec<_>>().join("; ") + "."
}
