//! WebSocket frames from the server, therefore without a mask (RFC 6455, section 5.2).

use actix_web::web::Bytes;
use actix_ws::CloseCode;

use super::{Farewell, Format, Id};
use crate::base::frame::{self, CLOSE, FIN, PING, TEXT};

/// A stream of complete text frames.
pub const TEXT_FRAME: Format = Format {
    id: Id::TextFrame,
    update: |update| frame(TEXT, &update.text),
    notice: |text, _| frame(TEXT, text.as_bytes()),
    heartbeat: &[FIN | PING, 0],
    farewell: |why| match why {
        Farewell::GoingAway => close_frame(CloseCode::Away, "the server stops"),
        Farewell::TooSlow => close_frame(CloseCode::Policy, "nothing was read for too long"),
    },
    ..Format::PLAIN
};

/// Encodes a text as one frame.
pub fn text_frame(text: &str) -> Bytes {
    frame(TEXT, text.as_bytes())
}

fn frame(opcode: u8, payload: &[u8]) -> Bytes {
    frame::frame(opcode, payload, None).into()
}

/// A close frame: a status code and a textual reason of at most 123 bytes (RFC 6455, sections 5.5
/// and 5.5.1).
pub fn close_frame(code: CloseCode, reason: &str) -> Bytes {
    let reason = &reason[..reason.floor_char_boundary(123)];
    frame(
        CLOSE,
        &[&u16::from(code).to_be_bytes(), reason.as_bytes()].concat(),
    )
}
