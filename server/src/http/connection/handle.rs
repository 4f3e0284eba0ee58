//! Communication between the application and the guard of its connection.

use std::{
    cell::{Cell, RefCell},
    collections::VecDeque,
    io::{self, IoSlice},
    net::IpAddr,
    pin::Pin,
    rc::Rc,
    task::{Context, Poll, Waker, ready},
};

use actix_web::{
    HttpRequest,
    rt::time::{Sleep, sleep},
    web::{Buf, Bytes},
};
use tokio::io::AsyncWrite;

use super::{
    ConnectionPolicy,
    rejection::{Cause, Rejection},
};

/// Marks a response that never ends. Put it into the response's extensions.
#[derive(Clone, Copy, Debug)]
pub struct NeverEnds;

/// State that a guarded connection shares with the responses to its requests. It is stored in the
/// data of the connection.
///
/// The fields that a write uses are at the end, in adjacent cache lines, since thousands of other
/// connections are written to between two updates.
#[repr(C)]
pub struct ConnectionHandle<T: ?Sized = dyn AsyncWrite + Unpin> {
    /// The deadline of a client that does not read.
    stall: RefCell<Option<Pin<Box<Sleep>>>>,
    stalled: Cell<bool>,
    policy: Rc<ConnectionPolicy>,
    client: Option<IpAddr>,
    pub(super) responding: Cell<bool>,
    pub(super) never_ends: Cell<bool>,
    pub(super) expectation: Cell<Expectation>,
    /// The reason why the request's body has ended early.
    pub(super) body_fault: Cell<Option<Rejection>>,
    /// Wakes the task of the connection if it waits for a change of this handle.
    waker: RefCell<Option<Waker>>,
    /// Bytes that are written before any others, as soon as the connection accepts them.
    backlog: RefCell<VecDeque<Bytes>>,
    /// actix-http has written bytes and not flushed them, so no other bytes may be written now.
    pub(super) unflushed: Cell<bool>,
    /// The connection.
    pub(super) io: RefCell<T>,
}

/// A client that sent `Expect: 100-continue` waits before it sends its body (RFC 9110, section
/// 10.1.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Expectation {
    #[default]
    None,
    /// The client is waiting.
    Waiting,
    /// The application reads the body.
    Wanted,
}

/// The result of writing directly, without actix-http.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    /// The connection has accepted all bytes.
    All,
    /// All bytes were accepted, but some are sent later by the connection's task.
    Part,
    /// No bytes were accepted. The connection's task will try again when it is woken.
    None,
    /// No bytes were accepted. The connection is already waiting for the client.
    Blocked,
}

/// A response in progress, until this is dropped.
pub struct Responding(Rc<ConnectionHandle>);

impl ConnectionHandle {
    /// The handle of the request's connection.
    pub fn of(request: &HttpRequest) -> Option<&Rc<Self>> {
        request.conn_data()
    }

    /// Marks a response as started. It ends when the returned value is dropped.
    pub(super) fn response(self: &Rc<Self>) -> Responding {
        Responding(Rc::clone(self))
    }
}

impl<T> ConnectionHandle<T> {
    /// A handle for the connection `io`.
    pub(super) fn new(io: T, policy: Rc<ConnectionPolicy>, client: Option<IpAddr>) -> Self {
        Self {
            stall: RefCell::default(),
            stalled: Cell::default(),
            policy,
            client,
            responding: Cell::default(),
            never_ends: Cell::default(),
            expectation: Cell::default(),
            body_fault: Cell::default(),
            waker: RefCell::default(),
            backlog: RefCell::default(),
            unflushed: Cell::default(),
            io: io.into(),
        }
    }
}

impl<T: ?Sized> ConnectionHandle<T> {
    /// Counts a rejection of this connection's client.
    pub fn record(&self, cause: Cause, detail: &str) {
        self.policy.rejections.record(cause, detail, self.client);
    }

    /// Whether the client has read nothing for longer than the write timeout, so that its response
    /// should end.
    pub fn is_stalled(&self) -> bool {
        self.stalled.get()
    }

    /// Adds bytes to the backlog, which [`Self::poll_write_backlog`] sends.
    pub fn send(&self, bytes: Bytes) {
        self.backlog.borrow_mut().push_back(bytes);
    }

    /// Sends `100 Continue` to a client that waits for it.
    pub fn want_body(&self) {
        if self.expectation.get() == Expectation::Waiting {
            self.expectation.set(Expectation::Wanted);
            self.wake();
        }
    }

    /// Called when a request is passed to the application.
    pub(super) fn begin(&self, expects_continue: bool) {
        self.responding.set(true);
        self.expectation.set(match expects_continue {
            true => Expectation::Waiting,
            false => Expectation::None,
        });
    }

    pub(super) fn mark_never_ends(&self) {
        self.never_ends.set(true);
        self.wake();
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

impl<T: AsyncWrite + Unpin + ?Sized> ConnectionHandle<T> {
    /// Writes after everything that actix-http has written, if the connection accepts it. A pending
    /// body may call this, since actix-http then has no bytes left to write.
    pub fn write(&self, bytes: &Bytes) -> Written {
        if self.unflushed.get() || !self.backlog.borrow().is_empty() {
            return Written::Blocked;
        }
        let mut io = self.io.borrow_mut();
        // The connection's task is woken instead and registers itself.
        let mut cx = Context::from_waker(Waker::noop());
        let taken = match Pin::new(&mut *io).poll_write(&mut cx, bytes) {
            Poll::Ready(Ok(taken)) => taken,
            // The task will see the same error.
            Poll::Ready(Err(_)) | Poll::Pending => return Written::None,
        };
        if taken < bytes.len() {
            self.send(bytes.slice(taken..));
            return Written::Part;
        }
        match Pin::new(&mut *io).poll_flush(&mut cx) {
            Poll::Ready(Ok(())) => Written::All,
            Poll::Ready(Err(_)) | Poll::Pending => Written::Part,
        }
    }

    /// Writes for the task of the connection. A client that reads nothing until the write time-out
    /// is stalled. After the same time again it is disconnected.
    ///
    /// # Errors
    ///
    /// The connection failed or timed out.
    pub(super) fn poll_write(&self, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut *self.io.borrow_mut()).poll_write(cx, bytes);
        self.watch_stall(cx, written)
    }

    /// Like [`Self::poll_write`], for several buffers.
    pub(super) fn poll_write_vectored(
        &self,
        cx: &mut Context<'_>,
        parts: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut *self.io.borrow_mut()).poll_write_vectored(cx, parts);
        self.watch_stall(cx, written)
    }

    /// TLS may have accepted more bytes than the socket.
    pub(super) fn poll_flush(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut *self.io.borrow_mut()).poll_flush(cx);
        self.watch_stall(cx, flushed)
    }

    fn watch_stall<D>(
        &self,
        cx: &mut Context<'_>,
        written: Poll<io::Result<D>>,
    ) -> Poll<io::Result<D>> {
        let mut stall = self.stall.borrow_mut();
        if written.is_ready() {
            *stall = None;
            return written;
        }
        let timer = || Box::pin(sleep(self.policy.deadlines.write));
        while stall.get_or_insert_with(timer).as_mut().poll(cx).is_ready() {
            if self.stalled.replace(true) {
                return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
            }
            self.record(Cause::TooSlow, "the client does not read");
            *stall = None;
        }
        Poll::Pending
    }

    /// Writes and flushes the backlog.
    ///
    /// # Errors
    ///
    /// The connection failed or timed out.
    pub fn poll_write_backlog(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut backlog = self.backlog.borrow_mut();
        if backlog.is_empty() {
            return self.poll_flush(cx);
        }
        if self.unflushed.get() {
            self.wake_later(cx.waker());
            return Poll::Pending;
        }
        while let Some(bytes) = backlog.front_mut() {
            match ready!(self.poll_write(cx, bytes))? {
                0 => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                taken => bytes.advance(taken),
            }
            if bytes.is_empty() {
                backlog.pop_front();
            }
        }
        // An idle connection keeps no buffer, and its task may wait for this.
        *backlog = VecDeque::new();
        self.wake();
        self.poll_flush(cx)
    }
}

impl Drop for Responding {
    fn drop(&mut self) {
        self.0.responding.set(false);
        self.0.never_ends.set(false);
        self.0.wake();
    }
}
