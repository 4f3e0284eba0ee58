//! The input side of the guard: receives bytes of the client and passes them on to actix-http.

use std::{
    io,
    mem::MaybeUninit,
    pin::Pin,
    task::{Context, Poll, ready},
};

use actix_web::web::Bytes;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::{Guarded, Input};
use crate::http::connection::{
    handle::Expectation,
    head,
    rejection::{Cause, Rejection},
};

const CONTINUE: &[u8] = b"HTTP/1.1 100 Continue\r\n\r\n";

impl<T: AsyncRead + AsyncWrite + Unpin> Guarded<T> {
    pub(super) fn poll_input(
        &mut self,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        loop {
            if self.accepted > 0 {
                let count = self.accepted.min(buf.remaining());
                self.hand_over(count, buf);
                self.accepted -= count;
                return Poll::Ready(Ok(()));
            }
            match self.input {
                Input::Head => ready!(self.poll_head(cx))?,
                Input::Body(_) if self.unread.is_empty() => ready!(self.poll_more_body(cx))?,
                Input::Body(_) => {
                    self.hand_over_body(buf);
                    return Poll::Ready(Ok(()));
                }
                Input::Response | Input::ResponseToBody if !self.handle.responding.get() => {
                    self.input = Input::Head;
                }
                Input::ResponseToBody => {
                    self.handle.wake_later(cx.waker());
                    return Poll::Pending;
                }
                Input::Response => ready!(self.poll_ahead(cx))?,
                Input::Tunnel if self.handle.never_ends.get() => ready!(self.poll_ahead(cx))?,
                Input::Tunnel if self.unread.is_empty() => {
                    return Pin::new(&mut *self.handle.io.borrow_mut()).poll_read(cx, buf);
                }
                Input::Tunnel => {
                    let count = self.unread.len().min(buf.remaining());
                    self.hand_over(count, buf);
                    return Poll::Ready(Ok(()));
                }
                // Nothing is passed on: actix-http sees the end of the input.
                Input::End => return self.handle.poll_write_backlog(cx),
            }
        }
    }

    /// Receives at most `most` bytes and appends them to `unread`. Returns the number, 0 at the end
    /// of the input.
    pub(super) fn poll_receive(
        &mut self,
        most: usize,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<usize>> {
        let mut bytes = [MaybeUninit::uninit(); 4096];
        let mut received = ReadBuf::uninit(&mut bytes[..most.min(4096)]);
        ready!(Pin::new(&mut *self.handle.io.borrow_mut()).poll_read(cx, &mut received))?;
        self.unread.extend_from_slice(received.filled());
        if received.filled().is_empty() {
            self.input = Input::End;
        }
        Poll::Ready(Ok(received.filled().len()))
    }

    /// Waits for a header and accepts or rejects it.
    fn poll_head(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        // Before anything is read, since the newer connection is open already.
        let silent = self.silent.as_ref();
        if silent.is_some_and(|silent| silent.poll_evicted(cx).is_ready()) {
            return self.poll_evict(cx);
        }
        let mut received = self.unread.len();
        loop {
            // A header in many small pieces is not parsed again for each piece.
            let (before, news) = self.unread.split_at(self.unread.len() - received);
            if before.is_empty() || news.contains(&b'\n') || self.unread.len() > head::LONGEST {
                match head::read(&self.unread) {
                    Ok(None) => {}
                    Ok(Some(head)) => {
                        self.accept(head);
                        return Poll::Ready(Ok(()));
                    }
                    Err(rejection) => {
                        self.reject(&rejection);
                        return Poll::Ready(Ok(()));
                    }
                }
            }
            received = match self.poll_receive(usize::MAX, cx)? {
                Poll::Ready(0) => return Poll::Ready(Ok(())),
                Poll::Ready(received) => received,
                Poll::Pending => return self.poll_header_deadline(cx),
            };
        }
    }

    fn poll_header_deadline(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let idle = self.silent.is_none() && self.unread.is_empty();
        if !idle && self.is_late_after(self.policy.deadlines.header, cx) {
            let detail = "the header of the request did not arrive in time";
            self.reject(&Rejection::timeout(Cause::HeaderTimeout, detail));
            return Poll::Ready(Ok(()));
        }
        Poll::Pending
    }

    /// Closes a connection that has not sent a request. Nothing was written to it before, so the
    /// kernel accepts all bytes as soon as the connection is registered.
    fn poll_evict(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let detail = "replaced by newer connections, since it has not sent a request";
        let rejection = Rejection::timeout(Cause::Silent, detail);
        let response = rejection.response(false);
        let _ = ready!(Pin::new(&mut *self.handle.io.borrow_mut()).poll_write(cx, &response));
        self.record(&rejection);
        Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into()))
    }

    /// Waits for more of a body.
    fn poll_more_body(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.is_late(cx) {
            self.end_late_body();
            return Poll::Ready(Ok(()));
        }
        match self.handle.expectation.get() {
            Expectation::None => {}
            Expectation::Wanted => {
                self.handle.expectation.set(Expectation::None);
                self.handle.send(Bytes::from_static(CONTINUE));
            }
            Expectation::Waiting if self.handle.responding.get() => {
                self.handle.wake_later(cx.waker());
            }
            // The client received a rejection instead of `100 Continue`. It may send the body or
            // not.
            Expectation::Waiting => {
                self.input = Input::End;
                return Poll::Ready(Ok(()));
            }
        }
        ready!(self.handle.poll_write_backlog(cx))?;
        if self.poll_receive(usize::MAX, cx)?.is_ready() {
            self.handle.expectation.set(Expectation::None);
        } else if self.is_late_after(self.policy.deadlines.body, cx) {
            self.end_late_body();
        } else {
            return Poll::Pending;
        }
        Poll::Ready(Ok(()))
    }

    /// Passes on the body, up to its end.
    fn hand_over_body(&mut self, buf: &mut ReadBuf<'_>) {
        let most = self.unread.len().min(buf.remaining());
        let Input::Body(body) = &mut self.input else {
            return;
        };
        match body.advance(&self.unread[..most]) {
            Ok(count) => {
                if body.is_complete() {
                    self.input = Input::ResponseToBody;
                    self.deadline = None;
                }
                self.hand_over(count, buf);
            }
            Err(rejection) => self.fail_body(rejection),
        }
    }

    /// After a complete request: detects whether the client disconnects or sends more.
    fn poll_ahead(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.unread.is_empty() {
            return self.poll_receive(1, cx).map_ok(drop);
        }
        if self.handle.never_ends.get() {
            let detail = "the client sent bytes after a request whose response never ends";
            self.handle.record(Cause::Pipelined, detail);
            return Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into()));
        }
        self.handle.wake_later(cx.waker());
        Poll::Pending
    }

    /// Whether the client may still send bytes that will be discarded.
    pub(super) fn lingers(&self) -> bool {
        !self.unread.is_empty() || matches!(self.input, Input::Body(_) | Input::Tunnel | Input::End)
    }
}
