//! WebSocket frames from the server, so without a mask (RFC 6455, section 5.2).

use actix_web::web::Bytes;
use actix_ws::CloseCode;

use super::{Farewell, Format, Id};

/// A stream of text frames, ready to be written as they are.
pub const TEXT_FRAME: Format = Format {
    id: Id::TextFrame,
    update: |update| frame(TEXT, &update.text),
    notice: |text, _| frame(TEXT, text.as_bytes()),
    heartbeat: &[FIN | PING, 0],
    farewell: |why| match why {
        Farewell::GoingAway => close(CloseCode::Away, "the server stops"),
        Farewell::TooSlow(missed) => {
            let reason = format!("too slow: {missed} updates left the history unread");
            close(CloseCode::Policy, &reason)
        }
    },
    ..Format::PLAIN
};

const FIN: u8 = 0x80;
const TEXT: u8 = 0x1;
const CLOSE: u8 = 0x8;
const PING: u8 = 0x9;

/// A text as one frame.
pub fn text_frame(text: &str) -> Bytes {
    frame(TEXT, text.as_bytes())
}

/// One whole frame. The length takes 1, 3 or 9 bytes.
fn frame(opcode: u8, payload: &[u8]) -> Bytes {
    let mut frame = vec![FIN | opcode];
    match payload.len() {
        len @ 0..=125 => frame.push(len as u8),
        len @ 126..=0xffff => {
            frame.push(126);
            frame.extend((len as u16).to_be_bytes());
        }
        len => {
            frame.push(127);
            frame.extend((len as u64).to_be_bytes());
        }
    }
    frame.extend(payload);
    frame.into()
}

/// A close frame: a status code, then a reason in words (RFC 6455, section 5.5.1).
fn close(code: CloseCode, reason: &str) -> Bytes {
    frame(
        CLOSE,
        &[&u16::from(code).to_be_bytes(), reason.as_bytes()].concat(),
    )
}
