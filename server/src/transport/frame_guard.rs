//! What must be stopped before the frame parser sees it?
//!
//! The parser of actix-http buffers a frame of any declared length before it refuses it, tells
//! reserved bits and bad UTF-8 by the same error, accepts lengths that are encoded longer than
//! needed, and lets an error overtake the messages before it in the same read. This guard stands
//! in front: it follows the frame heads, stops at the first bad one, and hands over one frame at
//! a time.

use std::{
    cell::Cell,
    future::Future,
    io,
    pin::Pin,
    rc::Rc,
    task::{Context, Poll},
    time::Duration,
};

use actix_web::{
    dev::Payload,
    error::PayloadError,
    rt::time::{Sleep, sleep},
    web::{Bytes, BytesMut},
};
use actix_ws::{CloseCode, CloseReason};
use futures_util::Stream;

/// Why a guard stopped.
pub type Fault = Rc<Cell<Option<CloseReason>>>;

/// The reason of a close where a message took too long.
pub const MESSAGE_TIMEOUT: &str = "the message was not complete in time";

/// The bytes of a client, as whole as they were sent, up to the first frame head that is refused.
pub struct FrameGuard {
    payload: Payload,
    longest: usize,
    fault: Fault,
    /// How long a message may take from its first byte.
    longest_message: Duration,
    deadline: Option<Pin<Box<Sleep>>>,
    /// Whether a message has begun whose last frame is still to come.
    in_message: bool,
    unread: BytesMut,
    /// What is still to come of the frame that is being handed over.
    rest: usize,
    pause: bool,
}

impl FrameGuard {
    /// Guards `payload`: no frame longer than `longest` bytes, no message that takes longer than
    /// `longest_message`. Why it stopped is left in `fault`.
    pub fn new(payload: Payload, longest: usize, longest_message: Duration, fault: Fault) -> Self {
        Self {
            payload,
            longest,
            fault,
            longest_message,
            deadline: None,
            in_message: false,
            unread: BytesMut::new(),
            rest: 0,
            pause: false,
        }
    }
}

impl FrameGuard {
    /// A frame of this length begins, and with it perhaps a message or its next fragment.
    fn begin(&mut self, length: usize) {
        const FINAL: u8 = 0x80;
        const CONTROL: u8 = 0x08;
        self.rest = length;
        let first = self.unread[0];
        if first & CONTROL == 0 {
            self.in_message = first & FINAL == 0;
        }
    }

    /// Whether a message or a frame is incomplete and has been for too long.
    fn is_late(&mut self, cx: &mut Context<'_>) -> bool {
        if !self.in_message && self.rest == 0 && self.unread.is_empty() {
            return false;
        }
        let deadline = || Box::pin(sleep(self.longest_message));
        let deadline = self.deadline.get_or_insert_with(deadline);
        deadline.as_mut().poll(cx).is_ready()
    }

    fn stop(
        &self,
        code: CloseCode,
        reason: &'static str,
    ) -> Poll<Option<Result<Bytes, PayloadError>>> {
        let reason = (!reason.is_empty()).then(|| reason.to_owned());
        self.fault.set(Some(CloseReason {
            code,
            description: reason,
        }));
        let error = io::Error::from(io::ErrorKind::InvalidData);
        Poll::Ready(Some(Err(PayloadError::Io(error))))
    }
}

impl Stream for FrameGuard {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let guard = self.get_mut();
        if std::mem::take(&mut guard.pause) {
            // Between two frames the parser must find nothing, or it would read on and an error
            // of the second would overtake the first.
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        loop {
            if guard.rest == 0 {
                match frame_length(&guard.unread, guard.longest) {
                    Ok(Some(length)) => guard.begin(length),
                    Ok(None) => {}
                    Err(code) => return guard.stop(code, ""),
                }
            }
            let ready = guard.rest.min(guard.unread.len());
            if ready > 0 {
                guard.rest -= ready;
                guard.pause = guard.rest == 0;
                if guard.pause && !guard.in_message {
                    guard.deadline = None;
                }
                return Poll::Ready(Some(Ok(guard.unread.split_to(ready).freeze())));
            }
            match Pin::new(&mut guard.payload).poll_next(cx) {
                Poll::Ready(Some(Ok(bytes))) => guard.unread.extend_from_slice(&bytes),
                Poll::Pending if guard.is_late(cx) => {
                    return guard.stop(CloseCode::Policy, MESSAGE_TIMEOUT);
                }
                other => return other,
            }
        }
    }
}

/// The length of the frame that begins here, head and mask included; `None` while its head is
/// incomplete (RFC 6455, section 5.2).
fn frame_length(bytes: &[u8], longest: usize) -> Result<Option<usize>, CloseCode> {
    const RESERVED_BITS: u8 = 0x70;
    const MASK: u8 = 0x80;
    let &[first, second, ref rest @ ..] = bytes else {
        return Ok(None);
    };
    if first & RESERVED_BITS != 0 {
        return Err(CloseCode::Protocol);
    }
    let (head, length, least) = match (second & !MASK, rest) {
        (126, &[a, b, ..]) => (4, u64::from(u16::from_be_bytes([a, b])), 126),
        (127, rest) if rest.len() >= 8 => {
            let length = rest[..8].try_into().expect("eight bytes");
            (10, u64::from_be_bytes(length), 1 << 16)
        }
        (126 | 127, _) => return Ok(None),
        (short, _) => (2, u64::from(short), 0),
    };
    let mask = if second & MASK == 0 { 0 } else { 4 };
    match usize::try_from(length) {
        _ if length < least => Err(CloseCode::Protocol),
        Ok(length) if length <= longest => Ok(Some(head + mask + length)),
        _ => Err(CloseCode::Size),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_head_tells_the_length_or_why_not() {
        let length = |bytes: &[u8]| frame_length(bytes, 65_536);
        assert_eq!(length(&[0x81]), Ok(None));
        assert_eq!(length(&[0x81, 0x80]), Ok(Some(6)));
        assert_eq!(length(&[0x81, 0x05]), Ok(Some(7)));
        assert_eq!(length(&[0x81, 0xfe, 0]), Ok(None));
        assert_eq!(length(&[0x81, 0xfe, 0, 126]), Ok(Some(134)));
        assert_eq!(length(&[0x81, 0xfe, 0, 125]), Err(CloseCode::Protocol));
        assert_eq!(length(&[0xc1, 0x80]), Err(CloseCode::Protocol));
        assert_eq!(
            length(&[0x81, 0xff, 0, 0, 0, 0, 0, 1, 0, 0]),
            Ok(Some(65_550))
        );
        assert_eq!(
            length(&[0x81, 0xff, 0, 0, 0, 0, 0, 0, 1, 0]),
            Err(CloseCode::Protocol)
        );
        assert_eq!(
            length(&[0x81, 0xff, 0, 0, 1, 0, 0, 0, 0, 0]),
            Err(CloseCode::Size)
        );
    }
}
