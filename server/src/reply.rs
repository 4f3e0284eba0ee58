//! WHEN does the response end? Now, at the next update, or never.

use std::{
    collections::VecDeque,
    convert::Infallible,
    future::{Ready, ready},
    sync::Arc,
    time::Duration,
};

use actix_web::{
    FromRequest, HttpRequest, HttpResponse, HttpResponseBuilder,
    dev::Payload,
    http::{Method, header},
    web::{Bytes, Data, Query},
};
use futures_util::{Stream, stream};
use serde::Deserialize;

use crate::{
    feed::{Due, Feed, Notice, cursor::Cursor},
    format::{Farewell, Format, Repeat},
    http::{
        connection::NeverEnds,
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

/// What a client asks for: a feed, a position in it, and a tally to count it in.
#[derive(Debug)]
pub struct Ask {
    pub(crate) feed: Arc<Feed>,
    /// The client's position.
    pub cursor: Cursor,
    pace: Pace,
    client: CountedClient,
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
        let feed: &Data<Feed> = request.app_data().expect("the app has a feed");
        let pace: &Data<Pace> = request.app_data().expect("the app has a pace");
        let on_client = request.app_data::<OnClient>();
        let mut pace = ***pace;
        let client = match request.method() {
            // Only the header is wanted, at once.
            &Method::HEAD => {
                pace.hold = Duration::ZERO;
                tally.head_request()
            }
            _ => tally.request(on_client.and_then(|attach| attach.0(request))),
        };
        ready(cursor(request.query_string()).map(|cursor| Self {
            feed: Arc::clone(feed),
            cursor,
            pace,
            client,
        }))
    }
}

fn cursor(query: &str) -> Result<Cursor, Problem> {
    let query = Query::<CursorQuery>::from_query(query)
        .map_err(|error| Problem::bad_request(format!("the query can't be read: {error}")))?;
    Ok(Cursor::parse(query.after.as_deref(), query.max.as_deref())?)
}

/// The response ends now, with whatever is due.
pub async fn now(ask: Ask, format: &Format) -> HttpResponse {
    let due = ask
        .feed
        .after(ask.cursor.position(&ask.feed), ask.cursor.limit());
    document(&ask, format, due)
}

/// The response ends at the next update, or empty after the longest hold.
pub async fn at_next_update(ask: Ask, format: &Format) -> HttpResponse {
    // A client that does not know its place yet is told it at once.
    let hold = ask.cursor.after.map_or(Duration::ZERO, |_| ask.pace.hold);
    let place = ask.cursor.position(&ask.feed);
    let due = ask.feed.wait_after(place, ask.cursor.limit(), hold).await;
    document(&ask, format, due)
}

/// The response never ends by itself: the head now, updates as they come.
pub fn never(ask: Ask, format: &'static Format) -> HttpResponse {
    let mut head = head(format);
    head.extensions_mut().insert(NeverEnds);
    head.streaming(updates(ask, format))
}

/// What an open stream carries, part by part, until the feed ends or the client reads so slowly
/// that it loses its place.
///
/// Nothing is produced before the connection has room for it, so a client that does not read
/// holds no more than what is due at one moment.
pub fn updates(
    ask: Ask,
    format: &'static Format,
) -> impl Stream<Item = Result<Bytes, Infallible>> + use<> {
    let place = ask.cursor.position(&ask.feed);
    let begin = format.begin(&again(&ask, place));
    let open = OpenStream {
        ask,
        format,
        place,
        resumed: false,
        ended: false,
        parts: VecDeque::from_iter((!begin.is_empty()).then_some(begin)),
    };
    stream::unfold(open, |mut open| async move {
        let part = open.next().await?;
        Some((Ok(part), open))
    })
}

struct OpenStream {
    ask: Ask,
    format: &'static Format,
    place: u64,
    /// Whether the client has been told what it missed before it came.
    resumed: bool,
    ended: bool,
    parts: VecDeque<Bytes>,
}

impl OpenStream {
    async fn next(&mut self) -> Option<Bytes> {
        while self.parts.is_empty() && !self.ended {
            self.refill().await;
        }
        let part = self.parts.pop_front()?;
        self.ask.client.sent(0, part.len());
        Some(part)
    }

    async fn refill(&mut self) {
        let Ask {
            feed, pace, cursor, ..
        } = &self.ask;
        let due = feed
            .wait_after(self.place, cursor.limit(), pace.heartbeat)
            .await;
        match due.notice {
            Some(Notice::Missed(missed)) if self.resumed => {
                self.ask.client.too_slow();
                return self.end(Farewell::TooSlow(missed));
            }
            _ if due.is_empty() && feed.has_ended() => return self.end(Farewell::GoingAway),
            _ if due.is_empty() => self
                .parts
                .push_back(Bytes::from_static(self.format.heartbeat)),
            _ => self.parts.extend(self.format.parts(&due)),
        }
        self.resumed = true;
        self.place = due.next;
        self.ask.client.sent(due.updates.len(), 0);
    }

    fn end(&mut self, why: Farewell) {
        self.ended = true;
        let farewell = self.format.farewell(why);
        if !farewell.is_empty() {
            self.parts.push_back(farewell);
        }
    }
}

fn document(ask: &Ask, format: &Format, due: Due) -> HttpResponse {
    let body = format.document(&due, &again(ask, due.next));
    ask.client.sent(due.updates.len(), body.len());
    let mut head = head(format);
    if ask.feed.has_ended() {
        head.force_close();
    }
    head.body(body)
}

fn again(ask: &Ask, after: u64) -> Repeat {
    Repeat {
        after,
        max: ask.cursor.max,
        interval: ask.pace.interval,
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
        assert_eq!(read("after=7&max=2&_=123").unwrap(), (Some(7), Some(2)));
        for bad in ["after=", "after=%2B1", "max=0", "after=1&after=2"] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }
}
