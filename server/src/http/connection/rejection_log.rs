//! Limits the log of rejections per client, so that no client can fill it.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use crate::base::socket::network_of;

/// The maximum number of rejections that are logged per client and [`INTERVAL`].
const LINES: u32 = 5;
const INTERVAL: Duration = Duration::from_secs(60);
/// The maximum number of clients that are tracked. If there are more, the others are not logged.
const MOST_CLIENTS: usize = 1024;

/// The recent log lines of each client. Addresses are grouped as in the limits of connections.
#[derive(Debug, Default)]
pub struct RejectionLog(Mutex<HashMap<IpAddr, Logged>>);

#[derive(Clone, Copy, Debug)]
struct Logged {
    since: Instant,
    lines: u32,
}

impl RejectionLog {
    /// Logs a rejection, unless this client has reached its limit.
    pub fn write(&self, client: IpAddr, reason: &str, detail: &str) {
        match self.nth_line(client, Instant::now()) {
            Some(LINES) => tracing::warn!(
                %client, reason, detail,
                "rejected; this client's further rejections are only counted for a minute"
            ),
            Some(_) => tracing::warn!(%client, reason, detail, "rejected"),
            None => {}
        }
    }

    /// The number of this client's line, from 1; `None` if it has reached its limit.
    fn nth_line(&self, client: IpAddr, now: Instant) -> Option<u32> {
        let client = network_of(client);
        let mut clients = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_recent = |logged: &Logged| now.duration_since(logged.since) < INTERVAL;
        if clients.len() >= MOST_CLIENTS && !clients.contains_key(&client) {
            clients.retain(|_, logged| is_recent(logged));
            if clients.len() >= MOST_CLIENTS {
                return None;
            }
        }
        let fresh = Logged {
            since: now,
            lines: 0,
        };
        let logged = clients.entry(client).or_insert(fresh);
        if !is_recent(logged) {
            *logged = fresh;
        }
        logged.lines = logged.lines.saturating_add(1);
        (logged.lines <= LINES).then_some(logged.lines)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_client_has_five_lines_a_minute_and_the_number_of_clients_is_limited() {
        let log = RejectionLog::default();
        let now = Instant::now();
        let client = |nth: u32| IpAddr::from((0x0a00_0000 + nth).to_be_bytes());
        let lines: Vec<_> = (0..7).map(|_| log.nth_line(client(1), now)).collect();
        assert_eq!(lines[..5], [Some(1), Some(2), Some(3), Some(4), Some(5)]);
        assert_eq!(lines[5..], [None, None]);
        assert_eq!(log.nth_line(client(2), now), Some(1));
        let later = now + INTERVAL;
        assert_eq!(log.nth_line(client(1), later), Some(1));
        for nth in 3..5_000 {
            log.nth_line(client(nth), later);
        }
        assert_eq!(log.0.lock().unwrap().len(), MOST_CLIENTS);
        assert_eq!(log.nth_line(client(9_999), later), None);
        assert_eq!(log.nth_line(client(9_999), later + INTERVAL), Some(1));
    }
}
