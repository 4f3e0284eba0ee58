//! Server-sent events: a response that never ends, in a format that the browser itself parses (WHATWG
//! HTML, section 9.2).
//!
//! - Starts with an `EventSource`.
//! - Resumes with the `Last-Event-ID` that the browser sends, otherwise with `?after=`.
//! - Ends when the connection is closed. The browser reconnects after the delay in the `retry:`
//!   field.
//! - Can't send to the server on the same connection, and can't carry binary data.
//!
//! Like [HTTP streaming](super::http_streaming), except that the browser itself parses the format
//! and reconnects.
//!
//! Response: [`reply::never`]. Format: [`EVENT_STREAM`]. The page's client: [`sse.js`].
//!
//! [`sse.js`]: ../../../../../web/transports/sse.js

use actix_web::{HttpRequest, HttpResponse};

use crate::{
    format::EVENT_STREAM,
    http::problem::Problem,
    reply::{self, FeedRequest},
};

/// `GET /sse`: the response never ends.
pub async fn get(
    request: HttpRequest,
    mut feed_request: FeedRequest,
) -> Result<HttpResponse, Problem> {
    if let Some(id) = request.headers().get("Last-Event-ID") {
        let id = String::from_utf8_lossy(id.as_bytes());
        feed_request = feed_request.at_last_event_id(&id).await?;
    }
    Ok(reply::never(feed_request, &EVENT_STREAM))
}
