//! Overhead at equal freshness. With a long interval, polling uses few bytes for each update, but
//! updates arrive late. For a fair comparison, its overhead is taken at the interval at which its
//! updates have the same mean age as those of long polling.
//!
//! The overhead is measured at several intervals, not computed from the interval. If the mean age of
//! long polling is within 5 % of that of a measured point, this point is used. Between two points,
//! overhead and interval are interpolated linearly on logarithmic axes.

use std::{collections::BTreeMap, time::Duration};

use server::Transport;

use crate::{
    record::{Again, Direction, Measurement, Parameter, Record, Scenario, SuitePart},
    show::statistics::median,
};

/// The transport at whose mean age the others are compared.
pub const REFERENCE: Transport = Transport::LongPolling;

/// Ages that differ by at most this share of the reference count as equal.
const EQUAL: f64 = 0.05;

/// A measured point of a transport: at one interval, if it polls.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AgePoint {
    /// The polling interval; `None` for a transport that does not poll.
    pub interval: Option<Duration>,
    /// The age of an update when it arrives: the mean latency in milliseconds, as the median of
    /// the repeats.
    pub age_ms: f64,
    /// Overhead in bytes, as the median of the repeats.
    pub overhead: f64,
}

/// The overhead of a transport at the reference's mean age.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum EqualFreshness {
    /// Measured at this interval, or between the two intervals around it.
    Is(AgePoint),
    /// More than at this point: even at this, the shortest measured interval, updates are older.
    MoreThan(AgePoint),
    /// Less than at this point: even at this, the longest measured interval, updates are younger.
    LessThan(AgePoint),
}

/// The points of all transports under the conditions of a scenario, at all intervals of the record.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Freshness {
    /// Each transport with its points, in order of increasing age.
    pub curves: Vec<(Transport, Vec<AgePoint>)>,
}

impl Freshness {
    /// The points under the conditions of a scenario; `None` for silent scenarios and direction up.
    pub fn of(record: &Record, part: &SuitePart) -> Option<Self> {
        let scenario = &part.scenario;
        if scenario.is_silent() || scenario.direction == Direction::Up {
            return None;
        }
        let same = |other: &&SuitePart| is_same_but_interval(&other.scenario, scenario);
        let others = record.suite.scenarios.iter().filter(same);
        let parts: Vec<_> = std::iter::once(part).chain(others).collect();
        let curve = |transport| (transport, points(record, &parts, transport));
        Some(Self {
            curves: Transport::ALL.map(curve).into(),
        })
    }

    /// The points of a transport, in order of increasing age.
    pub fn points(&self, transport: Transport) -> &[AgePoint] {
        let curve = self.curves.iter().find(|(of, _)| *of == transport);
        curve.map_or(&[], |(_, points)| points)
    }

    /// The mean age of the reference; `None` if it was not measured.
    pub fn reference_ms(&self) -> Option<f64> {
        Some(self.points(REFERENCE).first()?.age_ms)
    }

    /// The overhead of a transport that polls, at the mean age of the reference. `None` for the other
    /// transports, and if this transport or the reference was not measured.
    pub fn equal(&self, transport: Transport) -> Option<EqualFreshness> {
        let points = self.points(transport);
        points.first()?.interval?;
        equal(points, self.reference_ms()?)
    }
}

/// The parts of a sweep with different [`Freshness`]. In a sweep over the interval, all parts give the
/// same one.
pub fn parts(group: &[SuitePart], parameter: Parameter) -> &[SuitePart] {
    match parameter {
        Parameter::Interval => &group[..1],
        _ => group,
    }
}

/// Whether two scenarios differ only in the interval and in settings that do not affect overhead.
fn is_same_but_interval(one: &Scenario, other: &Scenario) -> bool {
    let conditions = |scenario: &Scenario| Scenario {
        interval: Duration::ZERO,
        name: String::new(),
        duration: Duration::ZERO,
        warm_up: Duration::ZERO,
        reconnect: Default::default(),
        capture: Default::default(),
        ..scenario.clone()
    };
    conditions(one) == conditions(other)
}

/// The points of a transport. If several parts have the same interval, the first one counts.
fn points(record: &Record, parts: &[&SuitePart], transport: Transport) -> Vec<AgePoint> {
    let mut by_interval = BTreeMap::new();
    for part in parts {
        let rows = record.good(&part.scenario.name, transport);
        if let Some(point) = point(&rows, part, transport) {
            by_interval.entry(point.interval).or_insert(point);
        }
    }
    let mut points: Vec<_> = by_interval.into_values().collect();
    points.sort_by(|one, other| one.age_ms.total_cmp(&other.age_ms));
    points
}

/// The polling interval in a scenario; `None` for transports that do not poll. It is at least a round
/// trip, because the next request follows the previous response.
pub fn interval(transport: Transport, scenario: &Scenario) -> Option<Duration> {
    match Again::of(transport, scenario.interval) {
        Again::EveryInterval(interval) => Some(interval.max(scenario.rtt)),
        Again::AtOnce | Again::KeptOpen => None,
    }
}

/// A point, if it has a place on logarithmic axes.
fn point(rows: &[&Measurement], part: &SuitePart, transport: Transport) -> Option<AgePoint> {
    let positive = |value: &f64| *value > 0.0 && value.is_finite();
    Some(AgePoint {
        interval: interval(transport, &part.scenario),
        age_ms: median(rows, |row| Some(row.latency_us.mean? / 1000.0)).filter(positive)?,
        overhead: median(rows, |row| row.bytes_per_update.overhead()).filter(positive)?,
    })
}

/// Overhead and interval at an age, interpolated linearly in the logarithms between two points,
/// because both are approximately a power of the age.
fn equal(points: &[AgePoint], age_ms: f64) -> Option<EqualFreshness> {
    // Beyond this end of the measured points, its overhead is a bound.
    let beyond = |end: AgePoint, bound: fn(AgePoint) -> EqualFreshness| {
        let is_near = (end.age_ms - age_ms).abs() <= EQUAL * age_ms;
        Some(if is_near {
            EqualFreshness::Is(end)
        } else {
            bound(end)
        })
    };
    let (freshest, oldest) = (*points.first()?, *points.last()?);
    if age_ms < freshest.age_ms {
        return beyond(freshest, EqualFreshness::MoreThan);
    }
    let Some(pair) = points.windows(2).find(|pair| age_ms <= pair[1].age_ms) else {
        return beyond(oldest, EqualFreshness::LessThan);
    };
    let (from, to) = (pair[0], pair[1]);
    let part = match to.age_ms > from.age_ms {
        true => (age_ms / from.age_ms).ln() / (to.age_ms / from.age_ms).ln(),
        false => 0.0,
    };
    let between = |from: f64, to: f64| from * (to / from).powf(part);
    let interval = from.interval.zip(to.interval).map(|(from, to)| {
        let ms = between(from.as_secs_f64(), to.as_secs_f64()) * 1000.0;
        Duration::from_millis(ms.round() as u64)
    });
    Some(EqualFreshness::Is(AgePoint {
        interval,
        age_ms,
        overhead: between(from.overhead, to.overhead),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beyond_the_measured_intervals_there_is_a_bound() {
        let points = [(20, 10.0, 4_000.0), (200, 100.0, 400.0)];
        let points = points.map(|(interval_ms, age_ms, overhead)| AgePoint {
            interval: Some(Duration::from_millis(interval_ms)),
            age_ms,
            overhead,
        });
        let [first, last] = points;
        let at = |age_ms| equal(&points, age_ms).unwrap();
        assert_eq!(at(3.0), EqualFreshness::MoreThan(first));
        assert_eq!(at(9.0), EqualFreshness::MoreThan(first));
        assert_eq!(at(300.0), EqualFreshness::LessThan(last));
        // Within 5 % it is the measured point itself.
        assert_eq!(at(9.6), EqualFreshness::Is(first));
        assert_eq!(at(104.0), EqualFreshness::Is(last));
        let alone = equal(&points[..1], 3.0);
        assert_eq!(alone, Some(EqualFreshness::MoreThan(first)));
        assert_eq!(equal(&[], 3.0), None);
    }
}
