//! Colours and shapes of the eight transports, the same in every chart.

use plotters::prelude::RGBColor;

use super::canvas::Canvas;

/// The line height of text.
pub const LINE: i32 = 27;

/// The colours of the transports, in their order, as on the page. Each has enough contrast on white
/// for text. No chart uses them with another meaning.
pub const INKS: [RGBColor; 8] = [
    RGBColor(0x6E, 0x6E, 0x6E),
    RGBColor(0x8F, 0x62, 0x00),
    RGBColor(0xA6, 0x3D, 0x77),
    RGBColor(0xB8, 0x4F, 0x00),
    RGBColor(0x00, 0x78, 0x5A),
    RGBColor(0x15, 0x74, 0xB3),
    RGBColor(0x22, 0x22, 0x22),
    RGBColor(0x0B, 0x4E, 0xA2),
];

/// The colour of the nth transport.
pub fn ink(nth: usize) -> RGBColor {
    INKS[nth]
}

/// The shape of the nth transport, so that transports are not distinguished by colour alone.
pub fn mark(canvas: &Canvas<'_>, nth: usize, (x, y): (i32, i32)) {
    let ink = ink(nth);
    let at = |points: &[(i32, i32)]| points.iter().map(|&(dx, dy)| (x + dx, y + dy)).collect();
    match nth {
        0 => canvas.bar((x - 5, y - 5), (x + 5, y + 5), ink),
        1 => canvas.shape(at(&[(0, -7), (7, 5), (-7, 5)]), ink),
        2 => canvas.shape(at(&[(0, 7), (7, -5), (-7, -5)]), ink),
        3 => canvas.shape(at(&[(0, -8), (8, 0), (0, 8), (-8, 0)]), ink),
        4 => canvas.bar((x - 7, y - 3), (x + 7, y + 3), ink),
        5 => canvas.bar((x - 3, y - 7), (x + 3, y + 7), ink),
        6 => {
            canvas.line(at(&[(-6, -6), (6, 6)]), ink, 3);
            canvas.line(at(&[(-6, 6), (6, -6)]), ink, 3);
        }
        _ => canvas.dot((x, y), 6, ink),
    }
}

/// Heights at least one line of text apart and as near as possible to the wanted ones, which are
/// sorted. Heights that would touch become a block around their middle, between `top` and `bottom`.
pub fn apart(wanted: &[i32], top: i32, bottom: i32) -> Vec<i32> {
    let mut blocks: Vec<(i32, i32)> = Vec::new();
    let first = |&(sum, count): &(i32, i32)| {
        let middle = sum / count - LINE * (count - 1) / 2;
        middle.min(bottom - LINE * (count - 1)).max(top)
    };
    for &y in wanted {
        let mut block = (y, 1);
        while let Some(above) = blocks.last() {
            if first(above) + LINE * above.1 <= first(&block) {
                break;
            }
            block = (block.0 + above.0, block.1 + above.1);
            blocks.pop();
        }
        blocks.push(block);
    }
    let ys = blocks
        .iter()
        .flat_map(|block| (0..block.1).map(move |nth| first(block) + LINE * nth));
    ys.collect()
}
