//! Captured messages of a record: one line for each arrow.

use serde::{Deserialize, Serialize};
use server::Transport;

use crate::record::{arrow::Arrow, row::Row};

/// An arrow and the row to which it belongs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CapturedArrow {
    /// The name of the scenario.
    pub scenario: String,
    /// The transport.
    pub transport: Transport,
    /// Counts from 1.
    pub repeat: u32,
    /// The message.
    #[serde(flatten)]
    pub arrow: Arrow,
}

impl CapturedArrow {
    /// Whether it belongs to a row.
    pub fn is_of(&self, row: &Row) -> bool {
        let of = &row.measurement;
        (&self.scenario, self.transport, self.repeat)
            == (&of.conditions.scenario, of.transport, row.repeat)
    }
}

/// The lines of a row's arrows.
pub fn lines(row: &Row, arrows: &[Arrow]) -> anyhow::Result<String> {
    let line = |arrow: &Arrow| {
        let capture = CapturedArrow {
            scenario: row.measurement.conditions.scenario.clone(),
            transport: row.measurement.transport,
            repeat: row.repeat,
            arrow: arrow.clone(),
        };
        Ok(serde_json::to_string(&capture)? + "\n")
    };
    arrows.iter().map(line).collect()
}
