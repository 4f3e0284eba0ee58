//! Stacked bars of the ledger's classes. Their colours are the same in every chart and on the page,
//! and no transport has one of them.

use plotters::prelude::RGBColor;

use super::canvas::{self, Canvas, HPos, INK, MARGIN, QUIET, SMALL};
use crate::{
    record::{BytesPerUpdate, Class, Direction, Measurement},
    show::{
        statistics::median,
        words::{Words, overhead as texts},
    },
};

/// The classes in the bars: all that are paid per update or publish. The first is the payload.
const CLASSES: [Class; 10] = [
    Class::Payload,
    Class::Format,
    Class::RequestHead,
    Class::ResponseHead,
    Class::Chunk,
    Class::Http2Frame,
    Class::WebsocketFrame,
    Class::Idle,
    Class::Tls,
    Class::TcpIp,
];

/// The colour of a class.
pub const fn ink(class: Class) -> RGBColor {
    match class {
        Class::Payload => RGBColor(0x9A, 0xA0, 0xA8),
        Class::Format => RGBColor(0x8C, 0x6B, 0xB1),
        Class::RequestHead => RGBColor(0xB2, 0x18, 0x2B),
        Class::ResponseHead => RGBColor(0xEF, 0x8A, 0x62),
        Class::Chunk => RGBColor(0xA6, 0x76, 0x1D),
        Class::Http2Frame => RGBColor(0x76, 0x2A, 0x83),
        Class::WebsocketFrame => RGBColor(0x1B, 0x78, 0x37),
        Class::Idle => RGBColor(0xC2, 0xA5, 0xCF),
        Class::Setup => RGBColor(0x4D, 0x4D, 0x4D),
        Class::Tls => RGBColor(0x35, 0x97, 0x8F),
        Class::TcpIp => RGBColor(0xD9, 0xD9, 0xD9),
    }
}

/// The bytes of an update or, in direction up, of a publish.
pub(super) fn bytes(row: &Measurement, direction: Direction) -> Option<BytesPerUpdate> {
    match direction {
        Direction::Up => Some(row.publish?.bytes_per_publish),
        Direction::Down => Some(row.bytes_per_update),
    }
}

/// The sections of a bar, from left to right: bytes by class, medians of the repeats.
pub(super) fn sections(
    rows: &[&Measurement],
    of: impl Fn(&Measurement) -> Option<BytesPerUpdate>,
) -> [(Class, f64); 10] {
    let bytes = |class| median(rows, |row| of(row)?.classes[class]);
    CLASSES.map(|class| (class, bytes(class).unwrap_or(0.0)))
}

/// The classes with more than this many bytes in any of the sections.
pub(super) fn visible<'a>(
    sections: impl Iterator<Item = &'a (Class, f64)>,
    least: f64,
) -> Vec<Class> {
    let sections: Vec<_> = sections.filter(|(_, bytes)| *bytes > least).collect();
    let is_visible = |class: &Class| sections.iter().any(|(other, _)| other == class);
    CLASSES.into_iter().filter(is_visible).collect()
}

/// A bar of sections. `x` is the position of a number of bytes.
pub(super) fn bar(
    canvas: &Canvas<'_>,
    sections: &[(Class, f64)],
    x: impl Fn(f64) -> i32,
    (top, bottom): (i32, i32),
) {
    let mut from = 0.0;
    for &(class, bytes) in sections {
        let to = from + bytes;
        section(canvas, class, (x(from), top), (x(to), bottom));
        from = to;
    }
}

/// A section of a bar. Colours that are faint on white have a border.
pub(super) fn section(canvas: &Canvas<'_>, class: Class, from: (i32, i32), to: (i32, i32)) {
    canvas.bar(from, to, ink(class));
    if matches!(class, Class::TcpIp | Class::Idle) && to.0 - from.0 > 2 {
        canvas.frame(from, to, QUIET, 1);
    }
}

/// The colours of classes, from left to right.
pub(super) fn legend(canvas: &Canvas<'_>, y: i32, classes: Vec<Class>, words: &Words) {
    let mut left = MARGIN;
    for class in classes {
        let name = words.of(texts::class(class));
        section(canvas, class, (left, y - 9), (left + 18, y + 9));
        canvas.text(name, (left + 25, y), SMALL, HPos::Left, INK);
        left += 25 + canvas::width(name, SMALL) + 22;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::show::chart::transport_style;

    #[test]
    fn no_colour_means_both_a_transport_and_a_class() {
        for class in Class::ALL {
            assert!(!transport_style::INKS.contains(&ink(class)), "{class:?}");
            let same = Class::ALL.iter().filter(|&&other| ink(other) == ink(class));
            assert_eq!(same.count(), 1, "{class:?}");
        }
    }
}
