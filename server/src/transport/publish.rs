//! `POST /updates`: how a client of a one-way transport sends.

use std::{
    future::{self, Ready},
    net::IpAddr,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Instant,
};

use actix_web::{
    FromRequest, HttpRequest, HttpResponse,
    dev::Payload,
    http::{StatusCode, header},
    rt,
    web::{self, Data as AppData},
};
use serde_json::json;
use tokio::{
    task::yield_now,
    time::{Sleep, sleep_until},
};

use crate::{
    feed::{
        Feed, Published,
        data::{Data, LONGEST_PUBLISHED},
        jetstream::NotStored,
        publish_limits::{OverLimit, PublishLimits},
    },
    http::{
        origin::{client_address, require_same_origin},
        problem::Problem,
        request_body,
    },
};

/// The number of seconds after which a client may try again when the stream is unreachable.
const RETRY_AFTER_S: u64 = 2;
/// The maximum length of an Idempotency-Key.
const LONGEST_KEY: usize = 128;

/// Whether a client may publish now. A WebSocket checks it for each text that it publishes.
pub type Permission = Box<dyn Fn() -> Result<(), Problem>>;

/// Decides which requests may publish. Without a policy in the application's data, all may.
#[derive(Clone)]
pub struct PublishPolicy(Arc<dyn Fn(&HttpRequest) -> Permission + Send + Sync>);

impl PublishPolicy {
    /// A policy that calls `permission` for each request.
    pub fn new(permission: impl Fn(&HttpRequest) -> Permission + Send + Sync + 'static) -> Self {
        Self(Arc::new(permission))
    }
}

/// A client that wants to publish.
pub struct PublishAccess {
    feed: Arc<Feed>,
    permission: Option<Permission>,
    limits: Arc<PublishLimits>,
    client: Option<IpAddr>,
    /// Pending until the limits allow the update of [`Self::poll_publish`].
    wait: Option<Pin<Box<Sleep>>>,
    /// The update of [`Self::poll_publish`], until it is stored.
    published: Option<Published>,
}

impl PublishAccess {
    /// Fails if the client may not publish now.
    fn require_permission(&self) -> Result<(), Problem> {
        self.permission.as_ref().map_or(Ok(()), |allow| allow())
    }

    /// Fails if the limits do not allow an update of the client now.
    fn require_room(&self) -> Result<(), Problem> {
        self.limits.check(self.client).map_err(too_many)
    }

    /// Publishes an update with this data and returns its `seq` when it is stored. If the feed is
    /// stored in a stream, a repeated `key` publishes nothing and returns the first `seq`.
    ///
    /// # Errors
    ///
    /// 403 if the client may not publish, 429 if a limit is exceeded, 503 if the stream is
    /// unreachable.
    pub async fn publish(&self, data: Data, key: Option<String>) -> Result<u64, Problem> {
        self.require_permission()?;
        self.require_room()?;
        self.accept(data, key).await.map_err(not_stored)
    }

    /// Counts a message that is not published, such as a vote, as an update of this many bytes.
    ///
    /// # Errors
    ///
    /// 429 if a limit is exceeded.
    pub fn count_message(&self, bytes: usize) -> Result<(), Problem> {
        self.require_room()?;
        self.limits.count(self.client, bytes);
        Ok(())
    }

    fn accept(&self, data: Data, key: Option<String>) -> Published {
        self.limits.count(self.client, data.as_str().len());
        self.feed.accept(data, key)
    }

    /// Like [`Self::publish`], but waits until the limits allow the update.
    ///
    /// # Errors
    ///
    /// 403 if the client may not publish, 503 if the stream of the feed is unreachable.
    pub fn poll_publish(
        &mut self,
        data: impl Fn() -> Data,
        cx: &mut Context<'_>,
    ) -> Poll<Result<u64, Problem>> {
        loop {
            if let Some(published) = &mut self.published {
                let stored = ready!(Pin::new(published).poll(cx));
                self.published = None;
                return Poll::Ready(stored.map_err(not_stored));
            }
            if let Some(wait) = &mut self.wait {
                ready!(wait.as_mut().poll(cx));
                self.wait = None;
            }
            self.require_permission()?;
            match self.limits.check(self.client) {
                Ok(()) => self.published = Some(self.accept(data(), None)),
                Err(over) => self.wait = Some(Box::pin(sleep_until(over.until.into()))),
            }
        }
    }
}

/// 503 (RFC 9110, section 15.6.4), 413 for an update that the broker never accepts, or 422 for a key
/// of another update (draft-ietf-httpapi-idempotency-key-header, section 2.7).
fn not_stored(error: NotStored) -> Problem {
    match error {
        NotStored::TooLong => Problem::new(StatusCode::PAYLOAD_TOO_LARGE, error.to_string()),
        NotStored::KeyReused(_) => {
            Problem::new(StatusCode::UNPROCESSABLE_ENTITY, error.to_string())
        }
        NotStored::Unreachable | NotStored::OtherTicker => {
            Problem::new(StatusCode::SERVICE_UNAVAILABLE, error.to_string())
                .with_retry_after(RETRY_AFTER_S)
        }
    }
}

/// 429, with the number of whole seconds after which an update is allowed (RFC 6585, section 4).
fn too_many(over: OverLimit) -> Problem {
    let wait = over.until.saturating_duration_since(Instant::now());
    let seconds = (wait.as_secs_f64().ceil() as u64).max(1);
    let detail = format!("{over}: publish again after {seconds} s");
    Problem::new(StatusCode::TOO_MANY_REQUESTS, detail).with_retry_after(seconds)
}

impl FromRequest for PublishAccess {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let feed: &AppData<Feed> = request.app_data().expect("the app has a feed");
        let limits: &AppData<PublishLimits> = request.app_data().expect("the app has limits");
        let policy = request.app_data::<PublishPolicy>();
        future::ready(Ok(Self {
            feed: Arc::clone(feed),
            permission: policy.map(|policy| policy.0(request)),
            limits: Arc::clone(limits),
            client: client_address(request),
            wait: None,
            published: None,
        }))
    }
}

/// Publishes the body: one JSON value, or any text if the content type is `text/plain`. Responds
/// with 201 and the `seq` of the update, or with 429 if a limit is exceeded.
pub async fn post(
    request: HttpRequest,
    body: web::Payload,
    access: PublishAccess,
) -> Result<HttpResponse, Problem> {
    require_same_origin(&request)?;
    // Before the body is read, since a client that may not publish need not send it.
    access.require_permission()?;
    let text = request_body::text(&request, body, LONGEST_PUBLISHED).await?;
    // Yields to other tasks between two requests of one connection. A separate task is needed,
    // since actix-http polls this one twice per wake-up.
    let _ = rt::spawn(yield_now()).await;
    // After the body, so that the connection can be reused; before JSON is parsed.
    access.require_room()?;
    let data = match request_body::is_plain_text(&request) {
        true => Data::json_or_text(&text),
        false => Data::json(&text)?,
    };
    let key = idempotency_key(&request)?;
    let seq = access.publish(data, key).await?;
    Ok(HttpResponse::Created()
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .json(json!({ "seq": seq })))
}

/// The value of `Idempotency-Key`, if there is one: visible ASCII characters.
fn idempotency_key(request: &HttpRequest) -> Result<Option<String>, Problem> {
    let mut keys = request.headers().get_all("Idempotency-Key");
    let Some(key) = keys.next() else {
        return Ok(None);
    };
    if keys.next().is_some() {
        return Err(Problem::bad_request("more than one Idempotency-Key"));
    }
    let key = String::from_utf8_lossy(key.as_bytes());
    if !(1..=LONGEST_KEY).contains(&key.len()) || !key.chars().all(|c| c.is_ascii_graphic()) {
        return Err(Problem::bad_request(format!(
            "Idempotency-Key: expected 1 to {LONGEST_KEY} visible ASCII characters"
        )));
    }
    Ok(Some(key.into_owned()))
}
