//! Polling: a script requests updates at every interval.
//!
//! - Starts with a request that is answered at once, often with an empty response.
//! - Resumes with `?after=` in each request.
//! - Ends with each response.
//! - Can't receive an update before the next interval, and pays for a request and a response even
//!   if there is none.
//!
//! Like [page refresh](super::page_refresh), except that a script sends the request and only a
//! part of the page is redrawn.
//!
//! Response: [`reply::now`]. Format: [`JSON`]. The page's client: [`polling.js`].
//!
//! [`polling.js`]: ../../../../../web/transports/polling.js

use actix_web::HttpResponse;

use crate::{
    format::JSON,
    reply::{self, FeedRequest},
};

/// `GET /polling`: the response ends now.
pub async fn get(request: FeedRequest) -> HttpResponse {
    reply::now(request, &JSON).await
}
