//! Selects the rows of a record for a claim.

use server::Transport;

use crate::{
    record::{Conditions, Measurement, Record},
    show::statistics::median,
};

/// The median over a transport's valid rows that match, in any scenario in clear text.
pub(super) fn of_kind(
    record: &Record,
    transport: Transport,
    kind: impl Fn(&Conditions) -> bool,
    of: impl Fn(&Measurement) -> Option<f64>,
) -> Option<f64> {
    let rows = record.rows.iter().map(|row| &row.measurement);
    let rows = rows.filter(|row| row.conditions.tls != Some(true));
    let good = rows.filter(|row| row.error.is_none() && row.transport == transport);
    let rows: Vec<_> = good.filter(|row| kind(&row.conditions)).collect();
    median(&rows, of)
}

/// The ratio of two numbers; `None` if the second is zero.
pub(super) fn ratio(one: Option<f64>, other: Option<f64>) -> Option<f64> {
    let other = other.filter(|&other| other > 0.0);
    one.zip(other).map(|(one, other)| one / other)
}
