//! Hidden frame: an invisible frame is reloaded at every interval. Its document calls the page.
//!
//! - Starts with a frame whose document contains a script tag for each update.
//! - Resumes with `?after=` in the URL of the frame.
//! - Ends with each document.
//! - Can't be faster than polling. It was used before scripts could send requests.
//!
//! Like [polling](super::polling), except that the browser loads a frame instead of sending a
//! script's request, and the updates are script tags.
//!
//! Response: [`reply::now`]. Format: [`SCRIPT_TAGS`]. The page's client: [`hidden-frame.js`].
//!
//! [`hidden-frame.js`]: ../../../../../web/transports/hidden-frame.js

use actix_web::HttpResponse;

use crate::{
    format::SCRIPT_TAGS,
    reply::{self, FeedRequest},
};

/// `GET /hidden-frame`: the document ends now.
pub async fn get(request: FeedRequest) -> HttpResponse {
    reply::now(request, &SCRIPT_TAGS).await
}
