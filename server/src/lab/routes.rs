//! `/lab` and `/lab/wire`: how does the page ask, and the presenter decide?

use std::{convert::Infallible, future::pending, net::SocketAddr, sync::Arc};

use actix_web::{
    HttpRequest, HttpResponse, Result,
    http::{StatusCode, header},
    web::{self, Bytes, Data},
};
use futures_util::{Stream, stream};
use serde::Serialize;
use tokio::sync::watch;

use super::{Lab, Ports, State, Token, board, board::Wire, change::Change, join};
use crate::{
    feed::Feed,
    format::{Farewell, TEXT_FRAME},
    http::{origin::require_same_origin, problem::Problem},
    transport::{publish, websocket},
};

/// The lab of a server, where it has one.
#[derive(Debug)]
pub struct Open {
    /// What it is asked through.
    pub lab: Lab,
    /// What makes a presenter.
    pub token: Token,
    /// Where clients come.
    pub ports: Ports,
    /// Where others reach the page, if that is known.
    pub reached_at: Option<SocketAddr>,
}

/// The state as one asker sees it.
#[derive(Serialize)]
struct Seen<'a> {
    presenter: bool,
    join_url: &'a str,
    #[serde(flatten)]
    state: &'a State,
}

/// `GET /lab`: how it stands.
pub async fn get(request: HttpRequest) -> Result<HttpResponse, Problem> {
    let open = open(&request)?;
    Ok(told(&request, open, &open.lab.state()))
}

/// `POST /lab`: the presenter changes it.
pub async fn post(request: HttpRequest, body: web::Payload) -> Result<HttpResponse, Problem> {
    let open = open(&request)?;
    require_same_origin(&request)?;
    open.token.require(&request)?;
    let change = Change::from_json(&publish::read(body).await?)?;
    let state = open.lab.change(change).await?;
    Ok(told(&request, open, &state))
}

/// `GET /lab/wire`: a WebSocket on which everybody sees what passes. With `?only=state` it tells
/// just how the lab stands, for phones: what passes on eight wires is much for one of them.
pub async fn wire(request: HttpRequest, payload: web::Payload) -> Result<HttpResponse> {
    let open = open(&request)?;
    let feed: &Data<Feed> = request.app_data().expect("the app has a feed");
    let only_state = request
        .query_string()
        .split('&')
        .any(|it| it == "only=state");
    let viewer = Viewer {
        presenter: open.token.presents(&request),
        join_url: join::url(&request, open.reached_at),
        feed: Arc::clone(feed),
        state: open.lab.state.clone(),
        wire: match only_state {
            true => None,
            false => Some(open.lab.view().await?),
        },
        ended: false,
    };
    websocket::upgrade(&request, payload, |_| Ok(()), viewer.frames()).await
}

pub(super) fn open(request: &HttpRequest) -> Result<&Open, Problem> {
    let open = request.app_data::<Data<Open>>();
    open.map(|open| &***open).ok_or_else(|| {
        Problem::new(
            StatusCode::NOT_FOUND,
            "there is no lab here: start the server with --lab",
        )
    })
}

fn told(request: &HttpRequest, open: &Open, state: &State) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .json(Seen {
            presenter: open.token.presents(request),
            join_url: &join::url(request, open.reached_at),
            state,
        })
}

struct Viewer {
    presenter: bool,
    join_url: String,
    feed: Arc<Feed>,
    state: watch::Receiver<State>,
    wire: Option<Wire>,
    ended: bool,
}

impl Viewer {
    /// Frames, ready to be sent: first how the lab stands. Nothing is taken before there is room
    /// for it on the connection.
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
        let seen = Seen {
            presenter: self.presenter,
            join_url: &self.join_url,
            state: &self.state.borrow_and_update(),
        };
        let json = serde_json::to_string(&seen).expect("the state is plain data");
        board::message("lab", &json)
    }
}

async fn next_of(wire: &mut Option<Wire>) -> Option<Bytes> {
    match wire {
        Some(wire) => wire.next().await,
        None => pending().await,
    }
}
