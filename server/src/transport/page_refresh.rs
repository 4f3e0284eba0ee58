//! Page refresh: the browser reloads the whole page at every interval.
//!
//! - Starts with an ordinary page. The page contains the delay after which the browser reloads it,
//!   and the URL with the position.
//! - Resumes with that URL.
//! - Ends with each page.
//! - Can't show an update before the next interval, and can't redraw without clearing the page.
//!
//! The baseline for the other transports.
//!
//! WHEN: [`reply::now`]. HOW: [`PAGE`]. The page's client: [`page-refresh.js`].
//!
//! [`page-refresh.js`]: ../../../../../web/transports/page-refresh.js

use actix_web::HttpResponse;

use crate::{
    format::PAGE,
    reply::{self, FeedRequest},
};

/// `GET /page-refresh`: the page ends now.
pub async fn get(request: FeedRequest) -> HttpResponse {
    reply::now(request, &PAGE).await
}
