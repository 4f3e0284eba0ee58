//! How is the result of several repeats written? A median, and how much the repeats differ.

use super::{
    number,
    statistics::{Estimate, Variation},
};

/// A median and how much its repeats differ. Where not all repeats have a result, their number.
pub fn estimate(estimate: &Estimate, repeats: u32, number: impl Fn(f64) -> String) -> String {
    let variation = variation(estimate, repeats, &number);
    [number(estimate.median), variation]
        .join(" ")
        .trim_end()
        .into()
}

/// How much repeats differ, in brackets or parentheses; empty for a single repeat.
pub fn variation(estimate: &Estimate, repeats: u32, number: impl Fn(f64) -> String) -> String {
    let text = match estimate.variation() {
        Some(Variation::Interval(low, high)) => format!("[{}, {}]", number(low), number(high)),
        Some(Variation::Range(low, high)) => format!("({} to {})", number(low), number(high)),
        None => String::new(),
    };
    match estimate.repeats == repeats as usize {
        true => text,
        false => format!("{text} of {}", number::count(estimate.repeats, "repeat"))
            .trim()
            .into(),
    }
}
