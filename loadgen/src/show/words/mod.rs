//! What do the figures say, in each language? The names of the transports are the same in all, and
//! so are the messages of failed runs.
//!
//! The texts are in `en` and `ko`, the same fields in both.
//!
//! - [`claims`], [`latency_summary`], [`use_cases`]: those of one figure, in both languages.

use server::Transport;

use crate::{
    record::{
        Class, Direction, arrow::What, folder::Record, scenario::Scenario, suite::Part,
        sweep::Parameter,
    },
    show::chart::Kind,
};

pub mod claims;
mod en;
mod ko;
pub mod latency_summary;
pub mod use_cases;

/// A language in which every figure is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// Of the report.
    English,
    /// Of the lesson.
    Korean,
}

impl Language {
    /// All languages.
    pub const ALL: [Self; 2] = [Self::English, Self::Korean];

    /// By what documents call it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Korean => "ko",
        }
    }

    /// What stands between a file's name and its ending.
    pub const fn infix(self) -> &'static str {
        match self {
            Self::English => "",
            Self::Korean => ".ko",
        }
    }

    /// What the figures say in it.
    pub const fn words(self) -> &'static Words {
        match self {
            Self::English => &en::WORDS,
            Self::Korean => &ko::WORDS,
        }
    }
}

/// What the figures say.
#[derive(Clone, Copy, Debug)]
pub struct Words {
    /// In which language.
    pub language: Language,
    /// What several figures say.
    pub common: Common,
    /// Of [`chart::comparison`](crate::show::chart::comparison) and [`chart::timeline`](crate::show::chart::timeline).
    pub comparison: Comparison,
    /// Of [`chart::overhead`](crate::show::chart::overhead).
    pub overhead: Overhead,
    /// Of [`chart::latency`](crate::show::chart::latency).
    pub latency: Latency,
    /// Of [`chart::latency_summary`](crate::show::chart::latency_summary).
    pub latency_summary: latency_summary::LatencySummary,
    /// Of [`chart::use_cases`](crate::show::chart::use_cases).
    pub use_cases: use_cases::UseCases,
    /// Of [`chart::claims`](crate::show::chart::claims).
    pub claims: claims::Claims,
    /// Of [`chart::over`](crate::show::chart::over).
    pub over: Over,
}

/// What several figures say.
#[derive(Clone, Copy, Debug)]
pub struct Common {
    /// The reason where there is no row at all.
    pub not_measured: &'static str,
    /// The reason where a row tells of no update.
    pub undelivered: &'static str,
    /// A gap, from its reason, as it is written where the measurement would stand.
    pub gap: fn(&str) -> String,
    /// The conditions of a measurement in one line.
    pub conditions: fn(&Scenario) -> String,
    /// A scenario: its name and its conditions.
    pub scenario: fn(&str, &str) -> String,
    /// When a record was made, of which revision, and whether the programs were built for speed.
    pub origin: fn(&str, Option<&str>, bool) -> String,
    /// From how many repeats figures are taken, and how many runs have no result.
    pub repeats: fn(u32, usize) -> String,
    /// Names in a row.
    pub list: fn(&[String]) -> String,
    /// What a logarithmic axis counts.
    pub logarithmic: fn(&str) -> String,
}

/// What the figures of messages say.
#[derive(Clone, Copy, Debug)]
pub struct Comparison {
    /// Above all, with the names of the sides.
    pub title: fn(&str) -> String,
    /// Above all, where there are too many names.
    pub title_of_many: fn(usize) -> String,
    /// How to read it where time runs down, from what lies between the two ends.
    pub down: fn(&str) -> String,
    /// How to read it where time runs to the right.
    pub across: fn(&str) -> String,
    /// No distance between the two ends.
    pub near: &'static str,
    /// How long each way takes.
    pub far: fn(&str) -> String,
    /// One end.
    pub browser: &'static str,
    /// The other end.
    pub server: &'static str,
    /// A column.
    pub latency: &'static str,
    /// A column.
    pub update: &'static str,
    /// A request that waits at the server for an update.
    pub held: &'static str,
    /// An update that waits at the server for a request.
    pub waits: fn(&str) -> String,
    /// An arrow, and whether it carries updates.
    pub what: fn(What, bool) -> &'static str,
    /// Of a whole run.
    pub updates: fn(u64) -> String,
    /// Of a whole run.
    pub mean: fn(&str) -> String,
    /// The first and the last update that is shown, how many these are, and of how many.
    pub shown: fn(u64, u64, usize, usize) -> String,
    /// Updates that were there before the browser came.
    pub before: &'static str,
    /// Where things lie too close.
    pub crowded: &'static str,
    /// What is counted on the arrows and underneath, there with the headers of packets or without.
    pub bytes: fn(bool) -> &'static str,
    /// A reason for a gap.
    pub unreadable: &'static str,
    /// A reason for a gap.
    pub uncaptured: &'static str,
}

/// What the bytes around an update say.
#[derive(Clone, Copy, Debug)]
pub struct Overhead {
    /// Above all: of updates, or in direction up of publishes.
    pub title: fn(Direction) -> &'static str,
    /// What is drawn, and from how many repeats.
    pub explained: fn(Direction, &str) -> String,
    /// The axis.
    pub unit: fn(Direction) -> &'static str,
    /// The reason where a row tells of no update, or of no publish.
    pub nothing: fn(Direction) -> &'static str,
    /// The column of all that is around the payload.
    pub overhead: &'static str,
    /// A class of the ledger.
    pub class: fn(Class) -> &'static str,
    /// So many updates in each answer.
    pub shared: fn(f64) -> String,
    /// So many requests for each update.
    pub several: fn(f64) -> String,
    /// Of which transports it is said.
    pub with: fn(&str, &str) -> String,
    /// What must be known to read the bars.
    pub mind: fn(&str) -> String,
    /// Bytes of payload and of overhead.
    pub told: fn(f64, f64) -> String,
}

/// What the percentiles say.
#[derive(Clone, Copy, Debug)]
pub struct Latency {
    /// Above all.
    pub title: &'static str,
    /// What is drawn.
    pub explained: &'static str,
    /// The axis upwards.
    pub time: &'static str,
    /// The axis across.
    pub part: &'static str,
    /// The reason where the file of a row is damaged or gone.
    pub unreadable: &'static str,
    /// The largest latency.
    pub worst: fn(&str) -> String,
}

/// What the figures of sweeps say.
#[derive(Clone, Copy, Debug)]
pub struct Over {
    /// Above all.
    pub title: fn(Kind, Parameter) -> String,
    /// What is drawn.
    pub explained: fn(Kind) -> &'static str,
    /// What the axis upwards counts.
    pub unit: fn(Kind) -> &'static str,
    /// What the axis across counts.
    pub parameter: fn(Parameter) -> &'static str,
    /// A sweep: its name and the conditions from which it starts.
    pub sweep: fn(&str, &str) -> String,
    /// A figure at a value of the parameter.
    pub point: fn(&str, f64) -> String,
    /// Points that are not there.
    pub missing: fn(&str) -> String,
    /// At the end of the title, where answers are bounded.
    pub at_most: fn(usize) -> String,
    /// And what that does to a queue.
    pub grows: &'static str,
    /// All in one text, from the parameter and the lines.
    pub told: fn(&str, &str) -> String,
}

impl Words {
    /// Under which conditions a chart was measured, and when, and with what.
    pub fn caption(&self, record: &Record, part: &Part) -> [String; 2] {
        let conditions = (self.common.conditions)(&part.scenario);
        let scenario = (self.common.scenario)(&part.scenario.name, &conditions);
        [scenario, self.origin(record)]
    }

    /// When a record was made, and of which revision.
    pub fn origin(&self, record: &Record) -> String {
        let of = &record.environment;
        (self.common.origin)(of.day(), of.revision.as_deref(), of.optimised)
    }

    /// Why a transport has no measurement in a scenario; `None` if it has one.
    pub fn missing(&self, record: &Record, scenario: &str, transport: Transport) -> Option<String> {
        if record.good_rows(scenario, transport).next().is_some() {
            return None;
        }
        let mut rows = record.rows.iter().map(|row| &row.measurement);
        let failed = rows.find(|row| row.scenario == scenario && row.transport == transport);
        let reason = failed.and_then(|row| row.error.clone());
        Some(reason.unwrap_or_else(|| self.common.not_measured.into()))
    }

    /// A gap as it is written where the measurement would stand.
    pub fn gap(&self, reason: &str) -> String {
        (self.common.gap)(reason)
    }

    /// From how many repeats the figures of a scenario are taken.
    pub fn repeats(&self, record: &Record, part: &Part) -> String {
        let good = |&transport| record.good_rows(&part.scenario.name, transport).count();
        let good = part.transports.iter().map(good).sum();
        let failed = (part.transports.len() * part.repeats as usize).saturating_sub(good);
        (self.common.repeats)(part.repeats, failed)
    }

    /// Names in a row.
    pub fn list(&self, names: &[String]) -> String {
        (self.common.list)(names)
    }
}
