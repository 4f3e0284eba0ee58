//! The ticker: made-up prices in updates of an exact length.

use super::data::Data;
use crate::base::limits::{BadLength, TICKER_DATA_BYTES, require_ticker_length, text_bytes};

/// A made-up share price that moves at random, padded to a length.
#[derive(Debug)]
pub struct Ticker {
    /// The length of the next update, valid for [`require_ticker_length`].
    pub(super) payload_bytes: usize,
    cents: u64,
    random: fastrand::Rng,
}

impl Ticker {
    const LOWEST: u64 = 10_000;
    const HIGHEST: u64 = 99_999;

    /// Updates of exactly `payload_bytes`. The same seed produces the same prices.
    pub fn new(payload_bytes: usize, seed: u64) -> Result<Self, BadLength> {
        require_ticker_length(payload_bytes)?;
        Ok(Self {
            payload_bytes,
            cents: 50_000,
            random: fastrand::Rng::with_seed(seed),
        })
    }

    /// The data of the next update, padded to the chosen length.
    pub fn next(&mut self, seq: u64, at_us: u64) -> Data {
        self.cents = (self.cents + self.random.u64(0..=200))
            .saturating_sub(100)
            .clamp(Self::LOWEST, Self::HIGHEST);
        let bare = text_bytes(seq, at_us, TICKER_DATA_BYTES);
        let padding = ".".repeat(self.payload_bytes.saturating_sub(bare));
        let (units, cents) = (self.cents / 100, self.cents % 100);
        Data::from_safe_json(format!(
            r#"{{"price":{units}.{cents:02},"pad":"{padding}"}}"#
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::limits::LONGEST_UPDATE;

    #[test]
    fn a_payload_that_the_ticker_cannot_have_is_rejected() {
        let error = Ticker::new(LONGEST_UPDATE + 1, 0).unwrap_err();
        assert!(
            error.to_string().ends_with("the maximum is 16777216"),
            "{error}"
        );
        assert!(Ticker::new(LONGEST_UPDATE, 0).is_ok());
    }
}
