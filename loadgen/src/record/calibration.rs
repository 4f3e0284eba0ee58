//! What did the instrument read of what is known in advance?

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::record::error_code::ErrorCode;

/// One thing that is known, and how it was read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Check {
    /// What was read.
    pub what: String,
    /// In which unit: `us` or `bytes`.
    pub unit: Unit,
    /// What is known.
    pub expected: f64,
    /// What was read; null where nothing could be.
    pub read: Option<f64>,
    /// By how much they may differ, in the same unit.
    pub bound: f64,
    /// Why nothing was read.
    pub error: Option<String>,
    /// The category of that error.
    #[serde(default)]
    pub error_code: Option<ErrorCode>,
}

/// The unit of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Unit {
    /// Microseconds, which depend on the machine and on what else it does.
    Us,
    /// Bytes, which must be exact.
    Bytes,
}

/// As it is written in a check.
impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.serialize(f)
    }
}

impl Check {
    /// A reading.
    pub fn of(what: impl Into<String>, unit: Unit, expected: f64, read: f64, bound: f64) -> Self {
        Self {
            what: what.into(),
            unit,
            expected,
            read: Some(read),
            bound,
            error: None,
            error_code: None,
        }
    }

    /// Of a time, in microseconds.
    pub fn us(what: impl Into<String>, expected: u64, read: u64, bound: u64) -> Self {
        Self::of(what, Unit::Us, expected as f64, read as f64, bound as f64)
    }

    /// Of bytes, which must be exact.
    pub fn bytes(what: impl Into<String>, expected: usize, read: u64) -> Self {
        Self::of(what, Unit::Bytes, expected as f64, read as f64, 0.0)
    }

    /// What was read minus what is known.
    pub fn difference(&self) -> Option<f64> {
        Some(self.read? - self.expected)
    }

    /// Whether they agree within the bound.
    pub fn holds(&self) -> bool {
        self.difference()
            .is_some_and(|difference| difference.abs() <= self.bound)
    }

    /// What was read instead of what.
    fn words(&self) -> String {
        let (what, unit, expected, bound) = (&self.what, self.unit, self.expected, self.bound);
        match (self.read, &self.error) {
            (Some(read), _) => {
                format!("{what}: {read} {unit} instead of {expected}, with a bound of {bound}")
            }
            (None, Some(error)) => format!("{what}: nothing was read ({error})"),
            (None, None) => format!("{what}: nothing was read"),
        }
    }
}

/// A check as it is written, with what follows from it.
#[derive(Debug, Serialize)]
pub struct Judged<'a> {
    #[serde(flatten)]
    check: &'a Check,
    difference: Option<f64>,
    holds: bool,
}

/// All checks as they are written.
pub fn judged(checks: &[Check]) -> Vec<Judged<'_>> {
    let judged = |check| Judged {
        check,
        difference: check.difference(),
        holds: check.holds(),
    };
    checks.iter().map(judged).collect()
}

/// Which checks do not hold, a line for each, and what to do; `None` where all hold.
pub fn complaint(checks: &[Check]) -> Option<String> {
    let off: Vec<_> = checks.iter().filter(|check| !check.holds()).collect();
    let remedy = match off.iter().any(|check| check.unit == Unit::Bytes) {
        true => "the instrument counts wrong: report it",
        false => "close other programs, and calibrate again on an idle machine",
    };
    let lines: String = off.iter().map(|check| check.words() + "\n").collect();
    let (off, all) = (off.len(), checks.len());
    (off > 0).then(|| format!("{off} of {all} checks do not hold\n{lines}{remedy}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_hold_is_named_with_what_to_do() {
        let exact = Check::bytes("request head", 61, 61);
        let late = Check::us("rtt 10 ms, p50", 5_000, 6_001, 1_000);
        let wrong = Check::bytes("frame head", 2, 3);
        assert_eq!(complaint(std::slice::from_ref(&exact)), None);
        let late = complaint(&[exact, late]).unwrap();
        assert!(
            late.contains("rtt 10 ms, p50: 6001 us instead of 5000"),
            "{late}"
        );
        assert!(!late.contains("request head"), "{late}");
        assert!(late.contains("idle machine"), "{late}");
        let wrong = complaint(&[wrong]).unwrap();
        assert!(
            wrong.contains("frame head: 3 bytes instead of 2"),
            "{wrong}"
        );
        assert!(wrong.contains("report it"), "{wrong}");
    }

    #[test]
    fn a_check_is_written_with_its_verdict_and_read_back_without() {
        let late = Check::us("rtt 10 ms, p50", 5_000, 6_001, 1_000);
        let written = serde_json::to_value(judged(std::slice::from_ref(&late))).unwrap();
        assert_eq!(written[0]["difference"], 1_001.0);
        assert_eq!(written[0]["holds"], false);
        let read: Vec<Check> = serde_json::from_value(written).unwrap();
        assert_eq!(read, [late]);
    }
}
