//! Estimates as text: a median and the variation of the repeats.

use super::{
    number,
    statistics::{Estimate, Variation},
};

/// A median and the variation of its repeats, with their number if not all have a result.
pub fn estimate(estimate: &Estimate, repeats: u32, number: impl Fn(f64) -> String) -> String {
    let (median, variation) = (
        number(estimate.median),
        variation(estimate, repeats, &number),
    );
    format!("{median} {variation}").trim_end().into()
}

/// The variation of the repeats in brackets or parentheses; empty for a single repeat.
pub fn variation(estimate: &Estimate, repeats: u32, number: impl Fn(f64) -> String) -> String {
    let text = match estimate.variation() {
        Some(Variation::Interval(low, high)) => format!("[{}, {}]", number(low), number(high)),
        Some(Variation::Range(low, high)) => format!("({} to {})", number(low), number(high)),
        None => String::new(),
    };
    if estimate.repeats == repeats as usize {
        return text;
    }
    let count = number::count(estimate.repeats, "repeat");
    format!("{text} of {count}").trim().into()
}
