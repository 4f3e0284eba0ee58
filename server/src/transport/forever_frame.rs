//! Forever frame: the document of an invisible frame never ends. Each update is a script tag that
//! the browser runs when it arrives (RFC 6202, section 3).
//!
//! - Starts with a document that stays open.
//! - Resumes with `?after=` when the page reloads the frame.
//! - Ends when the connection is closed.
//! - Can't free memory by itself: the browser keeps every script tag in the document, so the page
//!   removes each one after it has run.
//!
//! Like a [hidden frame](super::hidden_frame), except that its document never ends.
//!
//! Response: [`reply::never`]. Format: [`SCRIPT_TAGS`]. The page's client: [`forever-frame.js`].
//!
//! [`forever-frame.js`]: ../../../../../web/transports/forever-frame.js

use actix_web::HttpResponse;

use crate::{
    format::SCRIPT_TAGS,
    reply::{self, FeedRequest},
};

/// `GET /forever-frame`: the document never ends.
pub async fn get(request: FeedRequest) -> HttpResponse {
    reply::never(request, &SCRIPT_TAGS)
}
