//! When the response ends: now, at the next update, or never.

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
use futures_util::future::{Either, LocalBoxFuture};
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

/// The time in which a server receives updates that another one has already sent.
const LONGEST_CATCH_UP: Duration = Duration::from_secs(3);

/// Intervals and time limits of responses.
#[derive(Clone, Copy, Debug)]
pub struct Timing {
    /// The interval at which clients repeat their requests.
    pub interval: Duration,
    /// The maximum time for which a request is held.
    pub hold: Duration,
    /// The time without an update after which an open stream sends a heartbeat.
    pub heartbeat: Duration,
}

/// Called for each request of a transport. The returned value is dropped when the response has
/// ended.
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

/// A client's request: its position in the feed, and the tally in which it is counted.
pub struct FeedRequest {
    /// The client's position.
    pub cursor: Cursor,
    delivery: Delivery,
    /// The maximum time for which the request may be held.
    hold: Duration,
    client: CountedClient,
    /// The connection, if it can be written to directly (HTTP/1.1).
    connection: Option<Rc<ConnectionHandle>>,
    /// The framing of a response of unknown length.
    streaming: Shape,
}

/// The cursor in the query.
#[derive(Deserialize)]
struct CursorQuery {
    after: Option<String>,
    max: Option<String>,
}

impl FromRequest for FeedRequest {
    type Error = Problem;
    type Future =
        Either<Ready<Result<Self, Problem>>, LocalBoxFuture<'static, Result<Self, Problem>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        match Self::read(request) {
            Ok(read) if read.position_ahead().is_some() => Either::Right(Box::pin(async {
                read.require_known().await?;
                Ok(read)
            })),
            read => Either::Left(ready(read)),
        }
    }
}

impl FeedRequest {
    fn read(request: &HttpRequest) -> Result<Self, Problem> {
        let tally: &Tally = request.app_data().expect("each transport has its tally");
        let delivery: &Delivery = request.app_data().expect("each worker has a delivery");
        let on_client = request.app_data::<OnClient>();
        let (hold, client) = match request.method() {
            // A HEAD request gets the header at once.
            &Method::HEAD => (Duration::ZERO, tally.head_request()),
            _ => {
                let attachment = on_client.and_then(|attach| attach.0(request));
                (delivery.source().timing.hold, tally.request(attachment))
            }
        };
        require_loaded(delivery)?;
        let version = request.version();
        let connection = ConnectionHandle::of(request).filter(|_| version <= Version::HTTP_11);
        let connection = connection.cloned();
        let streaming = match version {
            Version::HTTP_11 => Shape::Chunks,
            _ => Shape::Bare,
        };
        Ok(Self {
            cursor: cursor(request.query_string())?,
            delivery: delivery.clone(),
            hold,
            client,
            connection,
            streaming,
        })
    }

    /// Continues at the position in a browser's `Last-Event-ID` header, as
    /// [`Cursor::at_last_event_id`].
    ///
    /// # Errors
    ///
    /// It is not a position, or it is not known whether the feed has it.
    pub async fn at_last_event_id(mut self, id: &str) -> Result<Self, Problem> {
        self.cursor = self.cursor.at_last_event_id(id)?;
        self.require_known().await?;
        Ok(self)
    }

    /// The client's position, if this server has not received it yet.
    fn position_ahead(&self) -> Option<Position> {
        let feed = &self.delivery.source().feed;
        self.cursor.after.filter(|&after| feed.is_behind(after))
    }

    /// Fails if a client has received more from another server, and this one does not catch up.
    async fn require_known(&self) -> Result<(), Problem> {
        let Some(position) = self.position_ahead() else {
            return Ok(());
        };
        let feed = &self.delivery.source().feed;
        let known = feed.catch_up(position, LONGEST_CATCH_UP).await;
        known.map_err(|_| unavailable("this server has not received the updates before the cursor"))
    }
}

fn unavailable(reason: &str) -> Problem {
    let detail = format!("{reason}: try again in a second");
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, detail).with_retry_after(1)
}

/// Fails while a feed that is stored in a stream has not been loaded. Until then it is not known
/// which updates follow a cursor.
fn require_loaded(delivery: &Delivery) -> Result<(), Problem> {
    match delivery.source().feed.stream_status() {
        Some(status) if !status.is_loaded() => {
            Err(unavailable("the feed is being loaded from its stream"))
        }
        _ => Ok(()),
    }
}

fn cursor(query: &str) -> Result<Cursor, Problem> {
    let query = Query::<CursorQuery>::from_query(query)
        .map_err(|error| Problem::bad_request(format!("the query is not valid: {error}")))?;
    Ok(Cursor::parse(query.after.as_deref(), query.max.as_deref())?)
}

/// The response ends now, with the updates that are due.
pub async fn now(request: FeedRequest, format: &'static Format) -> HttpResponse {
    let position = request.cursor.position(&request.delivery.source().feed);
    let batch = due(&request, format, position);
    document(request, format, position, batch)
}

/// The response ends at the next update, or empty after the maximum hold.
pub async fn at_next_update(request: FeedRequest, format: &'static Format) -> HttpResponse {
    let position = request.cursor.position(&request.delivery.source().feed);
    let batch = due(&request, format, position);
    // A client without a position is answered at once, so that it learns its position.
    if !batch.is_empty() || request.cursor.after.is_none() || request.hold.is_zero() {
        return document(request, format, position, batch);
    }
    let later = LaterResponse::new(async move {
        request.delivery.wait(request.hold).await;
        let batch = due(&request, format, position);
        document(request, format, position, batch)
    });
    let mut placeholder = HttpResponse::new(StatusCode::OK);
    placeholder.extensions_mut().insert(later);
    placeholder
}

/// The response never ends: the header is sent now, and each update when it is published.
pub fn never(request: FeedRequest, format: &'static Format) -> HttpResponse {
    let mut head = head(format);
    head.extensions_mut().insert(NeverEnds);
    let shape = request.streaming;
    head.streaming(request.delivery.clone().open(request, format, shape))
}

/// The frames of a WebSocket: the same stream, without HTTP framing.
pub fn frames(request: FeedRequest, format: &'static Format) -> OpenBody {
    request.delivery.clone().open(request, format, Shape::Bare)
}

fn due(request: &FeedRequest, format: &'static Format, position: Position) -> Batch {
    request
        .delivery
        .source()
        .batch(Shape::Document, format, position, request.cursor.max)
}

fn document(
    request: FeedRequest,
    format: &'static Format,
    position: Position,
    batch: Batch,
) -> HttpResponse {
    let mut head = head(format);
    if request.delivery.source().feed.has_ended() {
        head.force_close();
    }
    match batch.bytes {
        Some(bytes) => {
            request.client.sent(batch.updates, bytes.len());
            head.body(bytes)
        }
        None => head.streaming(LongDocument::new(request, format, position, &batch)),
    }
}

fn head(format: &Format) -> HttpResponseBuilder {
    let mut head = HttpResponse::Ok();
    head.content_type(format.media_type)
        .insert_header((header::CACHE_CONTROL, "no-store"));
    head
}
