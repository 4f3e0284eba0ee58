//! One line of a record's table of measurements.

use serde::{Deserialize, Serialize};

use crate::record::measurement::Measurement;

/// One row of a record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// Counts from 1.
    pub repeat: u32,
    /// The measurement.
    #[serde(flatten)]
    pub measurement: Measurement,
}

impl Row {
    /// `scenario/transport/repeat`. Its histograms and captures are found by it.
    pub fn key(&self) -> String {
        let of = &self.measurement;
        format!(
            "{}/{}/{}",
            of.conditions.scenario, of.transport, self.repeat
        )
    }

    /// The row's name in messages.
    pub fn words(&self) -> String {
        let of = &self.measurement;
        format!(
            "scenario '{}', {}, repeat {}",
            of.conditions.scenario, of.transport, self.repeat
        )
    }
}
