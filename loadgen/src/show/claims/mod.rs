//! Published claims, computed numbers and measurements.
//!
//! - [`article`]: the article of 2009, polling once per second with the headers of 2009.
//! - [`rfc6202`]: known issues of long polling.
//! - [`pimentel`]: one-way latency between continents.
//! - [`aquilio`]: captured bytes of five updates.
//! - `wires`: our prediction for TLS and HTTP/2.
//! - [`knee`]: fit of the round-trip time beyond which a queue grows.

pub mod aquilio;
pub mod article;
pub mod claim;
pub mod knee;
pub mod pimentel;
pub mod rfc6202;
mod rows;
pub mod use_case;
mod wires;

use self::claim::Claim;
use crate::record::Record;

/// All claims with the numbers of a record, grouped by source.
pub fn of_record(record: &Record) -> Vec<Claim> {
    let mut parts = record.suite.scenarios.iter();
    if record.suite.over_wires().next().is_some() && parts.all(|part| part.variant_of.is_some()) {
        // All other claims are about HTTP/1.1 in clear text.
        return wires::claims(record);
    }
    [
        article::claims(record),
        rfc6202::claims(record),
        pimentel::claims(record),
        aquilio::claims(record),
    ]
    .concat()
}
