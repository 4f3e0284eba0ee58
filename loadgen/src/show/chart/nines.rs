//! The scales of the chart of percentiles: each further nine has the same width, each tenfold of time
//! the same height.

use super::canvas::{self, Canvas, GUIDE, HPos, INK, MARGIN, SMALL};
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
    pub fn over(points: &[&(f64, f64)]) -> Self {
        let us = || points.iter().map(|point| point.1);
        let (lowest, highest) = (us().fold(f64::INFINITY, f64::min), us().fold(0.0, f64::max));
        let low = rungs()
            .take_while(|rung| *rung <= lowest * 0.95 * 1.000_001)
            .last();
        let low = low.expect("a latency is at least a microsecond");
        let high = rungs().find(|rung| *rung >= highest * 0.999_999);
        let high = high.expect("there is always a higher step");
        Self {
            nines: points.iter().map(|point| point.0).fold(1.0, f64::max),
            low,
            high: high.max(low * 10.0),
        }
    }

    /// The position of a point.
    pub fn at(&self, &(nines, us): &(f64, f64)) -> (i32, i32) {
        (self.x(nines), self.y(us))
    }

    fn x(&self, nines: f64) -> i32 {
        LEFT + (nines.max(0.0) / self.nines * f64::from(RIGHT - LEFT)).round() as i32
    }

    fn y(&self, us: f64) -> i32 {
        let part = (us / self.low).ln() / (self.high / self.low).ln();
        BOTTOM - (part * f64::from(BOTTOM - TOP)).round() as i32
    }

    /// Both axes with their units.
    pub fn axes(&self, canvas: &Canvas<'_>, words: &Words) {
        let decades = (self.high / self.low).log10();
        let rungs = rungs().skip_while(|us| *us < self.low);
        for us in rungs.take_while(|us| *us <= self.high) {
            let y = self.y(us);
            canvas.line(vec![(LEFT, y), (RIGHT, y)], GUIDE, 1);
            let one = (us.log10() - us.log10().round()).abs() < 1e-6;
            if one || decades < 4.5 {
                let time = written(us / 1000.0);
                canvas.text(&time, (LEFT - 10, y), SMALL, HPos::Right, INK);
            }
        }
        let time = words.of(common::logarithmic(words.of(texts::TIME)));
        canvas.text(&time, (MARGIN, TOP - 25), SMALL, HPos::Left, INK);
        let mut last = i32::MIN;
        for (percentile, nines) in percentiles() {
            let x = self.x(nines);
            let half = canvas::width(&percentile, SMALL) / 2;
            if nines <= self.nines && x - half > last + 12 {
                canvas.line(vec![(x, TOP), (x, BOTTOM + 6)], GUIDE, 1);
                canvas.text(&percentile, (x, BOTTOM + 20), SMALL, HPos::Center, INK);
                last = x + half;
            }
        }
        let title = words.of(texts::PERCENTAGE);
        let middle = ((LEFT + RIGHT) / 2, BOTTOM + 46);
        canvas.text(title, middle, SMALL, HPos::Center, INK);
    }
}

/// The steps of the axis: 1, 2, 5 and 10 of every decade of microseconds.
fn rungs() -> impl Iterator<Item = f64> {
    (-1..).flat_map(|power| [1.0, 2.0, 5.0].map(|step| step * 10f64.powi(power)))
}

fn written(ms: f64) -> String {
    match ms {
        1.0.. => number::grouped(ms, 0),
        ms => format!("{ms:.3}").trim_end_matches('0').into(),
    }
}

/// 0, 50, 90, 99, 99.9 and so on, with their nines.
fn percentiles() -> impl Iterator<Item = (String, f64)> {
    let all = [("0", 0.0), ("50", 2f64.log10()), ("90", 1.0), ("99", 2.0)];
    let more = (3..10).map(|nines| (format!("99.{}", "9".repeat(nines - 2)), nines as f64));
    let all = all.into_iter().map(|(text, nines)| (text.into(), nines));
    all.chain(more)
}
