//! Polling: a script asks for news, every interval.
//!
//! - Starts with a request and gets its answer at once, often an empty one.
//! - Resumes by `?after=` in each request.
//! - Ends with each answer.
//! - Can't learn of an update before the next interval, and pays a request and a response for
//!   finding out that there is none.
//!
//! Like [page refresh](super::page_refresh), except that a script sends the request and only a
//! part of the page is redrawn.
//!
//! WHEN: [`reply::now`]. HOW: [`JSON`]. The page's client: [`polling.js`].
//!
//! [`polling.js`]: ../../../../../web/transports/polling.js

use actix_web::HttpResponse;

use crate::{
    format::JSON,
    reply::{self, Ask},
};

/// `GET /polling`: the answer ends now.
pub async fn get(ask: Ask) -> HttpResponse {
    reply::now(ask, &JSON).await
}
