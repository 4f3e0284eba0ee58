//! The scales of the chart of percentiles: each further nine has the same width, each tenfold of time
//! the same height.

use super::canvas::{self, Canvas, GUIDE, Hold, INK, MARGIN, SMALL};
use crate::show::{
    number,
    words::{Words, common, latency as texts},
};

pub const LEFT: i32 = 112;
pub const RIGHT: i32 = 940;
pub const TOP: i32 = 150;
pub const BOTTOM: i32 = 580;

/// Converts measured values to pixels.
pub struct Scale {
    nines: f64,
    low: f64,
    high: f64,
}

impl Scale {
    /// A scale for all points (nines and microseconds), of which there is at least one.
    pub fn over<'a, I: Iterator<Item = &'a (f64, f64)>>(points: impl Fn() -> I) -> Self {
        let low = points().map(|point| point.1).fold(f64::INFINITY, f64::min);
        let high = points().map(|point| point.1).fold(0.0, f64::max);
        Self {
            nines: points().map(|point| point.0).fold(1.0, f64::max),
            low: rung(low * 0.95, false),
            high: rung(high, true).max(rung(low * 0.95, false) * 10.0),
        }
    }

    /// The horizontal position.
    pub fn x(&self, nines: f64) -> i32 {
        LEFT + (nines.max(0.0) / self.nines * f64::from(RIGHT - LEFT)).round() as i32
    }

    /// The vertical position.
    pub fn y(&self, us: f64) -> i32 {
        let part = (us / self.low).ln() / (self.high / self.low).ln();
        BOTTOM - (part * f64::from(BOTTOM - TOP)).round() as i32
    }

    /// Both axes with their units.
    pub fn axes(&self, canvas: &Canvas<'_>, words: &Words) {
        let decades = (self.high / self.low).log10();
        let mut us = self.low;
        while us <= self.high * 1.001 {
            let y = self.y(us);
            canvas.line(vec![(LEFT, y), (RIGHT, y)], GUIDE, 1);
            let one = (us.log10() - us.log10().round()).abs() < 1e-6;
            if one || decades < 4.5 {
                canvas.text(
                    &written(us / 1000.0),
                    (LEFT - 10, y),
                    SMALL,
                    Hold::Right,
                    INK,
                );
            }
            us = next_rung(us);
        }
        let time = words.of(common::logarithmic(words.of(texts::TIME)));
        canvas.text(&time, (MARGIN, TOP - 25), SMALL, Hold::Left, INK);
        let mut last = i32::MIN;
        for (percentile, nines) in percentiles() {
            let x = self.x(nines);
            let half = canvas::width(&percentile, SMALL) / 2;
            if nines <= self.nines && x - half > last + 12 {
                canvas.line(vec![(x, TOP), (x, BOTTOM + 6)], GUIDE, 1);
                canvas.text(&percentile, (x, BOTTOM + 20), SMALL, Hold::Middle, INK);
                last = x + half;
            }
        }
        let middle = ((LEFT + RIGHT) / 2, BOTTOM + 46);
        canvas.text(
            words.of(texts::PERCENTAGE),
            middle,
            SMALL,
            Hold::Middle,
            INK,
        );
    }
}

/// The steps of the axis: 1, 2, 5, 10.
fn rung(us: f64, up: bool) -> f64 {
    let mut rung = 10f64.powi(us.log10().floor() as i32);
    while next_rung(rung) <= us * 1.000_001 {
        rung = next_rung(rung);
    }
    match up && rung < us * 0.999_999 {
        true => next_rung(rung),
        false => rung,
    }
}

fn next_rung(us: f64) -> f64 {
    let decade = 10f64.powi((us * 1.000_001).log10().floor() as i32);
    match (us / decade).round() {
        1.0 => 2.0 * decade,
        2.0 => 5.0 * decade,
        _ => 10.0 * decade,
    }
}

fn written(ms: f64) -> String {
    match ms {
        1.0.. => number::grouped(ms, 0),
        ms => {
            let text = format!("{ms:.3}");
            text.trim_end_matches('0').to_string()
        }
    }
}

/// 0, 50, 90, 99, 99.9 and so on, with their nines.
fn percentiles() -> Vec<(String, f64)> {
    let mut all = vec![("0".into(), 0.0), ("50".into(), 2f64.log10())];
    for nines in 1..10 {
        let text = match nines {
            1 => "90".into(),
            2 => "99".into(),
            more => format!("99.{}", "9".repeat(more - 2)),
        };
        all.push((text, nines as f64));
    }
    all
}
