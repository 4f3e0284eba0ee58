//! The ticker: made-up prices in updates of an exact length.

use super::data::Data;
use crate::base::limits::{self, BadLength, TICKER_DATA_BYTES, text_bytes};

/// A made-up share price that moves at random, padded to a length.
#[derive(Debug)]
pub struct Ticker {
    /// The length of the next update, valid for [`Ticker::require_length`].
    pub(super) payload_bytes: usize,
    cents: u64,
    random: fastrand::Rng,
}

impl Ticker {
    const LOWEST: u64 = 10_000;
    const HIGHEST: u64 = 99_999;

    /// Updates of exactly `payload_bytes`. The same seed produces the same prices.
    pub fn new(payload_bytes: usize, seed: u64) -> Result<Self, BadLength> {
        Self::require_length(payload_bytes)?;
        Ok(Self {
            payload_bytes,
            cents: 50_000,
            random: fastrand::Rng::with_seed(seed),
        })
    }

    /// Rejects a length that updates of the ticker cannot have.
    pub fn require_length(asked: usize) -> Result<(), BadLength> {
        limits::require_ticker_length(asked)
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
    fn every_update_has_exactly_the_requested_length() {
        let mut ticker = Ticker::new(100, 7).unwrap();
        for seq in [1, 9, 10, 99_999, u64::MAX] {
            let at_us = 1_763_890_000_123_456;
            let data = ticker.next(seq, at_us);
            assert_eq!(text_bytes(seq, at_us, data.as_str().len()), 100);
            assert_eq!(
                Data::json(data.as_str()).unwrap(),
                data,
                "it needs no escapes"
            );
        }
    }

    #[test]
    fn the_same_seed_produces_the_same_prices() {
        let prices = |seed| {
            let mut ticker = Ticker::new(100, seed).unwrap();
            (1..20).map(|seq| ticker.next(seq, 0)).collect::<Vec<_>>()
        };
        assert_eq!(prices(1), prices(1));
        assert_ne!(prices(1), prices(2));
    }

    #[test]
    fn a_payload_too_short_for_the_ticker_is_rejected_with_the_minimum() {
        let Err(BadLength::TooShort { least, .. }) = Ticker::new(1, 0) else {
            panic!("1 byte is accepted");
        };
        assert!(Ticker::new(least - 1, 0).is_err());
        assert!(Ticker::new(least, 0).is_ok());
        assert!(Ticker::new(LONGEST_UPDATE + 1, 0).is_err());
    }
}
