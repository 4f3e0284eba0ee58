//! What does the application tell the guard of its connection?

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
    task::Waker,
};

use actix_web::HttpRequest;

use super::rejection::Rejection;

/// Marks a response that does not end by itself. Put it into the response's extensions.
#[derive(Clone, Copy, Debug)]
pub struct NeverEnds;

/// The state that a guarded connection shares with the responses to its requests. It is found in
/// the data of the connection.
#[derive(Debug, Default)]
pub struct ConnectionHandle {
    responding: Cell<bool>,
    never_ends: Cell<bool>,
    evicted: Cell<bool>,
    expectation: Cell<Expectation>,
    body_fault: RefCell<Option<Rejection>>,
    /// Wakes the task of the connection, where it waits for something told by this handle.
    waker: RefCell<Option<Waker>>,
}

/// A client that sent `Expect: 100-continue` waits with its body (RFC 9110, section 10.1.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Expectation {
    #[default]
    None,
    /// The client waits.
    Waiting,
    /// The application wants the body.
    Wanted,
}

/// One response that is being made or sent, until this is dropped.
#[derive(Debug)]
pub(super) struct Responding(Rc<ConnectionHandle>);

impl ConnectionHandle {
    /// The handle of the connection that the request came on.
    pub fn of(request: &HttpRequest) -> Option<&Rc<Self>> {
        request.conn_data()
    }

    /// Lets a client that waits with its body send it.
    pub fn want_body(&self) {
        if self.expectation.get() == Expectation::Waiting {
            self.expectation.set(Expectation::Wanted);
            self.wake();
        }
    }

    /// A request is handed to the application.
    pub(super) fn begin(&self, expects_continue: bool) {
        self.responding.set(true);
        self.expectation.set(match expects_continue {
            true => Expectation::Waiting,
            false => Expectation::None,
        });
    }

    /// Ends the response when the returned value is dropped.
    pub(super) fn response(self: &Rc<Self>) -> Responding {
        Responding(Rc::clone(self))
    }

    pub(super) fn is_responding(&self) -> bool {
        self.responding.get()
    }

    pub(super) fn mark_never_ends(&self) {
        self.never_ends.set(true);
        self.wake();
    }

    pub(super) fn never_ends(&self) -> bool {
        self.never_ends.get()
    }

    pub(super) fn evict(&self) {
        self.evicted.set(true);
        self.wake();
    }

    pub(super) fn is_evicted(&self) -> bool {
        self.evicted.get()
    }

    pub(super) fn expectation(&self) -> Expectation {
        self.expectation.get()
    }

    pub(super) fn end_expectation(&self) {
        self.expectation.set(Expectation::None);
    }

    pub(super) fn fail_body(&self, rejection: Rejection) {
        self.body_fault.replace(Some(rejection));
    }

    pub(super) fn take_body_fault(&self) -> Option<Rejection> {
        self.body_fault.take()
    }

    pub(super) fn wake_later(&self, waker: &Waker) {
        let mut kept = self.waker.borrow_mut();
        match &mut *kept {
            Some(kept) => kept.clone_from(waker),
            None => *kept = Some(waker.clone()),
        }
    }

    pub(super) fn wake(&self) {
        if let Some(waker) = self.waker.take() {
            waker.wake();
        }
    }
}

impl Drop for Responding {
    fn drop(&mut self) {
        self.0.responding.set(false);
        self.0.never_ends.set(false);
        self.0.wake();
    }
}
