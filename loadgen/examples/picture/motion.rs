//! Animations in CSS that repeat forever. Each has its own start, so that the whole picture has none.

/// A point of an animation: milliseconds since its start, pixels to the right, and opacity.
pub type Point = (f64, f64, f64);

/// The style sheet of the picture's animations.
#[derive(Default)]
pub struct Motion {
    /// The length of the picture.
    pub span_ms: f64,
    /// The instant that a viewer without animations shows.
    still_ms: f64,
    css: String,
    count: usize,
}

impl Motion {
    /// No animation yet.
    pub fn new(span_ms: f64, still_ms: f64) -> Self {
        Self {
            span_ms,
            still_ms,
            ..Self::default()
        }
    }

    /// The attributes of an element that moves in straight lines between points from an instant on,
    /// and is invisible before and after.
    pub fn along(&mut self, from_ms: f64, points: &[Point]) -> String {
        self.keyframes(points, "linear");
        let since = (self.still_ms - from_ms).rem_euclid(self.span_ms);
        let (x, opacity) = at(points, since);
        self.attributes(from_ms, x, opacity)
    }

    /// The attributes of an element that is visible in these spans of time, sorted.
    pub fn during(&mut self, spans: &[(f64, f64)]) -> String {
        let mut points = vec![(0.0, 0.0, 0.0)];
        points.extend(
            spans
                .iter()
                .flat_map(|&(from, to)| [(from, 0.0, 1.0), (to, 0.0, 0.0)]),
        );
        self.keyframes(&points, "step-end");
        let is_shown = |&(from, to): &(f64, f64)| (from..to).contains(&self.still_ms);
        let opacity = if spans.iter().any(is_shown) { 1.0 } else { 0.0 };
        self.attributes(0.0, 0.0, opacity)
    }

    fn keyframes(&mut self, points: &[Point], easing: &str) {
        self.count += 1;
        let name = format!("m{}", self.count);
        self.css += &format!("@keyframes {name}{{");
        for &(ms, x, opacity) in points {
            let percent = (ms / self.span_ms * 100.0).min(100.0);
            self.css +=
                &format!("{percent:.2}%{{transform:translateX({x:.0}px);opacity:{opacity}}}");
        }
        let last = points.last().map_or(0.0, |point| point.1);
        self.css += &format!(
            "100%{{transform:translateX({last:.0}px);opacity:0}}}}\n\
             .{name}{{animation-name:{name};animation-timing-function:{easing}}}\n"
        );
    }

    fn attributes(&self, from_ms: f64, x: f64, opacity: f64) -> String {
        // In the past, so that everything is under way when the picture is opened.
        let delay_s = (from_ms - self.still_ms - 2.0 * self.span_ms) / 1000.0;
        format!(
            "class=\"m{}\" style=\"animation-delay:{delay_s:.3}s\" \
             transform=\"translate({x:.0})\" opacity=\"{opacity:.2}\"",
            self.count
        )
    }

    /// The style sheet.
    pub fn css(&self) -> String {
        format!(
            "[class^=m]{{animation-duration:{}s;animation-iteration-count:infinite}}\n\
             @media (prefers-reduced-motion:reduce){{[class^=m]{{animation-play-state:paused}}}}\n{}",
            self.span_ms / 1000.0,
            self.css
        )
    }
}

/// Where an element is.
fn at(points: &[Point], ms: f64) -> (f64, f64) {
    let mut pairs = points.windows(2).map(|pair| (pair[0], pair[1]));
    let Some((from, to)) = pairs.find(|(from, to)| (from.0..to.0).contains(&ms)) else {
        return (0.0, 0.0);
    };
    let part = (ms - from.0) / (to.0 - from.0);
    let between = |from: f64, to: f64| from + (to - from) * part;
    (between(from.1, to.1), between(from.2, to.2))
}
