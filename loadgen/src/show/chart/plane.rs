//! Axes: under rows, and of a plot of two numbers.

use super::canvas::{self, Canvas, GUIDE, HPos, INK, MARGIN, SMALL};
use crate::show::{
    number,
    statistics::{Estimate, Variation},
    words::{Words, common},
};

pub const LEFT: i32 = 112;
pub const RIGHT: i32 = 940;
pub const TOP: i32 = 140;
pub const BOTTOM: i32 = 590;

/// The scale of an axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spread {
    /// The same distance for the same difference, from 0 on.
    Linear,
    /// The same distance for the same ratio.
    Logarithmic,
}

/// An axis: its title and range.
#[derive(Clone, Copy, Debug)]
pub struct Axis {
    pub(super) title: &'static str,
    pub(super) spread: Spread,
    pub(super) low: f64,
    pub(super) high: f64,
}

/// Both axes.
#[derive(Clone, Copy, Debug)]
pub struct Plane {
    /// From left to right.
    pub across: Axis,
    /// From the bottom to the top.
    pub up: Axis,
}

impl Axis {
    /// An axis for all values. A logarithmic axis ignores values that are not above 0.
    pub fn over(title: &'static str, spread: Spread, values: impl Iterator<Item = f64>) -> Self {
        let values: Vec<_> = values
            .filter(|value| value.is_finite() && (spread == Spread::Linear || *value > 0.0))
            .collect();
        let low = values.iter().copied().fold(f64::INFINITY, f64::min);
        let high = values.iter().copied().fold(0.0, f64::max);
        let (low, high) = match spread {
            Spread::Linear => (0.0, if high > 0.0 { high } else { 1.0 }),
            Spread::Logarithmic if high == 0.0 => (1.0, 10.0),
            // Some margin, so that no point is on the frame, and at least a decade.
            Spread::Logarithmic => {
                let (low, high) = (low / 1.25, high * 1.25);
                let missing = (10.0 / (high / low)).max(1.0).sqrt();
                (low / missing, high * missing)
            }
        };
        Self {
            title,
            spread,
            low,
            high,
        }
    }

    /// The title, with the scale if it is logarithmic.
    pub fn title(&self, words: &Words) -> String {
        match self.spread {
            Spread::Linear => self.title.into(),
            Spread::Logarithmic => words.of(common::logarithmic(self.title)),
        }
    }

    /// The position of a value on the axis: 0 at its start, 1 at its end.
    pub fn part(&self, value: f64) -> f64 {
        match self.spread {
            Spread::Linear => value / self.high,
            Spread::Logarithmic => (value / self.low).ln() / (self.high / self.low).ln(),
        }
    }

    /// Round values for labels.
    pub fn ticks(&self) -> Vec<f64> {
        const STEPS: [f64; 3] = [1.0, 2.0, 5.0];
        match self.spread {
            Spread::Linear => {
                let step = number::step(self.high, 8.0);
                let ticks = (0..).map(|nth| f64::from(nth) * step);
                let is_inside = |tick: &f64| *tick <= self.high * 1.000_001;
                ticks.take_while(is_inside).collect()
            }
            Spread::Logarithmic => {
                let decades = (self.high / self.low).log10();
                let steps = if decades > 3.0 { &STEPS[..1] } else { &STEPS };
                let lowest = self.low.log10().floor() as i32;
                let powers = (lowest..=lowest + decades.ceil() as i32 + 1).map(|p| 10f64.powi(p));
                let ticks = powers.flat_map(|power| steps.iter().map(move |step| step * power));
                let is_inside = |tick: &f64| (self.low..=self.high).contains(tick);
                ticks.filter(is_inside).collect()
            }
        }
    }
}

/// An axis with its place on the slide.
#[derive(Clone, Copy, Debug)]
pub struct Ruler {
    axis: Axis,
    /// Its left and right end.
    across: (i32, i32),
    /// The upper and lower end of its guide lines.
    down: (i32, i32),
}

impl Ruler {
    /// The position of a value, at the edge if it is beyond the axis.
    pub fn x(&self, value: f64) -> i32 {
        let (left, right) = self.across;
        let part = self.axis.part(value).clamp(0.0, 1.0);
        left + (part * f64::from(right - left)).round() as i32
    }

    /// Draws an axis between two ends, with guide lines of this height.
    pub fn drawn(
        canvas: &Canvas<'_>,
        axis: Axis,
        across: (i32, i32),
        down: (i32, i32),
        words: &Words,
    ) -> Self {
        let ruler = Self { axis, across, down };
        ruler.draw(canvas, down.1 + 16, words);
        ruler
    }

    /// Draws guide lines, their values at a height, and the title of the axis.
    fn draw(&self, canvas: &Canvas<'_>, y: i32, words: &Words) {
        let ((left, right), (top, bottom)) = (self.across, self.down);
        let mut last = i32::MIN;
        for tick in self.axis.ticks() {
            let x = self.x(tick);
            let text = written(tick);
            let half = canvas::width(&text, SMALL) / 2;
            canvas.line(vec![(x, top), (x, bottom)], GUIDE, 1);
            if x - half > last + 12 {
                canvas.text(&text, (x, y), SMALL, HPos::Center, INK);
                last = x + half;
            }
        }
        let at = ((left + right) / 2, y + 26);
        canvas.text(&self.axis.title(words), at, SMALL, HPos::Center, INK);
    }
}

impl Plane {
    /// The position of a point.
    pub fn at(&self, (x, y): (f64, f64)) -> (i32, i32) {
        let across = self.across.part(x) * f64::from(RIGHT - LEFT);
        let up = self.up.part(y) * f64::from(BOTTOM - TOP);
        (LEFT + across.round() as i32, BOTTOM - up.round() as i32)
    }

    /// Whether a value is between bottom and top.
    pub fn holds(&self, y: f64) -> bool {
        (self.up.low..=self.up.high).contains(&y)
    }

    /// Both axes with their units.
    pub fn draw(&self, canvas: &Canvas<'_>, words: &Words) {
        for tick in self.up.ticks() {
            let (_, y) = self.at((self.across.low, tick));
            canvas.line(vec![(LEFT, y), (RIGHT, y)], GUIDE, 1);
            canvas.text(&written(tick), (LEFT - 10, y), SMALL, HPos::Right, INK);
        }
        let title = self.up.title(words);
        canvas.text(&title, (MARGIN, TOP - 20), SMALL, HPos::Left, INK);
        let ruler = Ruler {
            axis: self.across,
            across: (LEFT, RIGHT),
            down: (TOP, BOTTOM + 6),
        };
        ruler.draw(canvas, BOTTOM + 20, words);
    }
}

/// The values of an estimate for an axis: its median and its interval or range, down to half of the
/// median.
pub fn ends(estimate: &Estimate) -> [f64; 3] {
    let variation = estimate.variation().map(Variation::ends);
    let (low, high) = variation.unwrap_or(estimate.range);
    [estimate.median, low.max(estimate.median / 2.0), high]
}

/// The label of a tick, with the digits that it needs.
pub fn written(tick: f64) -> String {
    match tick {
        0.0 => "0".into(),
        1_000_000.0.. => format!("{} M", number::grouped(tick / 1e6, 0)),
        1.0.. if (tick - tick.round()).abs() < 1e-6 => number::grouped(tick, 0),
        _ => {
            let text = format!("{tick:.4}");
            text.trim_end_matches('0').trim_end_matches('.').into()
        }
    }
}
