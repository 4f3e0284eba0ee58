//! `POST /updates`: how does a client of a one-way transport send?

use std::{
    future::{Ready, ready},
    sync::Arc,
};

use actix_web::{
    FromRequest, HttpRequest, HttpResponse,
    dev::Payload,
    http::header,
    web::{self, Data as AppData},
};
use serde_json::json;

use crate::{
    feed::{
        Feed,
        data::{Data, LONGEST_PUBLISHED},
    },
    http::{origin::require_same_origin, problem::Problem, request_body},
};

/// Whether a client may publish now. A WebSocket asks again for each text that it publishes.
pub type Permission = Box<dyn Fn() -> Result<(), Problem>>;

/// Decides who may publish, by the request. Without one in the application's data, everybody may.
#[derive(Clone)]
pub struct PublishPolicy(Arc<dyn Fn(&HttpRequest) -> Permission + Send + Sync>);

impl PublishPolicy {
    /// A policy that gives each request its permission.
    pub fn new(permission: impl Fn(&HttpRequest) -> Permission + Send + Sync + 'static) -> Self {
        Self(Arc::new(permission))
    }
}

/// A client that wants to publish.
pub struct PublishAccess {
    feed: Arc<Feed>,
    permission: Option<Permission>,
}

impl PublishAccess {
    /// Fails where the client may not publish now.
    pub fn require_permission(&self) -> Result<(), Problem> {
        self.permission.as_ref().map_or(Ok(()), |allow| allow())
    }

    /// Publishes an update with this data, and returns its `seq`.
    pub fn publish(&self, data: Data) -> Result<u64, Problem> {
        self.require_permission()?;
        Ok(self.feed.accept(data))
    }
}

impl FromRequest for PublishAccess {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let feed: &AppData<Feed> = request.app_data().expect("the app has a feed");
        let policy = request.app_data::<PublishPolicy>();
        ready(Ok(Self {
            feed: Arc::clone(feed),
            permission: policy.map(|policy| policy.0(request)),
        }))
    }
}

/// Publishes the body: one JSON value, or any text where the content type is `text/plain`.
/// Answers 201 with the `seq` of the update.
pub async fn post(
    request: HttpRequest,
    body: web::Payload,
    access: PublishAccess,
) -> Result<HttpResponse, Problem> {
    require_same_origin(&request)?;
    // Before the body is read: a client that may not publish need not send it.
    access.require_permission()?;
    let text = request_body::text(&request, body, LONGEST_PUBLISHED).await?;
    let data = match request_body::is_plain_text(&request) {
        true => Data::json_or_text(&text),
        false => Data::json(&text)?,
    };
    let seq = access.publish(data)?;
    Ok(HttpResponse::Created()
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .json(json!({ "seq": seq })))
}
