//! Colours and shapes of the eight transports, the same in every chart.

use plotters::prelude::RGBColor;
use server::Transport;

use super::canvas::{Canvas, HPos, INK, MARGIN, QUIET, SMALL, WIDTH};

/// The line height of text.
pub const LINE: i32 = 27;
/// The left end of the names next to lines.
const NAMES: i32 = 1010;

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

/// The colour of a transport.
pub fn ink(transport: Transport) -> RGBColor {
    INKS[transport as usize]
}

/// The shape of a transport, so that transports are not distinguished by colour alone.
pub fn mark(canvas: &Canvas<'_>, transport: Transport, (x, y): (i32, i32)) {
    let ink = ink(transport);
    let at = |points: &[(i32, i32)]| points.iter().map(|&(dx, dy)| (x + dx, y + dy)).collect();
    match transport {
        Transport::PageRefresh => canvas.bar((x - 5, y - 5), (x + 5, y + 5), ink),
        Transport::Polling => canvas.shape(at(&[(0, -7), (7, 5), (-7, 5)]), ink),
        Transport::HiddenFrame => canvas.shape(at(&[(0, 7), (7, -5), (-7, -5)]), ink),
        Transport::LongPolling => canvas.shape(at(&[(0, -8), (8, 0), (0, 8), (-8, 0)]), ink),
        Transport::ForeverFrame => canvas.bar((x - 7, y - 3), (x + 7, y + 3), ink),
        Transport::HttpStreaming => canvas.bar((x - 3, y - 7), (x + 3, y + 7), ink),
        Transport::Sse => {
            canvas.line(at(&[(-6, -6), (6, 6)]), ink, 3);
            canvas.line(at(&[(-6, 6), (6, -6)]), ink, 3);
        }
        Transport::WebSocket => canvas.dot((x, y), 6, ink),
    }
}

/// The end of a transport's line, with its value.
pub(super) struct End {
    pub(super) at: (i32, i32),
    pub(super) transport: Transport,
    pub(super) value: String,
}

/// Names and values next to the ends of lines, moved apart if lines end close to each other.
pub(super) fn label_ends(
    canvas: &Canvas<'_>,
    ends: impl Iterator<Item = End>,
    top: i32,
    bottom: i32,
) {
    let mut ends: Vec<_> = ends.collect();
    ends.sort_by_key(|end| (end.at.1, end.transport));
    let wanted: Vec<_> = ends.iter().map(|end| end.at.1).collect();
    for (
        End {
            at,
            transport,
            value,
        },
        y,
    ) in ends.iter().zip(apart(&wanted, top, bottom))
    {
        let line = vec![(at.0 + 9, at.1), (NAMES - 38, y), (NAMES - 26, y)];
        canvas.line(line, QUIET, 1);
        mark(canvas, *transport, (NAMES - 16, y));
        canvas.text(transport.name(), (NAMES, y), SMALL, HPos::Left, INK);
        canvas.text(value, (WIDTH - MARGIN, y), SMALL, HPos::Right, INK);
    }
}

/// Heights at least one line of text apart and as near as possible to the wanted ones, which are
/// sorted. Heights that would touch become a block around their middle, between `top` and `bottom`.
fn apart(wanted: &[i32], top: i32, bottom: i32) -> Vec<i32> {
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
    let heights = |block: (i32, i32)| (0..block.1).map(move |nth| first(&block) + LINE * nth);
    blocks.into_iter().flat_map(heights).collect()
}
