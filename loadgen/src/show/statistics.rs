//! Statistics over the repeats of a measurement, and when one transport differs from another.

use std::fmt;

use crate::record::Measurement;

/// A value over the repeats.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// The median.
    pub median: f64,
    /// The 95 % confidence interval of the mean, if the repeats are independent and normally
    /// distributed. `None` for a single repeat.
    pub interval: Option<(f64, f64)>,
    /// The lowest and the highest value.
    pub range: (f64, f64),
    /// The number of repeats.
    pub repeats: usize,
}

/// The variation of the repeats, as shown.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Variation {
    /// The 95 % interval of the mean.
    Interval(f64, f64),
    /// The lowest and the highest repeat, if the interval is meaningless.
    Range(f64, f64),
}

impl Variation {
    /// The lower and the upper end.
    pub const fn ends(self) -> (f64, f64) {
        match self {
            Self::Interval(low, high) | Self::Range(low, high) => (low, high),
        }
    }
}

/// The possible ranks of a value; 1 is the lowest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rank {
    /// The rank if all overlapping values are higher.
    pub best: usize,
    /// The rank if all overlapping values are lower.
    pub worst: usize,
}

/// `2`, or `1–3` if no difference between three is shown.
impl fmt::Display for Rank {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.best == self.worst {
            true => write!(f, "{}", self.best),
            false => write!(f, "{}–{}", self.best, self.worst),
        }
    }
}

/// The resolution of a number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Resolution {
    /// Relative resolution.
    pub relative: f64,
    /// Absolute resolution, at least.
    pub absolute: f64,
}

impl Resolution {
    /// The resolution of counted values.
    pub const EXACT: Self = Self {
        relative: 0.0,
        absolute: 0.0,
    };

    fn widen(self, (low, high): (f64, f64)) -> (f64, f64) {
        let by = |end: f64| (end * self.relative).max(self.absolute);
        (low - by(low), high + by(high))
    }
}

/// Student's t for a two-sided interval of 95 %, by degrees of freedom from 1 on.
const T: [f64; 30] = [
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160,
    2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056,
    2.052, 2.048, 2.045, 2.042,
];

impl Estimate {
    /// The estimate of a value of the rows; `None` if no row has it. The interval is widened by the
    /// resolution.
    pub fn of(
        rows: &[&Measurement],
        resolution: Resolution,
        of: impl Fn(&Measurement) -> Option<f64>,
    ) -> Option<Self> {
        let values = rows.iter().filter_map(|row| of(row)).collect();
        let mut estimate = Self::of_values(values)?;
        estimate.interval = estimate.interval.map(|ends| resolution.widen(ends));
        Some(estimate)
    }

    /// The estimate of one value per repeat; `None` without values.
    pub fn of_values(mut values: Vec<f64>) -> Option<Self> {
        values.sort_by(f64::total_cmp);
        let (low, high) = (values.len().checked_sub(1)? / 2, values.len() / 2);
        Some(Self {
            median: (values[low] + values[high]) / 2.0,
            interval: interval(&values),
            range: (values[0], values[values.len() - 1]),
            repeats: values.len(),
        })
    }

    /// The variation that is shown after the median: the interval, or the range if the interval is wider
    /// than the median or goes below zero (no value here can be negative).
    pub fn variation(&self) -> Option<Variation> {
        let (low, high) = self.interval?;
        let (least, most) = self.range;
        Some(match low >= 0.0 && high - low <= self.median {
            true => Variation::Interval(low, high),
            false => Variation::Range(least, most),
        })
    }

    /// Whether it is lower and the intervals do not overlap.
    pub fn is_below(&self, other: &Self) -> bool {
        let (own, other) = (self.interval, other.interval);
        own.zip(other).is_some_and(|(own, other)| own.1 < other.0)
    }
}

/// The interval of the mean, because the median of fewer than six repeats has no interval by ranks.
fn interval(values: &[f64]) -> Option<(f64, f64)> {
    let freedom = values.len().checked_sub(1).filter(|&freedom| freedom > 0)?;
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    let deviation = (squares / freedom as f64).sqrt();
    let half = T[freedom.min(T.len()) - 1] * deviation / count.sqrt();
    Some((mean - half, mean + half))
}

/// The rank of each value. It is a single one only if its interval overlaps with no other. `None`
/// without an interval.
pub fn ranks(estimates: &[Option<Estimate>]) -> Vec<Option<Rank>> {
    let known = || estimates.iter().flatten();
    let rank = |own: &Option<Estimate>| {
        let own = own.as_ref().filter(|own| own.interval.is_some())?;
        let below = known().filter(|other| other.is_below(own)).count();
        let above = known().filter(|other| own.is_below(other)).count();
        Some(Rank {
            best: 1 + below,
            worst: known().count() - above,
        })
    };
    estimates.iter().map(rank).collect()
}

/// The median of a value of the rows; `None` if no row has it.
pub fn median(rows: &[&Measurement], of: impl Fn(&Measurement) -> Option<f64>) -> Option<f64> {
    Estimate::of(rows, Resolution::EXACT, of).map(|estimate| estimate.median)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn estimate(values: &[f64]) -> Option<Estimate> {
        Estimate::of_values(values.into())
    }

    #[test]
    fn the_interval_uses_students_t() {
        // Mean 2, deviation 1, three repeats: 2 ± 4.303 / √3.
        let (low, high) = interval(&[1.0, 2.0, 3.0]).unwrap();
        assert!((low + 0.484).abs() < 0.001, "{low}");
        assert!((high - 4.484).abs() < 0.001, "{high}");
        let (low, high) = interval(&[10.0, 10.0, 10.0, 14.0]).unwrap();
        assert!((low - 7.818).abs() < 0.001 && (high - 14.182).abs() < 0.001);
        assert_eq!(interval(&[7.0, 7.0]), Some((7.0, 7.0)));
        assert_eq!(interval(&[7.0]), None);
        // A difference of one microsecond between two readings is within the resolution.
        let clock = Resolution {
            relative: 0.001,
            absolute: 0.001,
        };
        let (low, high) = clock.widen((0.150, 0.150));
        assert!(low < 0.1491 && high > 0.1509, "{low} to {high}");
    }

    #[test]
    fn a_meaningless_interval_is_replaced_by_the_range() {
        let shown = |values| estimate(values).unwrap().variation();
        // 2 ± 2.48 goes below zero.
        assert_eq!(shown(&[1.0, 2.0, 3.0]), Some(Variation::Range(1.0, 3.0)));
        // 10 ± 5.05 is wider than 10, although all its values are possible.
        let wide = [7.967, 10.0, 12.033];
        assert_eq!(shown(&wide), Some(Variation::Range(7.967, 12.033)));
        // 10 ± 4.97 is not.
        let Some(Variation::Interval(low, high)) = shown(&[8.0, 10.0, 12.0]) else {
            panic!("this interval is shown");
        };
        assert!((low - 5.032).abs() < 0.001 && (high - 14.968).abs() < 0.001);
        assert_eq!(shown(&[0.0, 0.0]), Some(Variation::Interval(0.0, 0.0)));
        assert_eq!(shown(&[7.0]), None, "a single repeat has neither");
    }

    #[test]
    fn a_single_rank_needs_an_interval_without_overlap() {
        let low = estimate(&[1.0, 1.1, 1.2]);
        let near = estimate(&[1.1, 1.2, 1.3]);
        let high = estimate(&[9.0, 9.1, 9.2]);
        let single = estimate(&[5.0]);
        let ranked = |estimates: &[Option<Estimate>]| {
            let ranks = ranks(estimates).into_iter();
            let words = |rank: Option<Rank>| rank.map_or("none".into(), |rank| rank.to_string());
            ranks.map(words).collect::<Vec<_>>()
        };
        let all = ranked(&[high, low, near, None]);
        assert_eq!(all, ["3", "1–2", "1–2", "none"]);
        assert_eq!(ranked(&[low, single]), ["1–2", "none"]);
        assert_eq!(ranked(&[low, low]), ["1–2", "1–2"]);
    }
}
