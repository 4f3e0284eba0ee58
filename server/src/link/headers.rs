//! The TCP/IP headers between a link and its clients, as counted by the kernel.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::net::TcpStream;

use crate::base::tcp_info::{Counts, End, has_all_fields, ip_header_bytes};

/// The headers of all packets between a link and its clients, in both directions. Clones share the
/// count.
#[derive(Clone, Debug, Default)]
pub struct ClientHeaders(Arc<Mutex<Connections>>);

#[derive(Debug)]
struct Connections {
    open: Vec<Arc<TcpStream>>,
    /// The bytes of those that have ended; `None` if the system does not count them.
    ended_bytes: Option<u64>,
}

impl Default for Connections {
    fn default() -> Self {
        Self {
            open: Vec::new(),
            ended_bytes: has_all_fields().then_some(0),
        }
    }
}

impl ClientHeaders {
    /// The bytes so far, of open and of ended connections; `None` if the system does not count
    /// them.
    pub fn bytes(&self) -> Option<u64> {
        let connections = self.lock();
        let open = connections.open.iter().map(|client| bytes_of(client));
        open.fold(connections.ended_bytes, sum)
    }

    /// Includes a connection.
    pub(super) fn begin(&self, client: &Arc<TcpStream>) {
        self.lock().open.push(Arc::clone(client));
    }

    /// Reads a connection for the last time. Later packets are not counted.
    pub(super) fn end(&self, client: &Arc<TcpStream>) {
        let mut connections = self.lock();
        connections.open.retain(|open| !Arc::ptr_eq(open, client));
        connections.ended_bytes = sum(connections.ended_bytes, bytes_of(client));
    }

    fn lock(&self) -> MutexGuard<'_, Connections> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn bytes_of(client: &TcpStream) -> Option<u64> {
    let ip = ip_header_bytes(client.local_addr().ok()?.ip());
    let counts = Counts::read(client, End::Accepted, ip)?;
    Some(counts.header_bytes.iter().sum())
}

fn sum(a: Option<u64>, b: Option<u64>) -> Option<u64> {
    Some(a? + b?)
}
