//! What does the ticker publish? Updates of an exact length.

use thiserror::Error;

use super::{data::Data, update::text_bytes};

/// A made-up share price that moves at random, padded to a length.
#[derive(Debug)]
pub struct Ticker {
    /// The length of the next update, as [`Ticker::require_length`] allows it.
    pub(super) payload_bytes: usize,
    cents: u64,
    random: fastrand::Rng,
}

/// Why the ticker cannot make updates of a length.
#[derive(Debug, Error)]
#[expect(missing_docs, reason = "the messages say it")]
pub enum BadLength {
    #[error("an update of {asked} bytes is too short for the ticker: the least is {least}")]
    TooShort { asked: usize, least: usize },
    #[error("an update of {asked} bytes is too long for the history: the most is {LONGEST}")]
    TooLong { asked: usize },
}

/// The longest update of the ticker, in bytes.
pub const LONGEST: usize = 16 << 20;

impl Ticker {
    const LOWEST: u64 = 10_000;
    const HIGHEST: u64 = 99_999;

    /// Updates of exactly `payload_bytes`; the same seed makes the same prices.
    pub fn new(payload_bytes: usize, seed: u64) -> Result<Self, BadLength> {
        Self::require_length(payload_bytes)?;
        Ok(Self {
            payload_bytes,
            cents: 50_000,
            random: fastrand::Rng::with_seed(seed),
        })
    }

    /// Fails for a length that updates of the ticker cannot have.
    pub fn require_length(asked: usize) -> Result<(), BadLength> {
        // Microseconds have 16 digits until the year 2286; seq may grow to its longest.
        let least = text_bytes(u64::MAX, 1_000_000_000_000_000, BARE_DATA_BYTES);
        if asked < least {
            return Err(BadLength::TooShort { asked, least });
        }
        if asked > LONGEST {
            return Err(BadLength::TooLong { asked });
        }
        Ok(())
    }

    /// The data of the next update, padded so that the update has the wanted length.
    pub fn next(&mut self, seq: u64, at_us: u64) -> Data {
        self.cents = (self.cents + self.random.u64(0..=200))
            .saturating_sub(100)
            .clamp(Self::LOWEST, Self::HIGHEST);
        let bare = text_bytes(seq, at_us, BARE_DATA_BYTES);
        let padding = ".".repeat(self.payload_bytes.saturating_sub(bare));
        let (units, cents) = (self.cents / 100, self.cents % 100);
        Data::from_safe_json(format!(
            r#"{{"price":{units}.{cents:02},"pad":"{padding}"}}"#
        ))
    }
}

/// The length of the ticker's data without padding: a price always has five digits.
const BARE_DATA_BYTES: usize = r#"{"price":123.45,"pad":""}"#.len();

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_update_has_exactly_the_asked_length() {
        let mut ticker = Ticker::new(100, 7).unwrap();
        for seq in [1, 9, 10, 99_999, u64::MAX] {
            let at_us = 1_763_890_000_123_456;
            let data = ticker.next(seq, at_us);
            assert_eq!(text_bytes(seq, at_us, data.as_str().len()), 100);
            assert_eq!(
                Data::json(data.as_str()).unwrap(),
                data,
                "it is safe as it is"
            );
        }
    }

    #[test]
    fn the_same_seed_makes_the_same_prices() {
        let prices = |seed| {
            let mut ticker = Ticker::new(100, seed).unwrap();
            (1..20).map(|seq| ticker.next(seq, 0)).collect::<Vec<_>>()
        };
        assert_eq!(prices(1), prices(1));
        assert_ne!(prices(1), prices(2));
    }

    #[test]
    fn a_payload_too_short_for_the_ticker_is_refused_with_the_least_that_works() {
        let Err(BadLength::TooShort { least, .. }) = Ticker::new(1, 0) else {
            panic!("1 byte is accepted");
        };
        assert!(Ticker::new(least - 1, 0).is_err());
        assert!(Ticker::new(least, 0).is_ok());
        assert!(Ticker::new(LONGEST + 1, 0).is_err());
    }
}
