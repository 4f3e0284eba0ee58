//! Compares two records, for readers and for the exit code of a CI job.

use std::fmt::Write;

use anyhow::bail;
use server::Transport;

use crate::{
    record::{Record, SuitePart},
    show::{
        columns::{self, Column},
        estimate::estimate,
        statistics::Estimate,
        table,
    },
};

/// The comparison of two records.
#[derive(Debug)]
pub struct RecordComparison {
    /// The values that both records have, in the order of the first.
    pairs: Vec<Pair>,
    /// The values that can't be compared: the record that lacks one, A or B, and the value in words.
    gaps: Vec<(&'static str, String)>,
}

/// A value of one transport in one scenario, in both records. Lower is better.
#[derive(Debug)]
struct Pair {
    scenario: String,
    transport: Transport,
    column: Column,
    /// The heading of the column in the scenario, with the unit.
    heading: String,
    /// The number of repeats in the suites of both records.
    repeats: [u32; 2],
    a: Estimate,
    b: Estimate,
}

/// The difference that the confidence intervals show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Difference {
    /// The second value is lower: the intervals do not overlap.
    Better,
    /// The second value is higher: the intervals do not overlap.
    Worse,
    /// The intervals overlap.
    NotShown,
    /// A single repeat has no interval.
    SingleRepeat,
}

impl Difference {
    const fn words(self) -> &'static str {
        match self {
            Self::Better => "better",
            Self::Worse => "worse",
            Self::NotShown => "no difference shown",
            Self::SingleRepeat => "unknown: a single repeat",
        }
    }
}

impl Pair {
    /// The change of the median from the first to the second record, in percent; `f64::INFINITY` if the
    /// first is zero.
    fn change_percent(&self) -> f64 {
        match self.a.median == self.b.median {
            true => 0.0,
            false => (self.b.median / self.a.median - 1.0) * 100.0,
        }
    }

    fn change(&self) -> String {
        match self.change_percent() {
            percent if percent.is_finite() => format!("{percent:+.1}%"),
            _ => "from 0".into(),
        }
    }

    fn difference(&self) -> Difference {
        let Self { a, b, .. } = self;
        match (a.interval, b.interval) {
            (None, _) | (_, None) => Difference::SingleRepeat,
            _ if a.is_below(b) => Difference::Worse,
            _ if b.is_below(a) => Difference::Better,
            _ => Difference::NotShown,
        }
    }

    /// The smallest change that these repeats can show, in percent of the first value. With a smaller
    /// one the intervals overlap. `None` without intervals, or if the first value is zero.
    fn detectable_percent(&self) -> Option<f64> {
        let ends = [self.a.interval?, self.b.interval?];
        let halves: f64 = ends.iter().map(|(low, high)| (high - low) / 2.0).sum();
        (self.a.median > 0.0).then(|| halves / self.a.median * 100.0)
    }

    /// Its row in the table.
    fn cells(&self) -> [String; 6] {
        let number = |value| format!("{value:.*}", self.column.digits);
        let detectable = self.detectable_percent();
        [
            self.transport.to_string(),
            estimate(&self.a, self.repeats[0], number),
            estimate(&self.b, self.repeats[1], number),
            self.change(),
            detectable.map_or("-".into(), |percent| format!("{percent:.1}%")),
            self.difference().words().into(),
        ]
    }

    /// A sentence if the second value is worse by more than this percentage, and the intervals do not
    /// overlap, or if it can't be judged.
    fn failure(&self, threshold_percent: f64) -> Option<String> {
        let what = match self.difference() {
            Difference::SingleRepeat => "has a single repeat and thus no interval".into(),
            Difference::Worse if self.change_percent() > threshold_percent => {
                format!("is worse by {}", self.change())
            }
            _ => return None,
        };
        let (scenario, transport, heading) = (&self.scenario, self.transport, &self.heading);
        Some(format!("{scenario}, {transport}: {heading} {what}"))
    }
}

/// Compares the second record with the first. An error if they have no value in common.
pub fn compare(a: &Record, b: &Record) -> anyhow::Result<RecordComparison> {
    let mut compared = RecordComparison {
        pairs: Vec::new(),
        gaps: Vec::new(),
    };
    for part in &a.suite.scenarios {
        let name = &part.scenario.name;
        match b.suite.part(name) {
            None => compared.gaps.push(("B", format!("{name}: only in A"))),
            Some(other) if other.scenario != part.scenario => {
                let (a, b) = (part.scenario.words(), other.scenario.words());
                let differ = format!("{name}: the conditions differ: {a} in A, {b} in B");
                compared.gaps.push(("B", differ));
            }
            Some(other) => compared.scenario([(a, part), (b, other)]),
        }
    }
    for part in &b.suite.scenarios {
        let name = &part.scenario.name;
        if a.suite.part(name).is_none() {
            compared.gaps.push(("A", format!("{name}: only in B")));
        }
    }
    if compared.pairs.is_empty() {
        let gaps: Vec<_> = compared.gaps.into_iter().map(|(_, gap)| gap).collect();
        bail!("the records have no value in common: {}", gaps.join("; "));
    }
    Ok(compared)
}

impl RecordComparison {
    fn scenario(&mut self, [(a, part), (b, other)]: [(&Record, &SuitePart); 2]) {
        let name = &part.scenario.name;
        let mut both = Vec::new();
        for &transport in Transport::ALL.iter() {
            let has = |record: &Record| record.good_rows(name, transport).next().is_some();
            match (has(a), has(b)) {
                (true, true) => both.push(transport),
                (false, false) => {}
                (in_a, _) => {
                    let record = if in_a { "B" } else { "A" };
                    let gap = format!("{name}, {transport}: no measurement in {record}");
                    self.gaps.push((record, gap));
                }
            }
        }
        for column in columns(part) {
            for &transport in &both {
                let of = |record: &Record| {
                    let rows = record.good(name, transport);
                    Estimate::of(&rows, column.resolution, column.of)
                };
                let what = || format!("{name}, {transport}: {}", column.name);
                match (of(a), of(b)) {
                    (Some(a), Some(b)) => self.pairs.push(Pair {
                        scenario: name.clone(),
                        transport,
                        column,
                        heading: column.heading(&part.scenario),
                        repeats: [part.repeats, other.repeats],
                        a,
                        b,
                    }),
                    (Some(_), None) => self.gaps.push(("B", what() + " is missing in B")),
                    (None, Some(_)) => self.gaps.push(("A", what() + " is missing in A")),
                    (None, None) => {}
                }
            }
        }
    }

    /// A sentence for each value that is worse by more than this percentage or can't be judged. A
    /// missing value is a failure.
    pub fn failures(&self, threshold_percent: f64) -> Vec<String> {
        let pairs = self.pairs.iter();
        let failures = pairs.filter_map(|pair| pair.failure(threshold_percent));
        let unjudged = self.gaps.iter().filter(|(record, _)| *record == "B");
        let unjudged = unjudged.map(|(_, gap)| format!("not compared: {gap}"));
        failures.chain(unjudged).collect()
    }

    /// A table for each column of each scenario, and the values that can't be compared.
    pub fn table(&self) -> String {
        let mut text = format!(
            "medians (lower is better) with intervals, or {}\n\
             detectable: the smallest change that these repeats can show\n",
            table::RANGE
        );
        let same = |one: &Pair, next: &Pair| {
            one.scenario == next.scenario && one.column.name == next.column.name
        };
        for group in self.pairs.chunk_by(same) {
            let (scenario, heading) = (&group[0].scenario, &group[0].heading);
            let repeats = match group[0].repeats {
                [a, b] if a == b => a.to_string(),
                [a, b] => format!("{a} and {b}"),
            };
            let interval = table::interval_of(repeats);
            let _ = writeln!(text, "\n{scenario}, {heading} {interval}:");
            let headings = ["transport", "A", "B", "change", "detectable", ""];
            text += &table::of_rows(headings, group.iter().map(Pair::cells));
        }
        for (_, gap) in &self.gaps {
            let _ = writeln!(text, "\nnot compared: {gap}");
        }
        text
    }
}

/// The ranked columns of a scenario, each once.
fn columns(part: &SuitePart) -> Vec<Column> {
    let mut columns: Vec<_> = match &part.point {
        Some(point) => columns::of_point(&part.scenario, point.parameter).to_vec(),
        None if part.scenario.is_silent() => columns::main(&part.scenario).to_vec(),
        None => [columns::main(&part.scenario), &columns::COST].concat(),
    };
    columns.retain(|column| column.ranked);
    columns
}

/// Parses a percentage on the command line.
pub fn percent(text: &str) -> Result<f64, String> {
    match text.strip_suffix('%').map(str::parse::<f64>) {
        Some(Ok(percent)) if percent.is_finite() && percent >= 0.0 => Ok(percent),
        _ => Err("expected a percentage of 0% or more, such as 10%".into()),
    }
}
