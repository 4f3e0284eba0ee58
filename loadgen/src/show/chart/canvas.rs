//! Shared by all charts: the size of a slide, text that stays text, and descriptions for screen
//! readers.

use std::cell::Cell;

use plotters::{
    coord::Shift,
    prelude::{
        Circle, DrawingArea, IntoDrawingArea, IntoFont, PathElement, Polygon, RGBColor, Rectangle,
        SVGBackend, Text,
    },
    style::{
        Color, FontDesc, FontStyle, TextStyle,
        text_anchor::{Pos, VPos},
    },
};

use crate::show::language::Language;

/// The anchor of a text.
pub use plotters::style::text_anchor::HPos;

/// A slide of 16:9. The text sizes below are legible on a projected slide.
pub const WIDTH: i32 = 1280;
/// See [`WIDTH`].
pub const HEIGHT: i32 = 720;
/// The distance of all content from the edge.
pub const MARGIN: i32 = 20;

/// The smallest size of text.
pub const SMALL: i32 = 18;
/// Names of the parts of a chart.
pub const MEDIUM: i32 = 22;
/// The title.
pub const LARGE: i32 = 30;

/// Text and outlines.
pub const INK: RGBColor = RGBColor(0x22, 0x22, 0x22);
/// Explanations.
pub const QUIET: RGBColor = RGBColor(0x59, 0x59, 0x59);
/// Guide lines.
pub const GUIDE: RGBColor = RGBColor(0xDD, 0xDD, 0xDD);
/// The background.
pub const WHITE: RGBColor = RGBColor(0xFF, 0xFF, 0xFF);
const FAMILY: &str = "sans-serif";

/// The font families, which the viewer provides. Some viewers look for Hangul only in named families.
const fn fonts(language: Language) -> &'static str {
    match language {
        Language::English => FAMILY,
        Language::Korean => {
            "Noto Sans KR, Noto Sans CJK KR, Apple SD Gothic Neo, Malgun Gothic, NanumGothic, \
             sans-serif"
        }
    }
}

/// A chart while it is drawn; coordinates are pixels of the slide.
pub struct Canvas<'a> {
    area: DrawingArea<SVGBackend<'a>, Shift>,
    /// Whether a text was left out for lack of room.
    pub(super) is_crowded: Cell<bool>,
}

/// Draws one SVG document. `name` makes its ids unique on a page that has several of them;
/// `title` and `description` are for screen readers.
pub fn svg(
    language: Language,
    name: &str,
    title: &str,
    description: &str,
    draw: impl FnOnce(&Canvas<'_>),
) -> String {
    let mut svg = String::new();
    let size = (WIDTH as u32, HEIGHT as u32);
    let canvas = Canvas {
        area: SVGBackend::with_string(&mut svg, size).into_drawing_area(),
        is_crowded: Cell::new(false),
    };
    canvas.bar((0, 0), (WIDTH, HEIGHT), WHITE);
    draw(&canvas);
    let done = canvas.area.present();
    done.expect("a string takes all that is written");
    drop(canvas);
    let (root, body) = svg.split_once(">\n").expect("a document has its root");
    // Set once in the root instead of in every text.
    let body = body.replace(&format!(" font-family=\"{FAMILY}\""), "");
    let (code, fonts) = (language.code(), fonts(language));
    format!(
        "{root} lang=\"{code}\" xml:lang=\"{code}\" font-family=\"{fonts}\" role=\"img\" \
         aria-labelledby=\"{name}-title {name}-description\">\n\
         <title id=\"{name}-title\">{}</title>\n<desc id=\"{name}-description\">{}</desc>\n{body}",
        escape(title),
        escape(description)
    )
}

impl Canvas<'_> {
    fn draw<'b, E>(&self, element: &'b E)
    where
        &'b E: plotters::element::PointCollection<'b, (i32, i32)>,
        E: for<'c> plotters::element::Drawable<SVGBackend<'c>>,
    {
        let done = self.area.draw(element);
        done.expect("a string takes all that is written");
    }

    /// A line through points; nothing if all points are the same.
    pub fn line(&self, points: Vec<(i32, i32)>, ink: RGBColor, width: u32) {
        if points.iter().any(|point| *point != points[0]) {
            self.draw(&PathElement::new(points, ink.stroke_width(width)));
        }
    }

    /// A filled rectangle; nothing if its area is zero.
    pub fn bar(&self, from: (i32, i32), to: (i32, i32), ink: RGBColor) {
        if from.0 != to.0 && from.1 != to.1 {
            self.draw(&Rectangle::new([from, to], ink.filled()));
        }
    }

    /// The border of a rectangle, inside its edges.
    pub fn frame(&self, from: (i32, i32), to: (i32, i32), ink: RGBColor, width: i32) {
        let half = width / 2;
        let (left, top) = (from.0 + half, from.1 + half);
        let (right, bottom) = (to.0 - width + half, to.1 - width + half);
        let corners = [(left, top), (right, top), (right, bottom), (left, bottom)];
        self.line([&corners[..], &corners[..1]].concat(), ink, width as u32);
    }

    /// A white rectangle with a border; filled if it is too thin for a border.
    pub fn outlined(&self, from: (i32, i32), to: (i32, i32), ink: RGBColor) {
        self.bar(from, to, ink);
        self.bar((from.0 + 2, from.1 + 2), (to.0 - 2, to.1 - 2), WHITE);
    }

    /// A filled shape.
    pub fn shape(&self, points: Vec<(i32, i32)>, ink: RGBColor) {
        self.draw(&Polygon::new(points, ink));
    }

    /// A filled circle.
    pub fn dot(&self, at: (i32, i32), radius: i32, ink: RGBColor) {
        self.draw(&Circle::new(at, radius, ink.filled()));
    }

    /// A dot in place of a text, for lack of room.
    pub(super) fn crowded(&self, at: (i32, i32)) {
        self.dot(at, 4, INK);
        self.is_crowded.set(true);
    }

    /// Text, vertically centred at `at`.
    pub fn text(&self, text: &str, at: (i32, i32), size: i32, hold: HPos, ink: RGBColor) {
        self.write(text, at, font(size, FontStyle::Normal), hold, ink);
    }

    /// Bold text.
    pub fn bold(&self, text: &str, at: (i32, i32), size: i32, hold: HPos, ink: RGBColor) {
        self.write(text, at, font(size, FontStyle::Bold), hold, ink);
    }

    fn write(&self, text: &str, at: (i32, i32), font: FontDesc<'_>, hold: HPos, ink: RGBColor) {
        let style = TextStyle::from(font).color(&ink);
        let style = style.pos(Pos::new(hold, VPos::Center));
        self.draw(&Text::new(plain(text), at, style));
    }

    /// Small, centred text with a white background, which interrupts a line.
    pub fn label(&self, text: &str, (x, y): (i32, i32), ink: RGBColor) {
        let (half, high) = (width(text, SMALL) / 2 + 3, SMALL / 2 + 2);
        self.bar((x - half, y - high), (x + half, y + high), WHITE);
        self.text(text, (x, y), SMALL, HPos::Center, ink);
    }

    /// Small, left-aligned text with a white background.
    pub fn label_from(&self, text: &str, (x, y): (i32, i32), ink: RGBColor) {
        let (wide, high) = (width(text, SMALL) + 3, SMALL / 2 + 2);
        self.bar((x - 3, y - high), (x + wide, y + high), WHITE);
        self.text(text, (x, y), SMALL, HPos::Left, ink);
    }

    /// The reason for a missing measurement, in its place.
    pub fn gap(&self, reason: &str, at: (i32, i32), room: i32) {
        self.label_from(&fitted(reason, room, SMALL), at, QUIET);
    }

    /// Small, bold, left-aligned text on guide lines.
    pub fn heading(&self, text: &str, (x, y): (i32, i32)) {
        let right = x + width(text, SMALL) * 11 / 10;
        self.bar((x, y - 10), (right, y + 10), WHITE);
        self.bold(text, (x, y), SMALL, HPos::Left, INK);
    }

    /// A filled and an outlined bar, each with its meaning. `at` is the left edge and the middle.
    pub fn legend(&self, at: (i32, i32), [filled, outlined]: [&str; 2]) {
        let (x, y) = at;
        let next = x + 24 + width(filled, SMALL) * 11 / 10 + 28;
        self.bar((x, y - 8), (x + 16, y + 8), INK);
        self.text(filled, (x + 24, y), SMALL, HPos::Left, INK);
        self.outlined((next, y - 8), (next + 16, y + 8), INK);
        self.text(outlined, (next + 24, y), SMALL, HPos::Left, INK);
    }

    /// The title and the lines under it.
    pub fn headline(&self, title: &str, lines: &[String]) {
        self.bold(title, (MARGIN, 34), LARGE, HPos::Left, INK);
        for (nth, line) in lines.iter().enumerate() {
            let at = (MARGIN, 70 + 26 * nth as i32);
            let line = fitted(line, WIDTH - 2 * MARGIN, SMALL);
            self.text(&line, at, SMALL, HPos::Left, INK);
        }
    }

    /// The lines at the foot; the last is the lowest.
    pub fn foot(&self, lines: &[String]) {
        for (nth, line) in lines.iter().rev().enumerate() {
            let at = (MARGIN, HEIGHT - 18 - 25 * nth as i32);
            let line = fitted(line, WIDTH - 2 * MARGIN, SMALL);
            self.text(&line, at, SMALL, HPos::Left, QUIET);
        }
    }
}

fn font(size: i32, weight: FontStyle) -> FontDesc<'static> {
    // plotters divides the size by 1.24 when it writes the document.
    (FAMILY, f64::from(size) * 1.24).into_font().style(weight)
}

/// Black or white, whichever has more contrast with a colour.
pub fn on(ground: RGBColor) -> RGBColor {
    match contrast(ground, INK) > contrast(ground, WHITE) {
        true => INK,
        false => WHITE,
    }
}

/// The contrast of two colours (WCAG 2.2, "contrast ratio").
fn contrast(one: RGBColor, other: RGBColor) -> f64 {
    let linear = |part: u8| match f64::from(part) / 255.0 {
        part if part <= 0.04045 => part / 12.92,
        part => ((part + 0.055) / 1.055).powf(2.4),
    };
    let luminance = |RGBColor(red, green, blue): RGBColor| {
        0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
    };
    let (one, other) = (luminance(one) + 0.05, luminance(other) + 0.05);
    one.max(other) / one.min(other)
}

/// An upper estimate of the width of a text. Viewers use different fonts, and a layout for a wide
/// font also fits a narrow one.
pub fn width(text: &str, size: i32) -> i32 {
    let thousandths: i32 = text
        .chars()
        .map(|letter| match letter {
            'i' | 'j' | 'l' | '.' | ',' | ':' | ';' | '\'' | '|' | ' ' | 'I' => 330,
            'f' | 't' | 'r' | '(' | ')' | '-' | '/' => 400,
            'm' | 'w' | 'M' | 'W' | '%' => 930,
            'A'..='Z' | '×' | '–' | '→' => 740,
            '\u{1100}'.. => 1000,
            _ => 620,
        })
        .sum();
    thousandths * size / 1000
}

/// A text shortened at its end to fit into a width.
pub fn fitted(text: &str, room: i32, size: i32) -> String {
    let text = plain(text);
    if width(&text, size) <= room {
        return text;
    }
    let mut short = text;
    while !short.is_empty() && width(&short, size) + size > room {
        short.pop();
    }
    short.trim_end().to_string() + "…"
}

/// A text wrapped into at most `most` lines. The rest is omitted.
pub fn wrapped(text: &str, room: i32, size: i32, most: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in plain(text).split_whitespace() {
        let full = lines.len() == most;
        let line = lines.last_mut().expect("there is always a line");
        if full || line.is_empty() || width(line, size) + width(word, size) + size <= room {
            if !line.is_empty() {
                line.push(' ');
            }
            *line += word;
        } else {
            lines.push(word.into());
        }
    }
    lines.iter().map(|line| fitted(line, room, size)).collect()
}

/// Text without characters that XML does not allow; line ends become spaces.
pub fn plain(text: &str) -> String {
    let allowed = |letter: char| match letter {
        letter if letter.is_control() => ' ',
        '\u{FFFE}' | '\u{FFFF}' => ' ',
        letter => letter,
    };
    text.chars().map(allowed).collect()
}

fn escape(text: &str) -> String {
    let text = plain(text).replace('&', "&amp;");
    text.replace('<', "&lt;").replace('>', "&gt;")
}
