//! The knee: the round-trip time beyond which a queue grows.

use crate::record::Measurement;

/// Growth of latency from one update to the next, in milliseconds, if all updates queue.
///
/// A long poll with one update in a response delivers one update per round trip. Beyond the knee
/// that is slower than the feed: each update waits longer than the previous one, by the round-trip
/// time minus the feed's period. In a window the latency rises evenly, so its mean is half of the rise
/// above its minimum. A backlog from before the window increases both equally.
pub fn growth_ms(row: &Measurement) -> Option<f64> {
    let times = &row.latency_us;
    let steps = (times.count / row.conditions.clients as u64).checked_sub(1)?;
    let rise_us = 2.0 * (times.mean? - times.min? as f64);
    (steps > 0).then(|| rise_us / steps as f64 / 1000.0)
}

/// The knee of a broken line: a least-squares fit of `max(0, slope × (x − knee))`. At least one point
/// must be below the knee and two beyond it.
pub fn fit(mut points: Vec<(f64, f64)>) -> Option<f64> {
    points.sort_by(|one, other| one.0.total_cmp(&other.0));
    let split_at = |split| {
        let (below, beyond) = points.split_at(split);
        let (slope, knee) = line(beyond)?;
        let is_between = slope > 0.0 && below.last()?.0 <= knee && knee <= beyond.first()?.0;
        let below = below.iter().map(|(_, y)| y.powi(2)).sum::<f64>();
        let beyond = beyond.iter();
        let beyond = beyond.map(|(x, y)| (y - slope * (x - knee)).powi(2));
        is_between.then_some((below + beyond.sum::<f64>(), knee))
    };
    let fits = (1..points.len().saturating_sub(1)).filter_map(split_at);
    let best = fits.min_by(|one, other| one.0.total_cmp(&other.0));
    best.map(|(_, knee)| knee)
}

/// Slope and zero of the least-squares line.
fn line(points: &[(f64, f64)]) -> Option<(f64, f64)> {
    let count = points.len() as f64;
    let mean = |of: fn(&(f64, f64)) -> f64| points.iter().map(of).sum::<f64>() / count;
    let (x, y) = (mean(|point| point.0), mean(|point| point.1));
    let squares: f64 = points.iter().map(|point| (point.0 - x).powi(2)).sum();
    let products = points.iter().map(|point| (point.0 - x) * (point.1 - y));
    let slope = products.sum::<f64>() / squares;
    (slope != 0.0 && slope.is_finite()).then(|| (slope, x - y / slope))
}

#[cfg(test)]
mod tests {
    use server::Transport::LongPolling;

    use super::*;
    use crate::record::{LatencyUs, Scenario};

    /// The growth of a queue with an update every 250 ms and a delivery every round trip plus 1 ms.
    fn growth(rtt_ms: f64) -> (f64, f64) {
        (rtt_ms, (rtt_ms + 1.0 - 250.0).max(0.0))
    }

    #[test]
    fn the_knee_does_not_depend_on_the_choice_of_points() {
        let points = |rtts_ms: &[f64]| rtts_ms.iter().copied().map(growth).collect::<Vec<_>>();
        // A queue that still shrinks after the warm-up looks like a growing one.
        let shrinking = [points(&[200.0, 260.0, 300.0, 400.0]), vec![(240.0, 2.4)]].concat();
        for points in [
            points(&[100.0, 200.0, 240.0, 260.0, 300.0, 400.0, 600.0]),
            points(&[600.0, 0.0, 500.0]),
            points(&[248.0, 251.0, 252.0]),
            shrinking,
        ] {
            let knee = fit(points).unwrap();
            assert!((knee - 249.0).abs() < 1e-9, "{knee}");
        }
    }

    #[test]
    fn without_points_on_both_sides_there_is_no_knee() {
        for points in [
            &[][..],
            &[300.0, 400.0, 500.0],
            &[100.0, 150.0, 200.0],
            &[100.0, 300.0],
        ] {
            let fitted = fit(points.iter().copied().map(growth).collect());
            assert_eq!(fitted, None, "{points:?}");
        }
    }

    #[test]
    fn growth_does_not_depend_on_the_backlog_nor_on_the_window() {
        let mut row = Measurement::empty(LongPolling, &Scenario::default());
        for (updates, backlog_us, growth) in [
            (24, 150_000, Some(50.0)),
            (24, 900_000, Some(50.0)),
            (40, 150_000, Some(50.0)),
            (1, 150_000, None),
        ] {
            let rise_us = 50_000 * (updates - 1);
            row.latency_us = LatencyUs {
                min: Some(backlog_us),
                mean: Some(backlog_us as f64 + rise_us as f64 / 2.0),
                count: updates * row.conditions.clients as u64,
                ..LatencyUs::default()
            };
            assert_eq!(growth_ms(&row), growth);
        }
    }
}
