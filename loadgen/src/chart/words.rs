//! How are figures, conditions and gaps said, in every chart and in the report?

use server::Transport;

use crate::{measurement::Measurement, record::Record, suite::Part};

/// The reason where there is no row at all.
pub const NOT_MEASURED: &str = "it was not measured";

/// Under which conditions a chart was measured, and when, and with what.
pub fn caption(record: &Record, part: &Part) -> [String; 2] {
    let scenario = &part.scenario;
    [
        format!("Scenario “{}”: {}.", scenario.name, scenario.words()),
        origin(record),
    ]
}

/// When a record was made, and of which revision.
pub fn origin(record: &Record) -> String {
    let environment = &record.environment;
    let revision = environment.revision.as_deref().unwrap_or("unknown");
    let slow = match environment.optimised {
        true => "",
        false => ", not built for speed",
    };
    format!("Measured {}, revision {revision}{slow}.", environment.day())
}

/// The good measurements of a transport in a scenario.
pub fn good<'a>(record: &'a Record, scenario: &str, transport: Transport) -> Vec<&'a Measurement> {
    let rows = record.good_rows(scenario, transport);
    rows.map(|row| &row.measurement).collect()
}

/// Why a transport has no measurement in a scenario; `None` if it has one.
pub fn missing(record: &Record, scenario: &str, transport: Transport) -> Option<String> {
    if record.good_rows(scenario, transport).next().is_some() {
        return None;
    }
    let mut rows = record.rows.iter().map(|row| &row.measurement);
    let failed = rows.find(|row| row.scenario == scenario && row.transport == transport);
    let reason = failed.and_then(|row| row.error.clone());
    Some(reason.unwrap_or_else(|| NOT_MEASURED.into()))
}

/// A gap as it is written where the measurement would stand.
pub fn gap(reason: &str) -> String {
    format!("no measurement: {reason}")
}

/// From how many repeats the figures of a scenario are taken, in words.
pub fn repeats(record: &Record, part: &Part) -> String {
    let good = |&transport| record.good_rows(&part.scenario.name, transport).count();
    let good = part.transports.iter().map(good).sum();
    let failed = (part.transports.len() * part.repeats as usize).saturating_sub(good);
    let failed = match failed {
        0 => String::new(),
        failed => format!(", but for {} without a result", count(failed, "run")),
    };
    match part.repeats {
        1 => format!("one measurement each{failed}"),
        repeats => format!("medians of {repeats} repeats{failed}"),
    }
}

/// Milliseconds with as many digits as say something.
pub fn ms(us: f64) -> String {
    let ms = us / 1000.0;
    match ms {
        10.0.. => format!("{} ms", grouped(ms, 0)),
        1.0..10.0 => format!("{ms:.1} ms"),
        _ => format!("{ms:.2} ms"),
    }
}

/// A number with its thousands set apart.
pub fn grouped(number: f64, digits: usize) -> String {
    let text = format!("{number:.digits$}");
    let (whole, rest) = text.split_at(text.find('.').unwrap_or(text.len()));
    let (sign, whole) = whole.split_at(usize::from(whole.starts_with('-')));
    let mut grouped = String::from(sign);
    for (nth, digit) in whole.chars().enumerate() {
        if nth > 0 && (whole.len() - nth).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped + rest
}

/// So many of a thing.
pub fn count(many: usize, thing: &str) -> String {
    match many {
        1 => format!("1 {thing}"),
        many => format!("{many} {thing}s"),
    }
}

/// Words in a row: `a, b and c`.
pub fn list(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}

/// A round step of which at most `most` lie between 0 and `span`.
pub fn step(span: f64, most: f64) -> f64 {
    let least = (span / most).max(1e-6);
    let decade = 10f64.powi(least.log10().floor() as i32);
    let steps = [1.0, 2.0, 5.0, 10.0].map(|step| step * decade);
    *steps
        .iter()
        .find(|&&step| step >= least * 0.999_999)
        .unwrap_or(&steps[3])
}
