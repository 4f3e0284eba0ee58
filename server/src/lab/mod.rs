//! The lab shows what passes on the wires, and lets the presenter change their conditions.
//!
//! Each transport has a port of its own, and behind it a link that reports what passes:
//!
//! - `panel`: what stands behind one port?
//! - `connections`, `reader`, `secrets`: to which class does each byte belong, and which bytes are
//!   shown to everybody?
//! - `board`: how do many viewers learn of it, although some read slowly?
//! - `change`, `proxy`: what can the presenter change?
//! - `presenter`, `listener`, `peer`: who is the presenter?
//! - `audience`, `join`: who else is there, and how did they come?
//! - `routes`: how does the page ask?
//!
//! With TLS, the link is the server's end of it: the reader sees clear text, and the rest of the lab's
//! way to the server is in clear text, too.
//!
//! One task (`task`) holds all of it, so that changes and passages come in one order; requests
//! speak to that task through a [`LabHandle`].

pub mod audience;
mod board;
mod change;
mod connections;
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
mod task;

pub use self::{
    change::LabState,
    handle::LabHandle,
    listener::{FILES_PER_CONNECTION, LabListener, Ports, frame_policy},
    peer::Relays,
    presenter::Token,
};

use std::net::SocketAddr;

use actix_web::{HttpRequest, http::StatusCode, web::Data};

use crate::http::{origin::Scheme, problem::Problem};

/// The lab of a server, as requests reach it.
#[derive(Debug)]
pub struct Lab {
    /// Speaks to the lab's task.
    pub handle: LabHandle,
    /// Makes its holder the presenter.
    pub token: Token,
    /// The ports of the page and the panels.
    pub ports: Ports,
    /// The scheme of the page and the panels.
    pub scheme: Scheme,
    /// The address at which other machines reach the page, where it is known.
    pub reached_at: Option<SocketAddr>,
}

impl Lab {
    /// The lab of the server that received the request, or 404 where it has none.
    fn of(request: &HttpRequest) -> Result<&Self, Problem> {
        let lab = request.app_data::<Data<Self>>();
        lab.map(|lab| &***lab).ok_or_else(|| {
            Problem::new(
                StatusCode::NOT_FOUND,
                "there is no lab here: start the server with --lab",
            )
        })
    }
}
