//! `/lab`, `/lab/vote` and `/lab/wire`: the routes of the page, the presenter and the audience.

use std::{convert::Infallible, future::pending, sync::Arc, task::Poll};

use actix_web::{
    HttpRequest, HttpResponse, Result,
    http::header,
    web::{self, Bytes, Data},
};
use futures_util::{Stream, stream};
use serde::Serialize;
use tokio::sync::watch;

use super::{
    Lab,
    board::{self, Subscription},
    change::{Change, LabState},
    join,
    vote::{LONGEST_VOTE, Vote},
};
use crate::{
    feed::{Feed, data::LONGEST_PUBLISHED},
    format::{Farewell, TEXT_FRAME},
    http::{
        origin::{client_address, require_same_origin},
        problem::Problem,
        request_body,
    },
    transport::{publish::PublishAccess, upgrade::upgrade},
};

/// The state as visible to one client.
#[derive(Serialize)]
struct VisibleState<'a> {
    presenter: bool,
    join_url: &'a str,
    #[serde(flatten)]
    state: LabState,
}

impl<'a> VisibleState<'a> {
    /// Only the presenter sees the votes for each option while the question is open.
    fn new(presenter: bool, join_url: &'a str, mut state: LabState) -> Self {
        if let Some(vote) = &mut state.vote
            && vote.question.open
            && !presenter
        {
            vote.counts = None;
        }
        Self {
            presenter,
            join_url,
            state,
        }
    }
}

/// `GET /lab`: the state.
pub async fn get(request: HttpRequest) -> Result<HttpResponse, Problem> {
    let lab = Lab::of(&request)?;
    require_same_origin(&request)?;
    Ok(answer(&request, lab, lab.handle.state()))
}

/// `POST /lab`: a change by the presenter.
pub async fn post(request: HttpRequest, body: web::Payload) -> Result<HttpResponse, Problem> {
    let lab = Lab::of(&request)?;
    require_same_origin(&request)?;
    lab.token.require(&request)?;
    let text = request_body::text(&request, body, LONGEST_PUBLISHED).await?;
    let change = Change::from_json(text.as_bytes())?;
    let state = lab.handle.change(change).await?;
    Ok(answer(&request, lab, state))
}

/// `POST /lab/vote`: a vote on the current question. The limits of publishing apply, and limits on the
/// number of voters.
pub async fn vote(
    request: HttpRequest,
    body: web::Payload,
    access: PublishAccess,
) -> Result<HttpResponse, Problem> {
    let lab = Lab::of(&request)?;
    require_same_origin(&request)?;
    let text = request_body::text(&request, body, LONGEST_VOTE).await?;
    access.count_message(text.len())?;
    let vote = Vote::from_json(text.as_bytes())?;
    lab.handle.vote(vote, client_address(&request)).await?;
    Ok(HttpResponse::NoContent()
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .finish())
}

/// `GET /lab/wire`: a WebSocket on which every client sees the passages. With `?only=state` it
/// sends only the state, for phones, for which eight wires would be too much traffic.
pub async fn wire(request: HttpRequest, payload: web::Payload) -> Result<HttpResponse> {
    let lab = Lab::of(&request)?;
    let feed: &Data<Feed> = request.app_data().expect("the app has a feed");
    let only_state = request
        .query_string()
        .split('&')
        .any(|it| it == "only=state");
    let viewer = Viewer {
        presenter: lab.token.presents(&request),
        join_url: join::url(&request, lab),
        feed: Arc::clone(feed),
        state: lab.handle.watch(),
        wire: match only_state {
            true => None,
            false => Some(lab.handle.view().await?),
        },
        ended: false,
    };
    upgrade(
        &request,
        payload,
        |_, _| Poll::Ready(Ok(())),
        viewer.frames(),
    )
}

fn answer(request: &HttpRequest, lab: &Lab, state: LabState) -> HttpResponse {
    let presenter = lab.token.presents(request);
    HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .json(VisibleState::new(
            presenter,
            &join::url(request, lab),
            state,
        ))
}

struct Viewer {
    presenter: bool,
    join_url: String,
    feed: Arc<Feed>,
    state: watch::Receiver<LabState>,
    wire: Option<Subscription>,
    ended: bool,
}

impl Viewer {
    /// The frames to send: first the state. Nothing is taken before the connection has room for it.
    fn frames(mut self) -> impl Stream<Item = Result<Bytes, Infallible>> {
        self.state.mark_changed();
        stream::unfold(self, |mut viewer| async move {
            let frames = viewer.next().await?;
            Some((Ok(frames), viewer))
        })
    }

    async fn next(&mut self) -> Option<Bytes> {
        if self.ended {
            return None;
        }
        let next = tokio::select! {
            biased;
            () = self.feed.ended() => None,
            changed = self.state.changed() => changed.ok().map(|()| self.lab()),
            frames = next_of(&mut self.wire) => frames,
        };
        self.ended = next.is_none();
        next.or_else(|| Some(TEXT_FRAME.farewell(Farewell::GoingAway)))
    }

    fn lab(&mut self) -> Bytes {
        let state = self.state.borrow_and_update().clone();
        let visible = VisibleState::new(self.presenter, &self.join_url, state);
        let json = serde_json::to_string(&visible).expect("the state is plain data");
        board::message("lab", &json)
    }
}

async fn next_of(wire: &mut Option<Subscription>) -> Option<Bytes> {
    match wire {
        Some(wire) => wire.next().await,
        None => pending().await,
    }
}
