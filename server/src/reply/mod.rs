//! WHEN does the response end? Now, at the next update, or never.

mod batch;
mod delivery;
mod long_document;
mod open_stream;

pub use self::delivery::{Delivery, OpenBody};

use std::{
    future::{Ready, ready},
    rc::Rc,
    sync::Arc,
    time::Duration,
};

use actix_web::{
    FromRequest, HttpRequest, HttpResponse, HttpResponseBuilder,
    dev::Payload,
    http::{Method, StatusCode, Version, header},
    web::Query,
};
use serde::Deserialize;

use self::{
    batch::{Batch, Shape},
    long_document::LongDocument,
};
use crate::{
    feed::{Position, cursor::Cursor},
    format::Format,
    http::{
        connection::{ConnectionHandle, NeverEnds, answer::LaterResponse},
        metrics::{Attachment, CountedClient, Tally},
        problem::Problem,
    },
};

/// How long the server takes its time.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// From request to request of a client that repeats.
    pub interval: Duration,
    /// The longest that a request is held.
    pub hold: Duration,
    /// After this long without an update an open stream carries a heartbeat.
    pub heartbeat: Duration,
}

/// Called with each request of a transport. What it returns is dropped when the response has ended.
#[derive(Clone)]
pub struct OnClient(Arc<Attach>);

type Attach = dyn Fn(&HttpRequest) -> Option<Attachment> + Send + Sync;

impl OnClient {
    /// Calls `attach` for each client.
    pub fn new(
        attach: impl Fn(&HttpRequest) -> Option<Attachment> + Send + Sync + 'static,
    ) -> Self {
        Self(Arc::new(attach))
    }
}

/// What a client asks for: a position in the feed, and a tally to count the client in.
#[derive(Debug)]
pub struct Ask {
    /// The client's position.
    pub cursor: Cursor,
    delivery: Delivery,
    /// How long the request may be held.
    hold: Duration,
    client: CountedClient,
    /// What can be written to without actix-http: a connection of HTTP/1.
    connection: Option<Rc<ConnectionHandle>>,
    /// The coding of a response whose length is not known.
    streaming: Shape,
}

/// The part of a query that is a cursor.
#[derive(Deserialize)]
struct CursorQuery {
    after: Option<String>,
    max: Option<String>,
}

impl FromRequest for Ask {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let tally: &Tally = request.app_data().expect("each transport has its tally");
        let delivery: &Delivery = request.app_data().expect("each worker has a delivery");
        let on_client = request.app_data::<OnClient>();
        let (hold, client) = match request.method() {
            // Only the header is wanted, at once.
            &Method::HEAD => (Duration::ZERO, tally.head_request()),
            _ => {
                let attachment = on_client.and_then(|attach| attach.0(request));
                (delivery.source().pace.hold, tally.request(attachment))
            }
        };
        let version = request.version();
        let connection = ConnectionHandle::of(request).filter(|_| version <= Version::HTTP_11);
        let connection = connection.cloned();
        let streaming = match version {
            Version::HTTP_11 => Shape::Chunks,
            _ => Shape::Bare,
        };
        ready(cursor(request.query_string()).map(|cursor| Self {
            cursor,
            delivery: delivery.clone(),
            hold,
            client,
            connection,
            streaming,
        }))
    }
}

fn cursor(query: &str) -> Result<Cursor, Problem> {
    let query = Query::<CursorQuery>::from_query(query)
        .map_err(|error| Problem::bad_request(format!("the query can't be read: {error}")))?;
    Ok(Cursor::parse(query.after.as_deref(), query.max.as_deref())?)
}

/// The response ends now, with whatever is due.
pub async fn now(ask: Ask, format: &'static Format) -> HttpResponse {
    let position = ask.cursor.position(&ask.delivery.source().feed);
    let batch = due(&ask, format, position);
    document(ask, format, position, batch)
}

/// The response ends at the next update, or empty after the longest hold.
pub async fn at_next_update(ask: Ask, format: &'static Format) -> HttpResponse {
    let position = ask.cursor.position(&ask.delivery.source().feed);
    let batch = due(&ask, format, position);
    // A client that does not know its position yet is told it at once.
    if !batch.is_empty() || ask.cursor.after.is_none() || ask.hold.is_zero() {
        return document(ask, format, position, batch);
    }
    let later = LaterResponse::new(async move {
        ask.delivery.wait(ask.hold).await;
        let batch = due(&ask, format, position);
        document(ask, format, position, batch)
    });
    let mut placeholder = HttpResponse::new(StatusCode::OK);
    placeholder.extensions_mut().insert(later);
    placeholder
}

/// The response never ends by itself: the head now, updates as they come.
pub fn never(ask: Ask, format: &'static Format) -> HttpResponse {
    let mut head = head(format);
    head.extensions_mut().insert(NeverEnds);
    let shape = ask.streaming;
    head.body(ask.delivery.clone().open(ask, format, shape))
}

/// What a WebSocket carries, frame by frame, as long as such a response.
pub fn frames(ask: Ask, format: &'static Format) -> OpenBody {
    ask.delivery.clone().open(ask, format, Shape::Bare)
}

fn due(ask: &Ask, format: &'static Format, position: Position) -> Batch {
    ask.delivery
        .source()
        .batch(Shape::Document, format, position, ask.cursor.max)
}

fn document(ask: Ask, format: &'static Format, position: Position, batch: Batch) -> HttpResponse {
    let mut head = head(format);
    if ask.delivery.source().feed.has_ended() {
        head.force_close();
    }
    match batch.bytes {
        Some(bytes) => {
            ask.client.sent(batch.updates, bytes.len());
            head.body(bytes)
        }
        None => head.body(LongDocument::new(ask, format, position, batch.next)),
    }
}

fn head(format: &Format) -> HttpResponseBuilder {
    let mut head = HttpResponse::Ok();
    head.content_type(format.media_type)
        .insert_header((header::CACHE_CONTROL, "no-store"));
    head
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_read_from_the_query() {
        let read = |query| cursor(query).map(|cursor| (cursor.after, cursor.max));
        assert_eq!(read("").unwrap(), (None, None));
        let after = "7".parse().unwrap();
        assert_eq!(read("after=7&max=2&_=123").unwrap(), (Some(after), Some(2)));
        for bad in ["after=", "after=%2B1", "max=0", "after=1&after=2"] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }
}
