//! The comparison chart: long polling and WebSocket side by side, message by message, from the
//! captured times of a run. Any of the eight transports can be compared.

use server::Transport;

use super::{
    canvas::{GUIDE, WIDTH},
    lifelines,
    sides::Sides,
};
use crate::{
    record::{Record, SuitePart},
    show::words::{Words, messages},
};

/// The two sides of the chart, as in the article.
pub const SIDES: [Transport; 2] = [Transport::LongPolling, Transport::WebSocket];

/// Draws the chart of one scenario; time runs down.
pub fn draw(
    id: &str,
    record: &Record,
    part: &SuitePart,
    transports: &[Transport],
    words: &Words,
) -> String {
    let sides = Sides::of(record, part, transports, words);
    sides.svg(id, messages::down, |canvas| {
        let places = lifelines::places(transports.len());
        for (&place, (transport, side)) in places.iter().zip(sides.each()) {
            match side {
                Ok(side) => lifelines::draw(canvas, place, side, words),
                Err(gap) => lifelines::missing(canvas, place, transport.name(), gap),
            }
        }
        if transports.len() == 2 {
            canvas.line(vec![(WIDTH / 2, 96), (WIDTH / 2, 630)], GUIDE, 1);
        }
    })
}
