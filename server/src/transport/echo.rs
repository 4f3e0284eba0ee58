//! Echoes each WebSocket message, for conformance tests such as the Autobahn suite (`--echo`). It
//! does not use the feed.

use std::task::{Context, Poll};

use actix_web::{HttpRequest, HttpResponse, Result, web};
use futures_util::stream;

use super::{frame::Message, upgrade::upgrade_for_messages};
use crate::base::frame::{BINARY, TEXT, frame};

/// The longest messages of the Autobahn suite (cases 9.1.6 and 9.2.6).
const LONGEST_BYTES: usize = 16 << 20;

/// `GET /websocket/echo`: returns each text and binary message unchanged.
pub async fn get(request: HttpRequest, payload: web::Payload) -> Result<HttpResponse> {
    let echo = |message: &Message, replies: &mut Vec<u8>, _: &mut Context<'_>| {
        match message {
            Message::Text(text) => replies.extend(frame(TEXT, text.as_bytes(), None)),
            Message::Binary(bytes) => replies.extend(frame(BINARY, bytes, None)),
            _ => {}
        }
        Poll::Ready(Ok(()))
    };
    upgrade_for_messages(&request, payload, LONGEST_BYTES, echo, stream::pending())
}
