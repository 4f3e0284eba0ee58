//! HTTP streaming: one response that never ends, one line per update (RFC 6202, section 3).
//!
//! - Starts with a request whose response stays open.
//! - Resumes with `?after=` when the client connects again.
//! - Ends when the connection is closed.
//! - Can't send to the server on the same connection, and can't use chunks as boundaries: proxies
//!   may change them, so the line break is the boundary.
//!
//! Like a [forever frame](super::forever_frame), except that a script reads the response, one
//! JSON text per line.
//!
//! Response: [`reply::never`]. Format: [`JSON_LINES`]. The page's client: [`http-streaming.js`].
//!
//! [`http-streaming.js`]: ../../../../../web/transports/http-streaming.js

use actix_web::HttpResponse;

use crate::{
    format::JSON_LINES,
    reply::{self, FeedRequest},
};

/// `GET /http-streaming`: the response never ends.
pub async fn get(request: FeedRequest) -> HttpResponse {
    reply::never(request, &JSON_LINES)
}
