//! Who listens from elsewhere, and may they speak?
//!
//! A client of the audience is an address that is not this host's. It counts once for each
//! transport: while an answer to it is open, and for a few intervals after, so that one that asks
//! again and again is there all the time. Two phones behind one address are one client.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use actix_web::{HttpRequest, http::StatusCode, web::Data};
use serde::{Serialize, Serializer};

use super::{Came, Open};
use crate::{
    base::Transport,
    http::{origin::is_asked_without_a_name, problem::Problem},
};

/// How the audience stands, for all to see.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Standing {
    /// Whether the presenter lets it.
    pub may_publish: bool,
    /// Who is there.
    pub clients: Clients,
}

/// How many clients there are, by transport.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Clients([usize; Transport::ALL.len()]);

impl Serialize for Clients {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(Transport::ALL.iter().zip(self.0))
    }
}

/// Who is there, and was a moment ago.
#[derive(Clone, Debug, Default)]
pub struct Audience(Arc<Mutex<HashMap<Client, Presence>>>);

type Client = (Transport, IpAddr);

#[derive(Debug)]
struct Presence {
    /// Answers that go on.
    open: usize,
    /// When it asked, or an answer to it ended.
    seen: Instant,
}

/// One answer to somebody of the audience, until this is dropped.
#[derive(Debug)]
pub struct Guest {
    audience: Audience,
    client: Client,
}

impl Guest {
    /// Notes who asks, where there is a lab and it is somebody from elsewhere.
    pub fn of(request: &HttpRequest) -> Option<Self> {
        let open = request.app_data::<Data<Open>>()?;
        let transport = request.app_data::<Transport>()?;
        let ends = request.conn_data::<Came>()?.ends()?;
        (!ends.are_this_host()).then(|| open.lab.audience.admit(*transport, ends.from))
    }
}

impl Drop for Guest {
    fn drop(&mut self) {
        if let Some(presence) = self.audience.lock().get_mut(&self.client) {
            presence.open -= 1;
            presence.seen = Instant::now();
        }
    }
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

    /// Who is there, or was within `lately`. The others are forgotten.
    pub fn clients(&self, lately: Duration) -> Clients {
        let mut present = self.lock();
        present.retain(|_, presence| presence.open > 0 || presence.seen.elapsed() < lately);
        let mut clients = Clients::default();
        for (transport, _) in present.keys() {
            clients.0[*transport as usize] += 1;
        }
        clients
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Client, Presence>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How long somebody who asks every interval is there after an answer.
pub fn lately(interval: Duration) -> Duration {
    interval.saturating_mul(3).max(Duration::from_secs(3))
}

/// Who wants to publish. This host may always, by an address or localhost and over the panels'
/// ports too, and so may whoever has the presenter's token; the audience, where there is a lab, as long as the presenter lets it.
#[derive(Debug)]
pub struct Speaker {
    /// Who decides about it.
    asks: Option<Data<Open>>,
}

impl Speaker {
    /// Whoever has sent the request.
    pub fn of(request: &HttpRequest) -> Self {
        let came = request.conn_data::<Came>();
        // Or a page of somebody else's name would speak through a browser at this host.
        let from_this_host =
            came.is_some_and(Came::from_this_host) && is_asked_without_a_name(request);
        let open = request.app_data::<Data<Open>>();
        let asks = open.filter(|open| !from_this_host && !open.token.presents(request));
        Self {
            asks: asks.cloned(),
        }
    }

    /// Refuses what may not be published now.
    pub fn require_leave(&self) -> Result<(), Problem> {
        match &self.asks {
            Some(open) if !open.lab.state.borrow().audience.may_publish => Err(Problem::new(
                StatusCode::FORBIDDEN,
                "the audience may not publish now: wait until the presenter lets it",
            )),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_secs(3_600);

    fn of(audience: &Audience, lately: Duration) -> [usize; 2] {
        let Clients(clients) = audience.clients(lately);
        [Transport::Polling, Transport::Sse].map(|transport| clients[transport as usize])
    }

    #[test]
    fn an_address_counts_once_for_each_transport_while_it_is_answered_and_shortly_after() {
        let audience = Audience::default();
        let [one, other] = ["192.0.2.1", "192.0.2.2"].map(|ip| ip.parse().unwrap());
        let first = audience.admit(Transport::Sse, one);
        let second = audience.admit(Transport::Sse, one);
        drop(audience.admit(Transport::Polling, one));
        drop(audience.admit(Transport::Polling, other));
        assert_eq!(of(&audience, LONG), [2, 1]);
        assert_eq!(of(&audience, Duration::ZERO), [0, 1]);
        drop(first);
        assert_eq!(of(&audience, Duration::ZERO), [0, 1]);
        drop(second);
        assert_eq!(of(&audience, LONG), [0, 1]);
        assert_eq!(of(&audience, Duration::ZERO), [0, 0]);
        assert!(audience.lock().is_empty(), "nothing piles up");
    }

    #[test]
    fn the_clients_are_told_by_name_in_their_order() {
        let mut clients = Clients::default();
        clients.0[Transport::Sse as usize] = 2;
        let json = serde_json::to_string(&clients).unwrap();
        assert!(
            json.starts_with(r#"{"page-refresh":0,"polling":0,"#),
            "{json}"
        );
        assert!(json.ends_with(r#""sse":2,"websocket":0}"#), "{json}");
    }
}
