//! Page refresh: the browser loads the whole page again, every interval.
//!
//! - Starts with an ordinary page. The page itself says when it is to be loaded again, and from
//!   which place of the feed.
//! - Resumes by that address.
//! - Ends with each page.
//! - Can't show an update before the next interval, and can't redraw without wiping the page.
//!
//! The classic page, with which all the other transports are compared: the browser loads the
//! whole page again.
//!
//! WHEN: [`reply::now`]. HOW: [`PAGE`]. The page's client: [`page-refresh.js`].
//!
//! [`page-refresh.js`]: ../../../../../web/transports/page-refresh.js

use actix_web::HttpResponse;

use crate::{
    format::PAGE,
    reply::{self, Ask},
};

/// `GET /page-refresh`: the page ends now.
pub async fn get(ask: Ask) -> HttpResponse {
    reply::now(ask, &PAGE).await
}
