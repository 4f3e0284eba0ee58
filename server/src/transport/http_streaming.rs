//! HTTP streaming: one response that never ends, one line for each update (RFC 6202, section 3).
//!
//! - Starts with a request whose response stays open.
//! - Resumes by `?after=` when the client connects again.
//! - Ends when it is cut.
//! - Can't speak to the server on the same connection, and can't rely on chunks as boundaries:
//!   proxies may cut them anew, so the line end is the boundary.

use actix_web::HttpResponse;

use crate::{
    format::JSON_LINES,
    reply::{self, Ask},
};

/// `GET /http-streaming`: the response never ends.
pub async fn get(ask: Ask) -> HttpResponse {
    reply::never(ask, &JSON_LINES)
}
