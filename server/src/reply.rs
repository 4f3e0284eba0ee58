//! WHEN does the response end? Now, at the next update, or never.

use std::{collections::VecDeque, convert::Infallible, sync::Arc, time::Duration};

use actix_web::{
    FromRequest, HttpRequest, HttpResponse, HttpResponseBuilder,
    dev::Payload,
    http::header,
    web::{Bytes, Data},
};
use futures_util::{Stream, stream};
use std::future::{Ready, ready};

use crate::{
    feed::{Due, Feed, Notice, cursor::Cursor},
    format::{Again, Farewell, Format},
    http::{
        metrics::{Client, Tally},
        problem::Problem,
    },
    lab::audience::Guest,
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

/// What a client asks for: a feed, a place in it, and a tally to count it in.
#[derive(Debug)]
pub struct Ask {
    pub(crate) feed: Arc<Feed>,
    /// The client's place.
    pub cursor: Cursor,
    pace: Pace,
    client: Client,
    _guest: Option<Guest>,
}

impl FromRequest for Ask {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let tally: &Tally = request.app_data().expect("each transport has its tally");
        let feed: &Data<Feed> = request.app_data().expect("the app has a feed");
        let pace: &Data<Pace> = request.app_data().expect("the app has a pace");
        let client = tally.request();
        let guest = Guest::of(request);
        ready(
            Cursor::from_request(request, payload)
                .into_inner()
                .map(|cursor| Self {
                    feed: Arc::clone(feed),
                    cursor,
                    pace: ***pace,
                    client,
                    _guest: guest,
                }),
        )
    }
}

/// The response ends now, with whatever is due.
pub async fn now(ask: Ask, format: &Format) -> HttpResponse {
    let due = ask
        .feed
        .after(ask.cursor.place(&ask.feed), ask.cursor.bound());
    document(&ask, format, due)
}

/// The response ends at the next update, or empty after the longest hold.
pub async fn at_next_update(ask: Ask, format: &Format) -> HttpResponse {
    // A client that does not know its place yet is told it at once.
    let hold = ask.cursor.after.map_or(Duration::ZERO, |_| ask.pace.hold);
    let place = ask.cursor.place(&ask.feed);
    let due = ask.feed.wait_after(place, ask.cursor.bound(), hold).await;
    document(&ask, format, due)
}

/// The response never ends by itself: the head now, updates as they come.
pub fn never(ask: Ask, format: &'static Format) -> HttpResponse {
    head(format).streaming(updates(ask, format))
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
    let place = ask.cursor.place(&ask.feed);
    let begin = format.begin(&again(&ask, place));
    let open = Open {
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

struct Open {
    ask: Ask,
    format: &'static Format,
    place: u64,
    /// Whether the client has been told what it missed before it came.
    resumed: bool,
    ended: bool,
    parts: VecDeque<Bytes>,
}

impl Open {
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
            .wait_after(self.place, cursor.bound(), pace.heartbeat)
            .await;
        match due.notice {
            Some(Notice::Missed(missed)) if self.resumed => {
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

fn again(ask: &Ask, after: u64) -> Again {
    Again {
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
