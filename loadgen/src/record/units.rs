//! Durations as text.

use std::time::Duration;

/// A duration in one unit: `31 s`, `1.5 s`, `106 ms`, `0.5 ms`.
pub fn duration(span: Duration) -> String {
    match span.as_secs() {
        0 if span.is_zero() => "0 ms".into(),
        0 => format!("{} ms", span.as_micros() as f64 / 1e3),
        _ => format!("{} s", span.as_micros() as f64 / 1e6),
    }
}
