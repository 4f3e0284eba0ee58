//! What do the charts say, in each language? The names of the transports are the same in all, and
//! so are the messages of failed runs.
//!
//! One file for each chart, with the texts in both languages; [`common`] has what several charts
//! say.

pub mod claims;
pub mod common;
pub mod latency;
pub mod latency_summary;
pub mod messages;
pub mod overhead;
pub mod sweep;
pub mod use_cases;

use server::Transport;

use self::{
    claims::ClaimWords, common::CommonWords, latency::LatencyWords,
    latency_summary::LatencySummaryWords, messages::MessageWords, overhead::OverheadWords,
    sweep::SweepWords, use_cases::UseCaseWords,
};
use crate::{
    record::{Record, SuitePart},
    show::language::Language,
};

/// What the charts say.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "each is named after its module")]
pub struct Words {
    /// In which language.
    pub language: Language,
    pub common: CommonWords,
    pub messages: MessageWords,
    pub overhead: OverheadWords,
    pub latency: LatencyWords,
    pub latency_summary: LatencySummaryWords,
    pub use_cases: UseCaseWords,
    pub claims: ClaimWords,
    pub sweep: SweepWords,
}

const ENGLISH: Words = Words {
    language: Language::English,
    common: common::ENGLISH,
    messages: messages::ENGLISH,
    overhead: overhead::ENGLISH,
    latency: latency::ENGLISH,
    latency_summary: latency_summary::ENGLISH,
    use_cases: use_cases::ENGLISH,
    claims: claims::ENGLISH,
    sweep: sweep::ENGLISH,
};

const KOREAN: Words = Words {
    language: Language::Korean,
    common: common::KOREAN,
    messages: messages::KOREAN,
    overhead: overhead::KOREAN,
    latency: latency::KOREAN,
    latency_summary: latency_summary::KOREAN,
    use_cases: use_cases::KOREAN,
    claims: claims::KOREAN,
    sweep: sweep::KOREAN,
};

impl Language {
    /// What the charts say in it.
    pub const fn words(self) -> &'static Words {
        match self {
            Self::English => &ENGLISH,
            Self::Korean => &KOREAN,
        }
    }
}

impl Words {
    /// Under which conditions a chart was measured, and when, and with what.
    pub fn caption(&self, record: &Record, part: &SuitePart) -> [String; 2] {
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
        let failed =
            rows.find(|row| row.conditions.scenario == scenario && row.transport == transport);
        let reason = failed.and_then(|row| row.error.clone());
        Some(reason.unwrap_or_else(|| self.common.not_measured.into()))
    }

    /// A gap as it is written where the measurement would stand.
    pub fn gap(&self, reason: &str) -> String {
        (self.common.gap)(reason)
    }

    /// From how many repeats the numbers of a scenario are taken.
    pub fn repeats(&self, record: &Record, part: &SuitePart) -> String {
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
