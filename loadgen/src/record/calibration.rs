//! Checks of the instrument against known values.

use serde::{Deserialize, Serialize};
use strum::Display;

use crate::record::invalid::ErrorCode;

/// A known value and its measurement.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Check {
    /// The quantity.
    pub what: String,
    /// The unit: `us` or `bytes`.
    pub unit: Unit,
    /// The known value.
    pub expected: f64,
    /// The measured value; null if the measurement failed.
    pub read: Option<f64>,
    /// The largest allowed difference, in the same unit.
    pub bound: f64,
    /// The error of a failed measurement.
    pub error: Option<String>,
    /// The category of that error.
    pub error_code: Option<ErrorCode>,
}

/// The unit of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Display)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub enum Unit {
    /// Microseconds, which depend on the machine and its load.
    Us,
    /// Bytes, which must be exact.
    Bytes,
}

impl Check {
    /// A check with a measured value.
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

    /// A check of a time in microseconds.
    pub fn us(what: impl Into<String>, expected: u64, read: u64, bound: u64) -> Self {
        Self::of(what, Unit::Us, expected as f64, read as f64, bound as f64)
    }

    /// A check of bytes, which must be exact.
    pub fn bytes(what: impl Into<String>, expected: usize, read: u64) -> Self {
        Self::of(what, Unit::Bytes, expected as f64, read as f64, 0.0)
    }

    /// The measured value minus the known value.
    pub fn difference(&self) -> Option<f64> {
        Some(self.read? - self.expected)
    }

    /// Whether the difference is within the bound.
    pub fn holds(&self) -> bool {
        self.difference()
            .is_some_and(|difference| difference.abs() <= self.bound)
    }

    /// The check as a line of text.
    fn words(&self) -> String {
        let (what, unit, expected, bound) = (&self.what, self.unit, self.expected, self.bound);
        match (self.read, &self.error) {
            (Some(read), _) => {
                format!("{what}: {read} {unit} instead of {expected}, with a bound of {bound}")
            }
            (None, Some(error)) => format!("{what}: not measured ({error})"),
            (None, None) => format!("{what}: not measured"),
        }
    }
}

/// A check as it is written, with difference and verdict.
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

/// The failed checks, a line for each, and a remedy; `None` if all hold.
pub fn complaint(checks: &[Check]) -> Option<String> {
    let off: Vec<_> = checks.iter().filter(|check| !check.holds()).collect();
    let remedy = match off.iter().any(|check| check.unit == Unit::Bytes) {
        true => "the instrument counts wrongly: this is a bug, please report it",
        false => "close other programs, and calibrate again on an idle machine",
    };
    let lines: String = off.iter().map(|check| check.words() + "\n").collect();
    let (off, all) = (off.len(), checks.len());
    (off > 0).then(|| format!("{off} of {all} checks failed\n{lines}{remedy}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failed_checks_are_named_with_a_remedy() {
        let exact = Check::bytes("request header", 61, 61);
        let late = Check::us("rtt 10 ms, p50", 5_000, 6_001, 1_000);
        let wrong = Check::bytes("frame header", 2, 3);
        assert_eq!(complaint(std::slice::from_ref(&exact)), None);
        let late = complaint(&[exact, late]).unwrap();
        let reading = "rtt 10 ms, p50: 6001 us instead of 5000";
        assert!(late.contains(reading), "{late}");
        assert!(!late.contains("request header"), "{late}");
        assert!(late.contains("idle machine"), "{late}");
        let wrong = complaint(&[wrong]).unwrap();
        let reading = "frame header: 3 bytes instead of 2";
        assert!(wrong.contains(reading), "{wrong}");
        assert!(wrong.contains("report it"), "{wrong}");
    }
}
