//! What do the charts say, in each language? The names of the transports are the same in all, and
//! so are the messages of failed runs.
//!
//! One file for each chart; `common` has what several charts say. A text is an array: English,
//! then Korean. [`Words::of`] picks the language.

pub(super) mod claims;
pub(super) mod common;
pub(super) mod freshness;
pub(super) mod latency;
pub(super) mod latency_summary;
pub(super) mod messages;
pub(super) mod overhead;
pub(super) mod servers;
pub(super) mod sweep;
pub(super) mod use_cases;
pub(super) mod wires;

use server::Transport;

use crate::{
    record::{Record, Scenario, SuitePart},
    show::{columns, language::Language},
};

/// What the charts say, in one language.
#[derive(Clone, Copy, Debug)]
pub struct Words {
    /// The language.
    pub language: Language,
}

impl Language {
    /// What the charts say in it.
    pub const fn words(self) -> &'static Words {
        match self {
            Self::English => &Words {
                language: Self::English,
            },
            Self::Korean => &Words {
                language: Self::Korean,
            },
        }
    }
}

impl Words {
    /// A text in this language.
    pub fn of<T>(&self, [english, korean]: [T; 2]) -> T {
        match self.language {
            Language::English => english,
            Language::Korean => korean,
        }
    }

    /// Under which conditions a chart was measured, and when, and with what.
    pub fn caption(&self, record: &Record, part: &SuitePart) -> [String; 2] {
        let conditions = common::conditions(&part.scenario);
        let scenario = common::scenario(&part.scenario.name, conditions);
        [self.of(scenario), self.origin(record)]
    }

    /// When a record was made, and of which revision.
    pub fn origin(&self, record: &Record) -> String {
        let of = &record.environment;
        self.of(common::origin(
            of.day(),
            of.revision.as_deref(),
            of.optimised,
        ))
    }

    /// Why a transport has no measurement in a scenario; `None` if it has one.
    pub fn missing(&self, record: &Record, scenario: &str, transport: Transport) -> Option<String> {
        if record.good_rows(scenario, transport).next().is_some() {
            return None;
        }
        let mut rows = record.rows.iter().map(|row| &row.measurement);
        let failed =
            rows.find(|row| row.conditions.scenario == scenario && row.transport == transport);
        let reason = failed.and_then(|row| row.error.clone());
        Some(reason.unwrap_or_else(|| self.of(common::NOT_MEASURED).into()))
    }

    /// A gap as it is written where the measurement would stand.
    pub fn gap(&self, reason: &str) -> String {
        self.of(common::gap(reason))
    }

    /// From how many repeats the numbers of a scenario are taken.
    pub fn repeats(&self, record: &Record, part: &SuitePart) -> String {
        let good = |&transport| record.good_rows(&part.scenario.name, transport).count();
        let good = part.transports.iter().map(good).sum();
        let failed = (part.transports.len() * part.repeats as usize).saturating_sub(good);
        self.of(common::repeats(part.repeats, failed))
    }

    /// What high percentiles say in a scenario of few updates and several clients; `None` in any
    /// other.
    pub fn few_updates(&self, scenario: &Scenario) -> Option<String> {
        let updates = scenario.updates()?;
        let updates = columns::is_fan_out(scenario).then_some(updates)?;
        Some(self.of(common::few_updates(updates)))
    }

    /// Names in a row.
    pub fn list(&self, names: &[String]) -> String {
        self.of(common::list(names))
    }
}
