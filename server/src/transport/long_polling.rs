//! Long polling: the server holds the request until there is news (RFC 6202, section 2).
//!
//! - Starts with a request that is answered when the next update comes.
//! - Resumes by `?after=` in the next request, which the client sends at once. What is published
//!   meanwhile waits for it.
//! - Ends with each answer, empty after the longest hold, so that no proxy cuts it.
//! - Can't send two answers without a request between them: every update costs both heads.
//!
//! Like [polling](super::polling), except that the server holds the request until there is an
//! update.
//!
//! WHEN: [`reply::at_next_update`]. HOW: [`JSON`]. The page's client: [`long-polling.js`].
//!
//! [`long-polling.js`]: ../../../../../web/transports/long-polling.js

use actix_web::HttpResponse;

use crate::{
    format::JSON,
    reply::{self, Ask},
};

/// `GET /long-polling`: the answer ends at the next update.
pub async fn get(ask: Ask) -> HttpResponse {
    reply::at_next_update(ask, &JSON).await
}
