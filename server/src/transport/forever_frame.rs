//! Forever frame: the document of an invisible frame never ends; each update is a script tag that
//! the browser runs as it arrives (RFC 6202, section 3, as a stream to a frame).
//!
//! - Starts with a document that stays open.
//! - Resumes by `?after=` when the page loads the frame again.
//! - Ends when it is cut.
//! - Can't be left alone: the browser keeps every script tag in the document, so the page removes
//!   each one when it has run.
//!
//! Like a [hidden frame](super::hidden_frame), except that its document never ends.
//!
//! WHEN: [`reply::never`]. HOW: [`SCRIPT_TAGS`]. The page's client: [`forever-frame.js`].
//!
//! [`forever-frame.js`]: ../../../../../web/transports/forever-frame.js

use actix_web::HttpResponse;

use crate::{
    format::SCRIPT_TAGS,
    reply::{self, Ask},
};

/// `GET /forever-frame`: the document never ends.
pub async fn get(ask: Ask) -> HttpResponse {
    reply::never(ask, &SCRIPT_TAGS)
}
