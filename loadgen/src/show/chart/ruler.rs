//! A horizontal axis under rows.

use super::{
    canvas::{self, Canvas, GUIDE, HPos, INK, SMALL},
    plane::{Axis, written},
};
use crate::show::words::Words;

/// An axis with its place on the slide.
#[derive(Clone, Copy, Debug)]
pub struct Ruler {
    /// The axis.
    pub axis: Axis,
    /// Its left and right end.
    pub across: (i32, i32),
    /// The upper and lower end of its guide lines.
    pub down: (i32, i32),
}

impl Ruler {
    /// The position of a value, at the edge if it is beyond the axis.
    pub fn x(&self, value: f64) -> i32 {
        let (left, right) = self.across;
        let part = self.axis.part(value).clamp(0.0, 1.0);
        left + (part * f64::from(right - left)).round() as i32
    }

    /// Draws guide lines with their values, and the title of the axis.
    pub fn draw(&self, canvas: &Canvas<'_>, words: &Words) {
        self.draw_with_values_at(canvas, self.down.1 + 16, words);
    }

    /// The same, with the height of the values.
    pub fn draw_with_values_at(&self, canvas: &Canvas<'_>, y: i32, words: &Words) {
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
