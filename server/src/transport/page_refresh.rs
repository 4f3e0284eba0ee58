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
//! Response: [`reply::now`]. Format: [`PAGE`]. The page's client: [`page-refresh.js`].
//!
//! [`page-refresh.js`]: ../../../../../web/transports/page-refresh.js

use actix_web::{HttpRequest, HttpResponse, web::Query};
use serde::Deserialize;

use crate::{
    format::{PAGE, PAGE_WITH_INPUT},
    http::problem::Problem,
    reply::{self, FeedRequest},
};

/// The parameter for a page with a field for a message.
#[derive(Deserialize)]
struct InputQuery {
    input: Option<String>,
}

/// `GET /page-refresh`: the page ends now. With `?input=1` it has a field for a message, which each
/// reload clears.
pub async fn get(request: HttpRequest, feed_request: FeedRequest) -> Result<HttpResponse, Problem> {
    let format = match has_input(request.query_string())? {
        true => &PAGE_WITH_INPUT,
        false => &PAGE,
    };
    Ok(reply::now(feed_request, format).await)
}

fn has_input(query: &str) -> Result<bool, Problem> {
    let query = Query::<InputQuery>::from_query(query)
        .map_err(|error| Problem::bad_request(format!("the query is not valid: {error}")))?;
    match query.input.as_deref() {
        None => Ok(false),
        Some("1") => Ok(true),
        Some(other) => Err(Problem::bad_request(format!("input={other}: expected 1"))),
    }
}
