//! The lab shows the bytes on the wires, and the presenter changes their conditions.
//!
//! Each transport has its own port, and behind it a link that reports the bytes that pass:
//!
//! - `panel`: the link and proxy behind one port.
//! - `connections`, `reader`, `secrets`: the class of each byte, and which bytes are visible.
//! - `board`: distributes the passages to many viewers, including slow ones.
//! - `change`, `proxy`, `servers`: the conditions that the presenter can change.
//! - `presenter`, `listener`, `peer`: recognise the presenter.
//! - `audience`, `join`: the other clients, and how they join.
//! - `counts`: a number for each transport.
//! - `vote`, `votes`, `voters`: a question and its votes, how they are counted, and who may vote.
//! - `routes`: the routes of the page.
//!
//! With TLS, the link terminates it: the reader and the connection from the link to the server use
//! clear text.
//!
//! One task (`task`) owns all of it, so that changes and passages have one order. Requests
//! communicate with it through a [`LabHandle`].

pub mod audience;
mod board;
mod change;
mod connections;
mod counts;
mod handle;
pub mod join;
mod listener;
mod message;
mod panel;
mod peer;
mod presenter;
pub mod proxy;
pub mod reader;
pub mod routes;
mod secrets;
mod servers;
mod task;
mod vote;
mod voters;
mod votes;

pub use self::{
    change::LabState,
    handle::LabHandle,
    listener::{FILES_PER_CONNECTION, LabListener, LabOptions, LabSocket, Ports, frame_policy},
    peer::Relays,
    presenter::Token,
};

use std::net::SocketAddr;

use actix_web::{HttpRequest, http::StatusCode, web::Data};

use crate::http::{origin::Scheme, problem::Problem};

/// The lab of a server, for requests.
#[derive(Debug)]
pub struct Lab {
    /// The handle of the lab's task.
    pub handle: LabHandle,
    /// The token of the presenter.
    pub token: Token,
    /// The ports of the page and the panels.
    pub ports: Ports,
    /// The scheme of the page and the panels.
    pub scheme: Scheme,
    /// The address at which other machines reach the page, if known.
    pub reached_at: Option<SocketAddr>,
}

impl Lab {
    /// The lab of the server that received the request; 404 if it has none.
    fn of(request: &HttpRequest) -> Result<&Self, Problem> {
        let lab = request.app_data::<Data<Self>>();
        lab.map(|lab| &***lab).ok_or_else(|| {
            Problem::new(
                StatusCode::NOT_FOUND,
                "the lab is not open: start the server with --lab",
            )
        })
    }
}
