//! Echoes each message of a WebSocket, for tests of conformance such as the Autobahn suite
//! (`--echo`). Nothing of the feed passes.

use actix_web::{HttpRequest, HttpResponse, Result, web};
use actix_ws::{CloseCode, Session};
use futures_util::stream;

use super::{frame::Message, upgrade::upgrade_for_messages};

/// The longest messages of the Autobahn suite (cases 9.1.6 and 9.2.6).
const LONGEST_BYTES: usize = 16 << 20;

/// `GET /websocket/echo`: each text and each binary message comes back as it was sent.
pub async fn get(request: HttpRequest, payload: web::Payload) -> Result<HttpResponse> {
    let echo = async |session: &mut Session, message| {
        let sent = match message {
            Message::Text(text) => session.text(text).await,
            Message::Binary(bytes) => session.binary(bytes).await,
            _ => Ok(()),
        };
        sent.map_err(|_| CloseCode::Away.into())
    };
    upgrade_for_messages(&request, payload, LONGEST_BYTES, echo, stream::pending()).await
}
