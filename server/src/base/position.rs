//! A position in the feed: the `seq` of an update, and a check that identifies that update.

use std::{fmt, str::FromStr};

use super::number::whole_number;

/// A position in the feed; the updates after this `seq` follow it. 0 is before the first update.
///
/// Its text is `SEQ`, or `SEQ.CHECK` with the check.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Position {
    /// The `seq` of the last update before the position.
    pub seq: u64,
    /// The check of that update, if it is known. Position 0 has none.
    pub check: Option<UpdateCheck>,
}

impl Position {
    /// The position after the update with this `seq` and `at_us`.
    pub fn of_update(seq: u64, at_us: u64) -> Self {
        Self {
            seq,
            check: Some(UpdateCheck::of(at_us)),
        }
    }

    /// The position after the update with this `seq`. It cannot be verified.
    pub fn without_check(seq: u64) -> Self {
        Self { seq, check: None }
    }

    /// Whether this equals `known`, a position of the feed. Without a check, only `seq` is
    /// compared.
    pub fn matches(self, known: Self) -> bool {
        self.seq == known.seq && (self.check.is_none() || self.check == known.check)
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.seq)?;
        self.check.map_or(Ok(()), |check| write!(f, ".{check}"))
    }
}

/// The text is neither `SEQ` nor `SEQ.CHECK`.
#[derive(Debug)]
pub struct MalformedPosition;

impl FromStr for Position {
    type Err = MalformedPosition;

    fn from_str(text: &str) -> Result<Self, MalformedPosition> {
        let (seq, check) = match text.split_once('.') {
            Some((seq, check)) => (seq, Some(check.parse()?)),
            None => (text, None),
        };
        match (whole_number(seq).ok_or(MalformedPosition)?, check) {
            (0, Some(_)) => Err(MalformedPosition),
            (seq, check) => Ok(Self { seq, check }),
        }
    }
}

/// A short value that differs between two updates with the same `seq`: `at_us` modulo a prime, in
/// base 36 with four digits.
///
/// It reveals that a position comes from another feed, for example from before a restart, even if
/// the current feed has an update with the same `seq`. One of 1,048,573 wrong positions goes
/// undetected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UpdateCheck(u32);

impl UpdateCheck {
    /// The largest prime below 2^20.
    const MODULUS: u64 = 1_048_573;
    const DIGITS: usize = 4;
    const BASE: u32 = 36;

    /// The check of an update that was planned for `at_us` (microseconds since the Unix epoch).
    pub fn of(at_us: u64) -> Self {
        Self((at_us % Self::MODULUS) as u32)
    }
}

impl fmt::Display for UpdateCheck {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.0;
        let mut digits = ['0'; Self::DIGITS];
        for digit in digits.iter_mut().rev() {
            *digit = char::from_digit(rest % Self::BASE, Self::BASE).expect("it is below the base");
            rest /= Self::BASE;
        }
        digits.iter().try_for_each(|digit| write!(f, "{digit}"))
    }
}

impl FromStr for UpdateCheck {
    type Err = MalformedPosition;

    /// Accepts any four digits. A value that no update can have is a wrong check, not a malformed
    /// one.
    fn from_str(text: &str) -> Result<Self, MalformedPosition> {
        let is_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'z');
        let is_check = text.len() == Self::DIGITS && text.bytes().all(is_digit);
        let value = u32::from_str_radix(text, Self::BASE).ok();
        value
            .filter(|_| is_check)
            .map(Self)
            .ok_or(MalformedPosition)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_check_is_the_planned_time_modulo_a_prime_in_four_digits() {
        for (at_us, check) in [
            (1_763_890_000_123_456, "iy6m"),
            (1_763_890_001_123_456, "hwpd"),
            (1_048_573, "0000"),
        ] {
            assert_eq!(UpdateCheck::of(at_us).to_string(), check);
            assert_eq!(
                check.parse::<UpdateCheck>().unwrap(),
                UpdateCheck::of(at_us)
            );
        }
    }

    #[test]
    fn a_written_position_parses_to_the_same_value() {
        for text in ["0", "7", "42.iy6m", "18446744073709551615.0000", "1.zzzz"] {
            assert_eq!(text.parse::<Position>().unwrap().to_string(), text);
        }
        let position = Position::of_update(42, 1_763_890_000_123_456);
        assert_eq!("42.iy6m".parse::<Position>().unwrap(), position);
    }
}
