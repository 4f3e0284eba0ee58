//! The texts of the charts in each language. Names of transports and messages of failed runs are
//! the same in all languages.
//!
//! One file for each chart; `common` has the texts that several charts share. A text is an array:
//! English, then Korean. [`Words::of`] selects the language.

pub(super) mod answer;
pub(super) mod brokers;
pub(super) mod claims;
pub(super) mod common;
pub(super) mod freshness;
pub(super) mod latency;
pub(super) mod latency_summary;
pub(super) mod messages;
pub(super) mod overhead;
pub(super) mod servers;
pub(super) mod slides;
pub(super) mod sweep;
pub(super) mod use_cases;
pub(super) mod wires;

use server::Transport;

use crate::{
    record::{Record, Scenario, SuitePart},
    show::{columns, language::Language},
};

/// The texts of the charts in one language.
#[derive(Clone, Copy, Debug)]
pub struct Words {
    /// The language.
    pub language: Language,
}

impl Language {
    /// The texts of the charts in this language.
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

    /// The caption of a chart: scenario and conditions, then the origin of the record.
    pub fn caption(&self, record: &Record, part: &SuitePart) -> [String; 2] {
        let conditions = common::conditions(&part.scenario);
        let scenario = common::scenario(&part.scenario.name, conditions);
        [self.of(scenario), self.origin(record)]
    }

    /// The day and revision of a record.
    pub fn origin(&self, record: &Record) -> String {
        self.of(common::origin(&record.environment))
    }

    /// The text in place of the measurement of a transport in a scenario; `None` if it has one.
    pub fn missing(&self, record: &Record, scenario: &str, transport: Transport) -> Option<String> {
        if record.good_rows(scenario, transport).next().is_some() {
            return None;
        }
        let mut rows = record.rows.iter().map(|row| &row.measurement);
        let failed =
            rows.find(|row| row.conditions.scenario == scenario && row.transport == transport);
        let error = failed.and_then(|row| row.error.as_deref());
        Some(match error {
            Some(error) => self.gap([error; 2]),
            None => self.gap(common::NOT_MEASURED),
        })
    }

    /// The text in place of a missing measurement, with the reason.
    pub fn gap(&self, reason: [&str; 2]) -> String {
        self.of(common::gap(reason))
    }

    /// The number of repeats behind the values of a scenario.
    pub fn repeats(&self, record: &Record, part: &SuitePart) -> String {
        let good = |&transport| record.good_rows(&part.scenario.name, transport).count();
        let good = part.transports.iter().map(good).sum();
        let failed = (part.transports.len() * part.repeats as usize).saturating_sub(good);
        self.of(common::repeats(part.repeats, failed))
    }

    /// The meaning of high percentiles in a scenario with few updates and several clients; `None` in
    /// any other scenario.
    pub fn few_updates(&self, scenario: &Scenario) -> Option<String> {
        let updates = scenario.updates()?;
        let updates = columns::is_fan_out(scenario).then_some(updates)?;
        Some(self.of(common::few_updates(updates)))
    }

    /// Names as an enumeration.
    pub fn list(&self, names: &[String]) -> String {
        self.of(common::list(names))
    }

    /// Each text with an enumeration of its transports.
    pub fn by_text(
        &self,
        texts: impl Iterator<Item = (Transport, String)>,
    ) -> Vec<(String, String)> {
        let mut groups: Vec<(String, Vec<String>)> = Vec::new();
        for (transport, text) in texts {
            let name = transport.to_string();
            match groups.iter_mut().find(|(other, _)| *other == text) {
                Some((_, names)) => names.push(name),
                None => groups.push((text, vec![name])),
            }
        }
        let groups = groups.into_iter();
        groups
            .map(|(text, names)| (text, self.list(&names)))
            .collect()
    }
}
