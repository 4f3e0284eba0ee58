//! The audience: clients on other machines, and their permission to publish.
//!
//! A client of the audience is an address that is not this host's. It is counted once per
//! transport: while a response to it is open, and for a few intervals after that, so that a polling
//! client is present all the time. Two phones behind one address are one client.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use actix_web::{http::StatusCode, web::Data};
use serde::Serialize;

use super::{Lab, counts::Counts};
use crate::{
    base::Transport,
    http::{
        metrics::Attachment,
        origin::{client_address, is_this_host},
        problem::Problem,
    },
    reply::OnClient,
    transport::publish::PublishPolicy,
};

/// The state of the audience, visible to all.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Standing {
    /// Whether the presenter allows the audience to publish.
    pub may_publish: bool,
    /// The number of clients that are present, by transport.
    pub clients: Counts,
}

/// The clients that are present or were recently.
#[derive(Clone, Debug, Default)]
pub struct Audience(Arc<Mutex<HashMap<Visitor, Presence>>>);

type Visitor = (Transport, IpAddr);

#[derive(Debug)]
struct Presence {
    /// The number of open responses.
    open: usize,
    /// When the client sent a request, or its last response ended.
    seen: Instant,
}

/// A response to a client of the audience, until this is dropped.
#[derive(Debug)]
struct Guest {
    audience: Audience,
    client: Visitor,
}

impl Drop for Guest {
    fn drop(&mut self) {
        if let Some(presence) = self.audience.lock().get_mut(&self.client) {
            presence.open -= 1;
            presence.seen = Instant::now();
        }
    }
}

/// Counts the clients of the audience, which are all clients on other hosts.
pub fn on_client(lab: &Data<Lab>) -> OnClient {
    let lab = Data::clone(lab);
    OnClient::new(move |request| {
        let transport = request.app_data::<Transport>()?;
        let client = client_address(request)?;
        let guest = || lab.handle.audience().admit(*transport, client);
        (!is_this_host(request)).then(|| Box::new(guest()) as Attachment)
    })
}

/// Decides who may publish: always this host (also over the panels' ports, but not through a proxy)
/// and every holder of the presenter's token; the audience while the presenter allows it.
pub fn publish_policy(lab: &Data<Lab>) -> PublishPolicy {
    let lab = Data::clone(lab);
    PublishPolicy::new(move |request| {
        let always = is_this_host(request) || lab.token.presents(request);
        let lab = Data::clone(&lab);
        Box::new(move || {
            if always || lab.handle.may_publish() {
                return Ok(());
            }
            Err(Problem::new(
                StatusCode::FORBIDDEN,
                "the audience may not publish: wait until the presenter allows it",
            ))
        })
    })
}

impl Audience {
    fn admit(&self, transport: Transport, from: IpAddr) -> Guest {
        let client = (transport, from);
        let seen = Instant::now();
        let mut present = self.lock();
        let presence = present.entry(client).or_insert(Presence { open: 0, seen });
        presence.open += 1;
        presence.seen = seen;
        drop(present);
        Guest {
            audience: self.clone(),
            client,
        }
    }

    /// The clients that are present or were within the last `presence`. Others are removed.
    pub fn clients(&self, presence: Duration) -> Counts {
        let mut present = self.lock();
        present.retain(|_, client| client.open > 0 || client.seen.elapsed() < presence);
        let mut clients = Counts::default();
        for (transport, _) in present.keys() {
            clients.0[*transport as usize] += 1;
        }
        clients
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Visitor, Presence>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How long a polling client counts as present after a response.
pub fn presence_after(interval: Duration) -> Duration {
    interval.saturating_mul(3).max(Duration::from_secs(3))
}
