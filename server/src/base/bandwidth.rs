//! Bandwidth in bits per second, and its text: `10Mbit/s`.

use std::{fmt, str::FromStr, time::Duration};

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Bits per second, at least 1 and at most 100 Gbit/s.
///
/// The text always has a unit: `bit/s`, `kbit/s`, `Mbit/s` or `Gbit/s`, where k is 1,000. Parsing
/// also accepts capitals, a space before the unit, and a unit without `/s`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Bandwidth(u64);

/// The text is not a bandwidth.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error(
    "'{0}' is not a bandwidth: \
     use a number with a unit, from 1bit/s to 100Gbit/s, such as 10Mbit/s"
)]
pub struct BadBandwidth(String);

const MOST: u64 = 100_000_000_000;

/// From the largest to the smallest; the last one divides every bandwidth.
const UNITS: [(u64, &str); 4] = [
    (1_000_000_000, "Gbit/s"),
    (1_000_000, "Mbit/s"),
    (1_000, "kbit/s"),
    (1, "bit/s"),
];

impl Bandwidth {
    /// A bandwidth in bits per second; `None` if it is out of range.
    pub fn from_bit_per_s(bit_per_s: u64) -> Option<Self> {
        (1..=MOST).contains(&bit_per_s).then_some(Self(bit_per_s))
    }

    /// Bits per second.
    pub fn bit_per_s(self) -> u64 {
        self.0
    }

    /// How long `bytes` occupy the wire, rounded up to the nanosecond, so the bandwidth is never
    /// exceeded.
    pub fn time_of(self, bytes: usize) -> Duration {
        let bit_ns = bytes as u128 * 8 * 1_000_000_000;
        let nanos = bit_ns.div_ceil(u128::from(self.0));
        Duration::from_nanos(nanos.try_into().unwrap_or(u64::MAX))
    }
}

impl FromStr for Bandwidth {
    type Err = BadBandwidth;

    fn from_str(text: &str) -> Result<Self, BadBandwidth> {
        parse(text.trim()).ok_or_else(|| BadBandwidth(text.into()))
    }
}

fn parse(text: &str) -> Option<Bandwidth> {
    let unit_at = text.find(|c: char| !c.is_ascii_digit() && c != '.')?;
    let (number, unit) = text.split_at(unit_at);
    // Only digits and points are left, so this is not NaN, infinite or negative.
    let number: f64 = number.parse().ok()?;
    let unit = unit.trim_start();
    let (scale, _) = UNITS.into_iter().find(|(_, name)| {
        let short = name.trim_end_matches("/s");
        unit.eq_ignore_ascii_case(name) || unit.eq_ignore_ascii_case(short)
    })?;
    let bit_per_s = (number * scale as f64).round();
    // A number too large for the integer saturates, which is also out of range.
    Bandwidth::from_bit_per_s(bit_per_s as u64)
}

impl fmt::Display for Bandwidth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let largest = UNITS.into_iter().find(|(scale, _)| self.0 >= *scale);
        let (scale, unit) = largest.expect("it is at least 1 bit/s");
        // The shortest number that parses to the same value; its error is far below half a bit.
        write!(f, "{}{unit}", self.0 as f64 / scale as f64)
    }
}

impl TryFrom<String> for Bandwidth {
    type Error = BadBandwidth;

    fn try_from(text: String) -> Result<Self, BadBandwidth> {
        text.parse()
    }
}

impl From<Bandwidth> for String {
    fn from(bandwidth: Bandwidth) -> Self {
        bandwidth.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bit_per_s(text: &str) -> Option<u64> {
        text.parse().ok().map(Bandwidth::bit_per_s)
    }

    #[test]
    fn parsing_accepts_every_spelling_of_a_unit() {
        assert_eq!(bit_per_s("10Mbit/s"), Some(10_000_000));
        assert_eq!(bit_per_s("1.5Mbit/s"), Some(1_500_000));
        assert_eq!(bit_per_s("64kbit/s"), Some(64_000));
        assert_eq!(bit_per_s("100Gbit/s"), Some(100_000_000_000));
        assert_eq!(bit_per_s("9600bit/s"), Some(9_600));
        assert_eq!(bit_per_s("10mbit"), Some(10_000_000));
        assert_eq!(bit_per_s(" 10 MBIT/S "), Some(10_000_000));
    }

    #[test]
    fn an_invalid_bandwidth_is_rejected_with_the_value_and_an_example() {
        let bad = [
            "",
            "10",
            "Mbit/s",
            "0Mbit/s",
            "0.4bit/s",
            "-1Mbit/s",
            "NaNbit/s",
            "infbit/s",
            "1e3bit/s",
            "1.2.3Mbit/s",
            "10MB/s",
            "10Mbit/h",
            "100.1Gbit/s",
            "10Mbit/s/s",
            "10µbit/s",
        ];
        for text in bad {
            let reason = text.parse::<Bandwidth>().unwrap_err().to_string();
            assert!(reason.starts_with(&format!("'{text}' ")), "{reason}");
            assert!(reason.contains("10Mbit/s"), "{reason}");
        }
    }

    #[test]
    fn a_printed_bandwidth_parses_to_the_same_value() {
        let printed = |bit_per_s| Bandwidth(bit_per_s).to_string();
        assert_eq!(printed(1_500_000), "1.5Mbit/s");
        assert_eq!(printed(1), "1bit/s");
        assert_eq!(printed(MOST), "100Gbit/s");
        let mut random = fastrand::Rng::with_seed(1);
        for _ in 0..10_000 {
            let most = MOST >> random.u32(0..36);
            let bandwidth = Bandwidth(random.u64(1..=most));
            assert_eq!(bandwidth.to_string().parse(), Ok(bandwidth));
        }
    }

    #[test]
    fn a_bandwidth_is_serialized_as_text() {
        let text = r#""1.5Mbit/s""#;
        let bandwidth: Bandwidth = serde_json::from_str(text).unwrap();
        assert_eq!(serde_json::to_string(&bandwidth).unwrap(), text);
        let reason = serde_json::from_str::<Bandwidth>(r#""1.5""#).unwrap_err();
        assert!(reason.to_string().contains("'1.5' is not a bandwidth"));
    }

    #[test]
    fn a_megabyte_at_10_mbit_per_s_takes_800_ms() {
        let bandwidth = Bandwidth(10_000_000);
        assert_eq!(bandwidth.time_of(1_000_000), Duration::from_millis(800));
        assert_eq!(Bandwidth(3).time_of(1), Duration::from_nanos(2_666_666_667));
        assert_eq!(bandwidth.time_of(0), Duration::ZERO);
    }
}
