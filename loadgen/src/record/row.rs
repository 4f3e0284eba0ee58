//! One line of a record's table of measurements.

use serde::{Deserialize, Serialize};

use crate::record::{Measurement, Step};

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
    /// Whether it is a measurement of a step.
    pub fn is_of(&self, step: &Step<'_>) -> bool {
        let of = &self.measurement;
        (of.conditions.scenario.as_str(), of.transport, self.repeat)
            == (&step.scenario.name, step.transport, step.repeat)
    }

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
