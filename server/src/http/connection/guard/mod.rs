//! The stream of one connection, as seen by actix-http.

mod input;

use std::{
    cell::Ref,
    io::{self, IoSlice},
    pin::Pin,
    rc::Rc,
    task::{Context, Poll, ready},
    time::Duration,
};

use actix_web::rt::time::{Sleep, sleep};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::{
    ConnectionPolicy, LINGER,
    body::BodyEnd,
    handle::ConnectionHandle,
    head::{Follows, Head},
    limits::Permit,
    rejection::{Cause, Rejection},
    silent::Silent,
};

/// A connection that passes on one request at a time.
///
/// - An invalid or late header is answered here and ends the connection.
/// - While a response is pending, at most one byte is read, to detect whether the client has
///   disconnected. Everything else that it sends stays in the kernel.
/// - Any byte after a request whose response never ends closes the connection.
pub struct Guarded<T> {
    handle: Rc<ConnectionHandle<T>>,
    policy: Rc<ConnectionPolicy>,
    _permit: Permit,
    /// Present until the first request is complete.
    silent: Option<Silent>,
    input: Input,
    /// Bytes that were received and not passed on.
    unread: Vec<u8>,
    /// How many of them belong to an accepted header.
    accepted: usize,
    deadline: Option<Pin<Box<Sleep>>>,
    is_shut: bool,
}

/// The input that is expected next.
#[derive(Debug)]
enum Input {
    Head,
    Body(BodyEnd),
    /// None: the request is complete, and its response is pending.
    Response,
    /// None: the request had a body, and its response is pending. Such a response comes at once, so
    /// nothing is read until then, since a client may have closed its side after the body.
    ResponseToBody,
    Tunnel,
    /// None: no more input is read.
    End,
}

impl<T: AsyncWrite + Unpin + 'static> Guarded<T> {
    /// Guards an accepted connection, which is `silent` until its first request.
    pub fn new(
        io: T,
        policy: Rc<ConnectionPolicy>,
        permit: Permit,
        silent: Option<Silent>,
    ) -> Self {
        let handle = ConnectionHandle::new(io, Rc::clone(&policy), permit.client());
        let handle = Rc::new(handle);
        Self {
            silent,
            handle,
            policy,
            _permit: permit,
            input: Input::Head,
            unread: Vec::new(),
            accepted: 0,
            deadline: None,
            is_shut: false,
        }
    }

    /// The handle of this connection for the application.
    pub fn handle(&self) -> Rc<ConnectionHandle> {
        Rc::clone(&self.handle) as _
    }
}

impl<T> Guarded<T> {
    /// Disables the guard for a protocol with its own framing: all received bytes are passed on.
    pub fn into_tunnel(self) -> Self {
        Self {
            silent: None,
            input: Input::Tunnel,
            ..self
        }
    }

    /// The inner stream.
    pub fn get_ref(&self) -> Ref<'_, T> {
        self.handle.io.borrow()
    }

    /// Whether the deadline, if any, has passed.
    fn is_late(&mut self, cx: &mut Context<'_>) -> bool {
        let deadline = self.deadline.as_mut();
        deadline.is_some_and(|deadline| deadline.as_mut().poll(cx).is_ready())
    }

    /// Like [`Self::is_late`], but sets a deadline of `after` from now if there was none.
    fn is_late_after(&mut self, after: Duration, cx: &mut Context<'_>) -> bool {
        self.deadline.get_or_insert_with(|| Box::pin(sleep(after)));
        self.is_late(cx)
    }

    /// Passes on bytes from the start of `unread`.
    fn hand_over(&mut self, count: usize, buf: &mut ReadBuf<'_>) {
        buf.put_slice(&self.unread[..count]);
        self.unread.drain(..count);
        if self.unread.is_empty() {
            // An idle connection keeps no buffer.
            self.unread = Vec::new();
        }
    }

    fn accept(&mut self, head: Head) {
        self.silent = None;
        self.deadline = None;
        self.accepted = head.length;
        if let Some(rewritten) = head.rewritten {
            self.accepted = rewritten.len();
            self.unread.splice(..head.length, rewritten);
        }
        let waits = head.expects_continue && self.unread.len() == self.accepted;
        let has_body = matches!(head.follows, Follows::Body(_));
        self.handle.begin(waits && has_body);
        self.input = match head.follows {
            Follows::Nothing => Input::Response,
            Follows::Body(body) => Input::Body(body),
            Follows::Tunnel => Input::Tunnel,
        };
    }

    fn record(&self, rejection: &Rejection) {
        self.handle.record(rejection.cause, &rejection.detail);
    }

    /// Sends a rejection and ends the connection.
    fn reject(&mut self, rejection: &Rejection) {
        self.record(rejection);
        let without_body = self.unread.trim_ascii_start().starts_with(b"HEAD ");
        self.handle.send(rejection.response(without_body).into());
        self.input = Input::End;
        self.deadline = None;
    }

    fn end_late_body(&mut self) {
        let detail = "the body of the request did not arrive in time";
        self.fail_body(Rejection::timeout(Cause::BodyTimeout, detail));
    }

    /// Ends an invalid or incomplete body. If the application has not answered yet, it receives an
    /// error.
    fn fail_body(&mut self, rejection: Rejection) {
        self.record(&rejection);
        self.handle.body_fault.set(Some(rejection));
        self.input = Input::End;
        self.deadline = None;
    }
}

impl<T: AsyncWrite + Unpin> Guarded<T> {
    /// Sends the backlog before the bytes of actix-http.
    fn poll_begin_write(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if !self.handle.unflushed.get() {
            ready!(self.handle.poll_write_backlog(cx))?;
            self.handle.unflushed.set(true);
        }
        Poll::Ready(Ok(()))
    }
}

impl<T: AsyncRead + AsyncWrite + Unpin> AsyncRead for Guarded<T> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.get_mut().poll_input(cx, buf)
    }
}

impl<T: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Guarded<T> {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        ready!(self.poll_begin_write(cx))?;
        self.handle.poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        ready!(self.poll_begin_write(cx))?;
        self.handle.poll_write_vectored(cx, parts)
    }

    fn is_write_vectored(&self) -> bool {
        self.handle.io.borrow().is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        // actix-http flushes after it has written everything.
        self.handle.unflushed.set(false);
        ready!(self.handle.poll_write_backlog(cx))?;
        self.handle.poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        ready!(this.handle.poll_write_backlog(cx))?;
        if !this.lingers() {
            return Pin::new(&mut *this.handle.io.borrow_mut()).poll_shutdown(cx);
        }
        if !this.is_shut {
            ready!(Pin::new(&mut *this.handle.io.borrow_mut()).poll_shutdown(cx))?;
            this.is_shut = true;
            this.deadline = None;
        }
        loop {
            this.unread.clear();
            if this.is_late_after(LINGER, cx) {
                return Poll::Ready(Ok(()));
            }
            match ready!(this.poll_receive(usize::MAX, cx)) {
                Ok(1..) => {}
                Ok(0) | Err(_) => return Poll::Ready(Ok(())),
            }
        }
    }
}
