//! Long polling: the server holds the request until there is an update (RFC 6202, section 2).
//!
//! - Starts with a request without a position, which is answered at once with the newest update. Each
//!   later request is held until the next update.
//! - Resumes with `?after=` in the next request, which the client sends at once. Updates that are
//!   published in between wait in the history.
//! - Ends with each response. If no update is published within the maximum hold, the response is
//!   empty; this prevents proxies from closing the connection.
//! - Can't send two responses to one request: each response costs a request header and a response
//!   header. Updates that are published between two requests share a response.
//!
//! Like [polling](super::polling), except that the server holds the request until there is an
//! update.
//!
//! Response: [`reply::at_next_update`]. Format: [`JSON`]. The page's client: [`long-polling.js`].
//!
//! [`long-polling.js`]: ../../../../../web/transports/long-polling.js

use actix_web::HttpResponse;

use crate::{
    format::JSON,
    reply::{self, FeedRequest},
};

/// `GET /long-polling`: the response ends at the next update.
pub async fn get(request: FeedRequest) -> HttpResponse {
    reply::at_next_update(request, &JSON).await
}
