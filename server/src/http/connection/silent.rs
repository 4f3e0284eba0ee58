//! Limits the connections that have not sent a request, and the time for the TLS handshake, so that
//! silent clients cannot exclude others.

use std::{
    collections::BTreeMap,
    future::poll_fn,
    io,
    net::{IpAddr, SocketAddr},
    rc::Rc,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
};

use futures_util::task::AtomicWaker;
use tokio::time::sleep;

use super::{Cause, ConnectionPolicy};

/// The connections of a server that have not sent a request, from the oldest to the newest. Clones
/// share them.
#[derive(Clone, Debug)]
pub struct SilentConnections {
    most: usize,
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    next: u64,
    evictions: BTreeMap<u64, Arc<Eviction>>,
}

/// Tells the task of a connection to close it.
#[derive(Debug, Default)]
struct Eviction {
    is_due: AtomicBool,
    waker: AtomicWaker,
}

/// A connection that has not sent a request, until this is dropped.
#[derive(Debug)]
pub struct Silent {
    connections: SilentConnections,
    number: u64,
    eviction: Arc<Eviction>,
}

impl SilentConnections {
    /// At most `most` connections: a newer one replaces the oldest.
    pub fn new(most: usize) -> Self {
        Self {
            most: most.max(1),
            state: Arc::default(),
        }
    }

    /// Adds a connection, and closes the oldest if there are too many.
    pub fn add(&self) -> Silent {
        let eviction = Arc::<Eviction>::default();
        let mut state = self.lock();
        let number = state.next;
        state.next += 1;
        state.evictions.insert(number, Arc::clone(&eviction));
        let is_too_many = state.evictions.len() > self.most;
        drop(state);
        if is_too_many {
            self.evict_oldest();
        }
        Silent {
            connections: self.clone(),
            number,
            eviction,
        }
    }

    /// Closes the oldest connection. Returns whether there is one.
    pub fn evict_oldest(&self) -> bool {
        let oldest = self.lock().evictions.pop_first();
        if let Some((_, eviction)) = &oldest {
            eviction.is_due.store(true, Ordering::Release);
            eviction.waker.wake();
        }
        oldest.is_some()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Silent {
    /// Waits until the connection must close, because a newer one replaces it.
    pub fn poll_evicted(&self, cx: &mut Context<'_>) -> Poll<()> {
        self.eviction.waker.register(cx.waker());
        match self.eviction.is_due.load(Ordering::Acquire) {
            true => Poll::Ready(()),
            false => Poll::Pending,
        }
    }
}

impl Drop for Silent {
    fn drop(&mut self) {
        self.connections.lock().evictions.remove(&self.number);
    }
}

/// The time before the first request of a connection. During it, the connection may be evicted.
pub(super) struct SilentPeriod {
    pub silent: Silent,
    policy: Rc<ConnectionPolicy>,
    client: Option<IpAddr>,
}

impl SilentPeriod {
    pub fn begin(policy: &Rc<ConnectionPolicy>, peer: Option<SocketAddr>) -> Self {
        Self {
            silent: policy.silent.add(),
            policy: Rc::clone(policy),
            client: peer.map(|peer| peer.ip()),
        }
    }

    /// Waits until the client does something that must precede its first request.
    ///
    /// # Errors
    ///
    /// The client was too slow, or newer connections replaced it.
    pub async fn within<T>(&self, done: impl Future<Output = T>) -> io::Result<T> {
        let (cause, detail) = tokio::select! {
            biased;
            // First, since the newer connection is open already.
            () = poll_fn(|cx| self.silent.poll_evicted(cx)) => (
                Cause::Silent,
                "replaced by newer connections, since it has not sent a request",
            ),
            done = done => return Ok(done),
            () = sleep(self.policy.deadlines.header) => (
                Cause::HeaderTimeout,
                "the handshake or the header of the first request did not arrive in time",
            ),
        };
        self.policy.rejections.record(cause, detail, self.client);
        Err(io::ErrorKind::TimedOut.into())
    }
}
