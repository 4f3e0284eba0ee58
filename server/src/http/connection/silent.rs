//! Limits the connections that have not sent a request, so that silent clients cannot exclude
//! others.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    fmt,
    rc::{Rc, Weak},
};

use tokio::sync::Notify;

use super::handle::ConnectionHandle;

/// Closes a connection that has not sent a request.
pub trait Evict {
    /// Notifies the task of the connection.
    fn evict(&self);
}

impl<T: ?Sized> Evict for ConnectionHandle<T> {
    fn evict(&self) {
        self.evict();
    }
}

/// For a connection whose task also waits for other events.
impl Evict for Notify {
    fn evict(&self) {
        self.notify_one();
    }
}

/// The connections of one worker that have not sent a request, oldest first. Clones share them.
#[derive(Clone)]
pub struct SilentConnections(Rc<SilentState>);

struct SilentState {
    most: usize,
    next: Cell<u64>,
    handles: RefCell<BTreeMap<u64, Weak<dyn Evict>>>,
}

/// A connection that has not sent a request, until this is dropped.
#[derive(Debug)]
pub struct Silent {
    connections: SilentConnections,
    number: u64,
}

impl SilentConnections {
    /// At most `most` connections: a newer one replaces the oldest.
    pub fn new(most: usize) -> Self {
        Self(Rc::new(SilentState {
            most: most.max(1),
            next: Cell::new(0),
            handles: RefCell::default(),
        }))
    }

    /// Adds a connection, and closes the oldest if there are too many.
    pub fn add(&self, handle: &Rc<impl Evict + 'static>) -> Silent {
        let state = &self.0;
        let number = state.next.get();
        state.next.set(number + 1);
        let mut handles = state.handles.borrow_mut();
        let handle = Rc::clone(handle) as Rc<dyn Evict>;
        handles.insert(number, Rc::downgrade(&handle));
        if handles.len() > state.most
            && let Some((_, oldest)) = handles.pop_first()
            && let Some(oldest) = oldest.upgrade()
        {
            oldest.evict();
        }
        Silent {
            connections: self.clone(),
            number,
        }
    }
}

impl fmt::Debug for SilentConnections {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SilentConnections").finish_non_exhaustive()
    }
}

impl Drop for Silent {
    fn drop(&mut self) {
        self.connections.0.handles.borrow_mut().remove(&self.number);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use prometheus::Registry;

    use super::*;
    use crate::http::connection::{Deadlines, Rejections, Shared};

    #[test]
    fn the_oldest_silent_connection_is_replaced() {
        let connections = SilentConnections::new(2);
        let second = Duration::from_secs(1);
        let shared = Rc::new(Shared {
            deadlines: Deadlines {
                header: second,
                body: second,
                message: second,
                write: second,
            },
            rejections: Rejections::new(&Registry::new()),
        });
        let handles: [_; 4] = std::array::from_fn(|_| {
            let io = tokio::io::sink();
            Rc::new(ConnectionHandle::new(io, Rc::clone(&shared), None))
        });
        let first = connections.add(&handles[0]);
        let second = connections.add(&handles[1]);
        drop(first);
        let _third = connections.add(&handles[2]);
        let _fourth = connections.add(&handles[3]);
        let evicted = handles.each_ref().map(|handle| handle.is_evicted());
        assert_eq!(evicted, [false, true, false, false]);
        drop(second);
        assert_eq!(connections.0.handles.borrow().len(), 2);
    }
}
