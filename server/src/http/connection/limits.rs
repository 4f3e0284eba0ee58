//! Limits on the number of connections, in total and per address.
//!
//! At its limit of open files, a server cannot even accept a connection in order to reject it, and
//! clients wait until they time out. So some files are reserved for rejections. If all of these are
//! in use, new connections wait in the kernel.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use actix_web::{http::StatusCode, rt::net::TcpStream};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    time::timeout,
};

use super::{
    LINGER,
    rejection::{Cause, Rejection},
};
use crate::base::{open_files, socket::network_of};

/// Files reserved for listeners, pages, logs and rejected connections, without those of the worker
/// threads.
pub const RESERVED_FILES: usize = 128;

/// The files that a worker thread needs: two of epoll, an eventfd and a socket for signals; and one
/// more connection that it may accept.
const FILES_PER_WORKER: usize = 5;

/// The maximum number of connections that are accepted beyond the limit in order to reject them.
const REJECTED: usize = 64;

/// The maximum number of rejected connections that linger until their clients close them. It is
/// less than [`REJECTED`], so that other connections can be rejected meanwhile.
const LINGERING: usize = 32;

/// Counts the connections of a server. Clones share the counters.
#[derive(Clone, Debug)]
pub struct ConnectionLimits {
    most: usize,
    most_per_address: usize,
    /// Addresses without a limit per address.
    unlimited: Arc<[IpAddr]>,
    open: Arc<Mutex<Open>>,
}

#[derive(Debug, Default)]
struct Open {
    total: usize,
    lingering: usize,
    per_address: HashMap<IpAddr, usize>,
}

/// A counted connection, until this is dropped.
#[derive(Debug)]
pub struct Permit {
    limits: ConnectionLimits,
    client: Option<IpAddr>,
}

impl Permit {
    /// The client's address, if known.
    pub fn client(&self) -> Option<IpAddr> {
        self.client
    }
}

impl ConnectionLimits {
    /// At most `most` connections in total, and `most_per_address` from one address, but never more
    /// than half of `most`. (An IPv6 client is identified by the first 64 bits.) Loopback and the
    /// `unlimited` addresses have no limit per address: when a proxy connects, its client is not
    /// known yet.
    pub fn new(most: usize, most_per_address: usize, unlimited: &[IpAddr]) -> Self {
        Self {
            most,
            most_per_address: most_per_address.min(most.div_ceil(2)),
            unlimited: unlimited.into(),
            open: Arc::default(),
        }
    }

    /// The maximum number of connections for which this process can open files, with
    /// `files_per_connection` files each.
    pub fn most_by_files(files_per_connection: usize, workers: usize) -> usize {
        let reserved = RESERVED_FILES + FILES_PER_WORKER * workers;
        (open_files::limit().saturating_sub(reserved) / files_per_connection).max(1)
    }

    /// The maximum number of accepted connections, including those that are then rejected.
    pub fn most_accepted(&self) -> usize {
        self.most.saturating_add(REJECTED)
    }

    /// Counts a connection from this address. At the total limit, `make_room` is called. It starts
    /// to close another connection, or returns `false`. The other connection counts until it is
    /// closed.
    ///
    /// # Errors
    ///
    /// A limit is reached.
    pub fn acquire(
        &self,
        client: Option<IpAddr>,
        make_room: impl FnOnce() -> bool,
    ) -> Result<Permit, Rejection> {
        let address = client.and_then(|client| self.limited(client));
        let mut open = self.lock();
        let full = |cause, detail| {
            let status = StatusCode::SERVICE_UNAVAILABLE;
            Err(Rejection::new(cause, status, detail))
        };
        let of_address = address.and_then(|address| open.per_address.get(&address));
        if of_address.is_some_and(|&count| count >= self.most_per_address) {
            let most = self.most_per_address;
            let detail = format!("your address has reached its limit of {most} connections");
            return full(Cause::Address, detail);
        }
        if open.total >= self.most && !make_room() {
            let most = self.most;
            let detail = format!("the server has reached its limit of {most} connections");
            return full(Cause::Connections, detail);
        }
        if let Some(address) = address {
            *open.per_address.entry(address).or_default() += 1;
        }
        open.total += 1;
        Ok(Permit {
            limits: self.clone(),
            client,
        })
    }

    /// Sends a rejection without reading the request, and closes the connection.
    pub async fn reject(&self, mut stream: TcpStream, rejection: &Rejection) {
        // The kernel accepts it at once, since nothing was sent on this connection before.
        let sent = stream.write_all(&rejection.response(false)).await;
        if sent.is_err() || stream.shutdown().await.is_err() {
            return;
        }
        let lingers = {
            let mut open = self.lock();
            let lingers = open.lingering < LINGERING;
            open.lingering += usize::from(lingers);
            lingers
        };
        if lingers {
            // If bytes of the client were left unread, the kernel would reset the connection and
            // discard the response.
            let rest = async { while let Ok(1..) = stream.read(&mut [0; 1024]).await {} };
            let _ = timeout(LINGER, rest).await;
            self.lock().lingering -= 1;
        }
    }

    /// The network that counts as one client; `None` if it has no limit per address.
    fn limited(&self, address: IpAddr) -> Option<IpAddr> {
        let canonical = address.to_canonical();
        let is_unlimited = canonical.is_loopback() || self.unlimited.contains(&canonical);
        (!is_unlimited).then(|| network_of(address))
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let limited = |client| self.limits.limited(client);
        let mut open = self.limits.lock();
        open.total -= 1;
        if let Some(address) = self.client.and_then(limited)
            && let Some(of_address) = open.per_address.get_mut(&address)
        {
            *of_address -= 1;
            if *of_address == 0 {
                open.per_address.remove(&address);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ipv6_network_counts_as_one_address_and_loopback_does_not_count() {
        let limits = ConnectionLimits::new(9, 9, &[]);
        let network = |text: &str| Some(limits.limited(text.parse().unwrap())?.to_string());
        assert_eq!(network("127.0.0.1"), None);
        assert_eq!(network("127.9.9.9"), None);
        assert_eq!(network("::1"), None);
        assert_eq!(network("::ffff:127.0.0.1"), None);
        assert_eq!(network("192.0.2.7").as_deref(), Some("192.0.2.7"));
        assert_eq!(network("::ffff:192.0.2.7").as_deref(), Some("192.0.2.7"));
        let ipv6 = network("2001:db8:1:2:3:4:5:6");
        assert_eq!(ipv6.as_deref(), Some("2001:db8:1:2::"));
    }

    #[test]
    fn only_open_connections_count() {
        let limits = ConnectionLimits::new(3, 2, &[]);
        let acquire = |address: &str| limits.acquire(Some(address.parse().unwrap()), || false);
        let first = acquire("192.0.2.7").unwrap();
        let _second = acquire("192.0.2.7").unwrap();
        assert_eq!(acquire("192.0.2.7").unwrap_err().cause, Cause::Address);
        let _third = acquire("127.0.0.1").unwrap();
        assert_eq!(acquire("192.0.2.8").unwrap_err().cause, Cause::Connections);
        let room = limits.acquire(Some("192.0.2.8".parse().unwrap()), || true);
        assert!(room.is_ok(), "another connection is being closed");
        drop((first, room));
        assert!(acquire("192.0.2.7").is_ok());
        assert!(limits.lock().per_address.len() == 1);
    }

    #[test]
    fn one_address_has_no_more_than_half_of_the_connections() {
        let limits = ConnectionLimits::new(4, 2048, &[]);
        let client = Some("192.0.2.7".parse().unwrap());
        let _open = [(); 2].map(|()| limits.acquire(client, || false).unwrap());
        let rejected = limits.acquire(client, || panic!("another connection is closed"));
        assert_eq!(rejected.unwrap_err().cause, Cause::Address);
    }

    #[test]
    fn an_exempt_address_has_no_limit_per_address() {
        let limits = ConnectionLimits::new(9, 1, &["192.0.2.9".parse().unwrap()]);
        let acquire = |address: &str| limits.acquire(Some(address.parse().unwrap()), || false);
        let open = ["192.0.2.9", "::ffff:192.0.2.9", "192.0.2.8"].map(|it| acquire(it).unwrap());
        assert_eq!(acquire("192.0.2.8").unwrap_err().cause, Cause::Address);
        drop(open);
        assert!(limits.lock().per_address.is_empty());
    }
}
