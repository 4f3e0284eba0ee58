//! The chart of published claims: a row for each claim, on one axis.

use super::{
    canvas::{self, Canvas, GUIDE, HPos, INK, MARGIN, QUIET, SMALL, WHITE, WIDTH},
    plane::{Axis, Ruler, Spread},
};
use crate::{
    record::Record,
    show::{
        claims::{
            self,
            claim::{Basis, Claim, Verdict},
        },
        table,
        words::{Words, claims as texts},
    },
};

const LEFT: i32 = 466;
const RIGHT: i32 = 690;
const TOP: i32 = 124;
const BOTTOM: i32 = 634;
/// The right edges of the columns of numbers, and their width.
const COLUMNS: [i32; 3] = [820, 950, 1080];
const ROOM: i32 = 112;
const VERDICT: i32 = 1092;

/// Draws the chart of a record.
pub fn draw(id: &str, record: &Record, words: &Words) -> String {
    let claims = claims::of_record(record);
    let title = words.of(texts::TITLE);
    let description = description(&claims, words);
    canvas::svg(words.language, id, title, &description, |canvas| {
        let explained = format!("{} {}", words.of(texts::EXPLAINED), words.origin(record));
        canvas.headline(title, &[explained]);
        let values = claims.iter().flat_map(parts).flatten();
        let axis = Axis::over(words.of(texts::AXIS), Spread::Logarithmic, values);
        let ruler = Ruler::drawn(canvas, axis, (LEFT, RIGHT), (TOP, BOTTOM), words);
        canvas.foot(&[table::of_counts(&claims, words)]);
        let [_, headings @ .., _, verdict, _] = words.of(texts::COLUMNS);
        for (nth, (heading, right)) in headings.iter().zip(COLUMNS).enumerate() {
            canvas.bold(heading, (right, TOP - 20), SMALL, HPos::Right, INK);
            let left = right - canvas::width(heading, SMALL) * 11 / 10 - 12;
            mark(canvas, nth, Basis::Measured, (left, TOP - 20));
        }
        canvas.bold(verdict, (VERDICT, TOP - 20), SMALL, HPos::Left, INK);
        let by_source =
            || claims.chunk_by(|one, next| one.quantity.source() == next.quantity.source());
        let lines = claims.len() + by_source().count();
        let line = (BOTTOM - TOP) / lines.max(1) as i32;
        let mut y = TOP + line / 2;
        for group in by_source() {
            let source = words.of(texts::source(group[0].quantity.source()));
            canvas.heading(source, (MARGIN, y));
            y += line;
            for claim in group {
                row(canvas, &ruler, claim, y, words);
                y += line;
            }
        }
    })
}

/// The published, computed and recorded values.
fn numbers(claim: &Claim) -> [Option<f64>; 3] {
    [claim.published, Some(claim.computed), claim.recorded]
}

/// The same relative to the published value or, if there is none, to the computed one.
fn parts(claim: &Claim) -> [Option<f64>; 3] {
    let whole = claim.published.unwrap_or(claim.computed);
    numbers(claim).map(|number| Some(number? / whole).filter(|part| part.is_finite()))
}

fn row(canvas: &Canvas<'_>, ruler: &Ruler, claim: &Claim, y: i32, words: &Words) {
    let quantity = words.of(texts::quantity(claim.quantity));
    let quantity = canvas::fitted(&quantity, LEFT - 14 - MARGIN - 14, SMALL);
    canvas.text(&quantity, (MARGIN + 14, y), SMALL, HPos::Left, INK);
    canvas.line(vec![(LEFT, y), (RIGHT, y)], GUIDE, 1);
    for (nth, part) in parts(claim).into_iter().enumerate() {
        if let Some(part) = part {
            mark(canvas, nth, claim.quantity.basis(), (ruler.x(part), y));
        }
    }
    for (number, right) in numbers(claim).into_iter().zip(COLUMNS) {
        let text = canvas::fitted(&table::of_number(number), ROOM, SMALL);
        canvas.text(&text, (right, y), SMALL, HPos::Right, INK);
    }
    let verdict = claim.verdict();
    let ink = if verdict == Verdict::Open { QUIET } else { INK };
    let sign = match claim.quantity.basis() {
        Basis::Measured => "",
        Basis::ByConstruction => " *",
        Basis::ByArithmetic => " **",
    };
    let text = format!("{}{sign}", words.of(texts::verdict(verdict)));
    let text = canvas::fitted(&text, WIDTH - MARGIN - VERDICT, SMALL);
    canvas.text(&text, (VERDICT, y), SMALL, HPos::Left, ink);
}

/// A tick for the published value, a diamond for the computed one and a dot for the recorded one, all
/// visible if they coincide. The dot is hollow if the value is not measured.
fn mark(canvas: &Canvas<'_>, nth: usize, basis: Basis, (x, y): (i32, i32)) {
    match nth {
        0 => canvas.bar((x - 1, y - 9), (x + 2, y + 9), INK),
        1 => {
            let diamond =
                |half: i32| vec![(x, y - half), (x + half, y), (x, y + half), (x - half, y)];
            canvas.shape(diamond(9), QUIET);
            canvas.shape(diamond(7), WHITE);
        }
        _ => {
            canvas.dot((x, y), 5, INK);
            if basis != Basis::Measured {
                canvas.dot((x, y), 3, WHITE);
            }
        }
    }
}

fn description(claims: &[Claim], words: &Words) -> String {
    let claims = claims.iter().map(|claim| {
        let names = words.of(texts::COLUMNS).into_iter().skip(1);
        let numbers = names.zip(numbers(claim).map(table::of_number));
        let numbers: Vec<_> = numbers
            .map(|(name, number)| format!("{name} {number}"))
            .collect();
        format!(
            "{}: {} ({}): {}",
            words.of(texts::quantity(claim.quantity)),
            numbers.join(", "),
            words.of(texts::basis(claim.quantity.basis())),
            words.of(texts::verdict(claim.verdict()))
        )
    });
    claims.collect::<Vec<_>>().join("; ") + "."
}
