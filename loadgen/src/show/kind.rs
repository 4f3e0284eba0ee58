//! Which kinds of charts are there?

use crate::show::language::Language;

/// The kinds of charts, in the order in which they are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Long polling beside WebSocket, message by message.
    Comparison,
    /// The same one above the other, in the layout of the founding article.
    Timeline,
    /// Bytes per update or publish by class.
    Overhead,
    /// Latency by percentile.
    Latency,
    /// Latency in three columns.
    LatencySummary,
    /// The founding article's use cases, as it drew them.
    UseCasesLinear,
    /// The same on a logarithmic axis.
    UseCasesLog,
    /// What others published beside what was measured, of the whole record.
    Claims,
    /// Mean latency over distance or rate.
    LatencyOver,
    /// Server CPU over clients.
    CpuOver,
    /// Server memory over clients.
    MemoryOver,
    /// Overhead over payload.
    OverheadOver,
    /// Overhead over the mean age of updates, with the interval as parameter.
    OverheadOverAge,
    /// CPU time and memory of several servers, of the whole record.
    Servers,
    /// Overhead over each of several wires.
    Wires,
    /// Round trips and bytes until the first update, over each of several wires.
    Setup,
}

impl Kind {
    const fn name(self) -> &'static str {
        match self {
            Self::Comparison => "comparison",
            Self::Timeline => "timeline",
            Self::Overhead => "overhead",
            Self::Latency => "latency",
            Self::LatencySummary => "latency-summary",
            Self::UseCasesLinear => "use-cases-linear",
            Self::UseCasesLog => "use-cases-log",
            Self::Claims => "claims",
            Self::LatencyOver => "latency-over",
            Self::CpuOver => "cpu-over",
            Self::MemoryOver => "memory-over",
            Self::OverheadOver => "overhead-over",
            Self::OverheadOverAge => "overhead-over-age",
            Self::Servers => "servers",
            Self::Wires => "wires",
            Self::Setup => "setup",
        }
    }

    /// Where the chart of a scenario lies in a record's folder.
    pub fn path(self, scenario: &str, language: Language) -> String {
        self.file(scenario, language, "svg")
    }

    /// The same for another ending.
    pub fn file(self, scenario: &str, language: Language, ending: &str) -> String {
        let (name, infix) = (self.name(), language.infix());
        format!("charts/{name}-{scenario}{infix}.{ending}")
    }

    /// Whether it is shown on slides, so that it is there as a PNG too.
    pub const fn is_for_slides(self) -> bool {
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

    /// Whether it is of a sweep, and not of a scenario.
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

    /// An id that is unique on a page that shows all charts of a record.
    pub fn id(self, nth: usize, language: Language) -> String {
        format!("{}-{nth}-{}", self.name(), language.code())
    }
}
