//! What must be stopped before the frame parser sees it?
//!
//! The parser of actix-http buffers a frame of any declared length before it refuses it, tells
//! reserved bits and bad UTF-8 by the same error, accepts lengths that are encoded longer than
//! needed, and lets an error overtake the messages before it in the same read. This guard stands
//! in front: it follows the frame heads, stops at the first bad one, and hands over one frame at
//! a time.

use std::{
    cell::Cell,
    io,
    pin::Pin,
    rc::Rc,
    task::{Context, Poll, ready},
};

use actix_web::{
    dev::Payload,
    error::PayloadError,
    web::{Bytes, BytesMut},
};
use actix_ws::CloseCode;
use futures_util::Stream;

/// The bytes of a client, as whole as they were sent, up to the first frame head that is refused.
pub struct FrameGuard {
    payload: Payload,
    longest: usize,
    fault: Rc<Cell<Option<CloseCode>>>,
    unread: BytesMut,
    /// What is still to come of the frame that is being handed over.
    rest: usize,
    pause: bool,
}

impl FrameGuard {
    /// Guards `payload`: no frame longer than `longest` bytes. Why it stopped is left in `fault`.
    pub fn new(payload: Payload, longest: usize, fault: Rc<Cell<Option<CloseCode>>>) -> Self {
        Self {
            payload,
            longest,
            fault,
            unread: BytesMut::new(),
            rest: 0,
            pause: false,
        }
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
                    Ok(length) => guard.rest = length.unwrap_or(0),
                    Err(code) => {
                        guard.fault.set(Some(code));
                        let error = io::Error::from(io::ErrorKind::InvalidData);
                        return Poll::Ready(Some(Err(PayloadError::Io(error))));
                    }
                }
            }
            let ready = guard.rest.min(guard.unread.len());
            if ready > 0 {
                guard.rest -= ready;
                guard.pause = guard.rest == 0;
                return Poll::Ready(Some(Ok(guard.unread.split_to(ready).freeze())));
            }
            match ready!(Pin::new(&mut guard.payload).poll_next(cx)) {
                Some(Ok(bytes)) => guard.unread.extend_from_slice(&bytes),
                end => return Poll::Ready(end),
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
