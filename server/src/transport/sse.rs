//! Server-sent events: HTTP streaming with a format that the browser knows and resumes by itself
//! (WHATWG HTML, section 9.2).
//!
//! - Starts with an `EventSource`.
//! - Resumes by the `Last-Event-ID` that the browser sends, else by `?after=`.
//! - Ends when it is cut; the browser connects again after the interval that it was told.
//! - Can't speak to the server on the same connection, and can't carry anything but text.
//!
//! Like [HTTP streaming](super::http_streaming), except that the browser itself reads the
//! format and reconnects.
//!
//! WHEN: [`reply::never`]. HOW: [`EVENT_STREAM`]. The page's client: [`sse.js`].
//!
//! [`sse.js`]: ../../../../../web/transports/sse.js

use actix_web::{HttpRequest, HttpResponse};

use crate::{
    format::EVENT_STREAM,
    http::problem::Problem,
    reply::{self, Ask},
};

/// `GET /sse`: the response never ends.
pub async fn get(request: HttpRequest, mut ask: Ask) -> Result<HttpResponse, Problem> {
    if let Some(id) = request.headers().get("Last-Event-ID") {
        let id = String::from_utf8_lossy(id.as_bytes());
        ask.cursor = ask.cursor.at_last_event_id(&id)?;
    }
    Ok(reply::never(ask, &EVENT_STREAM))
}
