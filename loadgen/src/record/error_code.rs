//! Categories of errors.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The category of an error, in a row and in the sentence that explains it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "measure::invalid explains each")]
pub enum ErrorCode {
    NotStarted,
    ServerEnded,
    ClientFailed,
    DifferentFeeds,
    NothingPlanned,
    OffRate,
    BadDelivery,
    TooMany,
    PublishLost,
    NothingWhole,
    UnexplainedBytes,
    ClockStepped,
    EarlyArrival,
    GeneratorLate,
    GeneratorBusy,
    GeneratorPaused,
    AskedLate,
}

impl ErrorCode {
    /// Whether the machine is the cause, so that another attempt may succeed.
    pub const fn is_retryable(self) -> bool {
        matches!(
            self,
            Self::ClockStepped
                | Self::EarlyArrival
                | Self::GeneratorLate
                | Self::GeneratorBusy
                | Self::GeneratorPaused
                | Self::AskedLate
        )
    }
}

/// As in a row.
impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.serialize(f)
    }
}
