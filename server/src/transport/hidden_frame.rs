//! Hidden frame: an invisible frame is loaded again, every interval; its document calls the page.
//!
//! - Starts with a frame whose document holds a script tag for each update.
//! - Resumes by `?after=` in the address that the page gives the frame.
//! - Ends with each document.
//! - Can't be sooner than polling: it is what polling was before scripts could send requests.

use actix_web::HttpResponse;

use crate::{
    format::SCRIPT_TAGS,
    reply::{self, Ask},
};

/// `GET /hidden-frame`: the document ends now.
pub async fn get(ask: Ask) -> HttpResponse {
    reply::now(ask, &SCRIPT_TAGS).await
}
