//! The kinds of charts.

use std::fmt;

use serde::Serialize;

use crate::show::language::Language;

/// The kinds of charts, in the order of the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Long polling and WebSocket side by side, message by message.
    Comparison,
    /// The same, one above the other, in the layout of the article.
    Timeline,
    /// Bytes per update or publish by class.
    Overhead,
    /// Latency by percentile.
    Latency,
    /// Median, 99th percentile and maximum of latency.
    LatencySummary,
    /// The article's use cases, on its linear axis.
    UseCasesLinear,
    /// The same on a logarithmic axis.
    UseCasesLog,
    /// Published claims and the values of the whole record.
    Claims,
    /// Mean latency by round-trip time or rate.
    LatencyOver,
    /// Server CPU by number of clients.
    CpuOver,
    /// Server memory by number of clients.
    MemoryOver,
    /// Overhead by payload or cookie.
    OverheadOver,
    /// Overhead by the mean age of updates, with the interval as parameter.
    OverheadOverAge,
    /// CPU time and memory of several servers, of the whole record.
    Servers,
    /// Overhead over each of several wires.
    Wires,
    /// Round trips and bytes until the first update, over each of several wires.
    Setup,
    /// On the talk's slide about the article's figures: bytes of a poll and of a message.
    SlideFigures,
    /// On the slide about when not to use WebSocket: overhead of the eight transports.
    SlideWhenNot,
    /// On the slide about what came after: overhead over HTTP/1.1, and over TLS with HTTP/2.
    SlideWhatCameAfter,
}

impl Kind {
    /// The path of a chart in a record's folder. The charts of the talk's slides have a scenario
    /// only in the version for the question.
    pub fn path(self, scenario: &str, language: Language) -> String {
        self.file(scenario, language, "svg")
    }

    /// The same with another extension.
    pub fn file(self, scenario: &str, language: Language, ending: &str) -> String {
        let hyphen = if scenario.is_empty() { "" } else { "-" };
        let infix = language.infix();
        format!("charts/{self}{hyphen}{scenario}{infix}.{ending}")
    }

    /// Whether it is one of the charts that are drawn for the talk's slides only.
    pub const fn is_of_talk(self) -> bool {
        matches!(
            self,
            Self::SlideFigures | Self::SlideWhenNot | Self::SlideWhatCameAfter
        )
    }

    /// Whether it is also drawn as a PNG, for the slides of others.
    pub const fn has_png(self) -> bool {
        matches!(
            self,
            Self::Comparison
                | Self::Timeline
                | Self::UseCasesLinear
                | Self::UseCasesLog
                | Self::OverheadOverAge
                | Self::Wires
        )
    }

    /// Whether it is a chart of a sweep instead of a scenario.
    pub const fn is_of_sweep(self) -> bool {
        matches!(
            self,
            Self::LatencyOver
                | Self::CpuOver
                | Self::MemoryOver
                | Self::OverheadOver
                | Self::OverheadOverAge
        )
    }

    /// An id that is unique on a page with all charts of a record.
    pub fn id(self, nth: usize, language: Language) -> String {
        format!("{self}-{nth}-{}", language.code())
    }
}

/// The name in paths.
impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.serialize(f)
    }
}
