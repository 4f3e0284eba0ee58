//! WebSocket: after one handshake both sides can send on one connection, in frames (RFC 6455).
//!
//! - Starts with an HTTP request that is upgraded.
//! - Resumes with `?after=` in the URL of the next handshake.
//! - Ends with a close frame that states the reason: 1001 the server is stopping, 1002 a protocol
//!   error, 1003 binary data, 1007 text that is not UTF-8, 1008 the client was too slow or may not
//!   publish, 1009 a message that is too long, 1013 the update can't be stored at the moment.
//! - Can't resume by itself: the page's script reconnects with back-off.
//!
//! Like [HTTP streaming](super::http_streaming), except that the client sends on the same
//! connection too.
//!
//! Response: [`reply::frames`]. Format: [`TEXT_FRAME`]. The page's client: [`websocket.js`].
//!
//! [`websocket.js`]: ../../../../../web/transports/websocket.js

use std::task::Context;

use actix_web::{HttpRequest, HttpResponse, Result, web};

use super::{publish::PublishAccess, upgrade::upgrade};
use crate::{
    feed::data::Data,
    format::TEXT_FRAME,
    reply::{self, FeedRequest},
};

/// `GET /websocket`: upgrades the connection, then both sides can send.
pub async fn get(
    request: HttpRequest,
    payload: web::Payload,
    feed_request: FeedRequest,
    mut access: PublishAccess,
) -> Result<HttpResponse> {
    // Down: each update is a text frame of a stream that never ends.
    let updates = reply::frames(feed_request, &TEXT_FRAME);
    // Up: each text frame is published, at any time, on the same connection.
    let receive = move |text: &str, cx: &mut Context<'_>| {
        let published = access.poll_publish(|| Data::json_or_text(text), cx);
        published.map_ok(drop)
    };
    upgrade(&request, payload, receive, updates)
}
