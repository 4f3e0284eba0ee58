//! The updates due at a position of the feed, encoded once for all clients at that position.

use std::{cell::RefCell, fmt::Write, sync::Arc};

use actix_web::web::{Bytes, BytesMut};

use super::Timing;
use crate::{
    feed::{Feed, Notice, Position},
    format::{Format, Repeat},
};

/// The maximum size of the part of a response that is produced at once, in bytes, unless one update
/// is longer.
pub const PIECE_BYTES: usize = 64 << 10;

/// How many batches are kept. Waiting clients are at few positions.
const KEPT: usize = 16;

/// The framing of a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A complete response body in one piece.
    Document,
    /// Parts of a response in the chunked coding (RFC 9112, section 7.1).
    Chunks,
    /// Parts without framing: WebSocket frames, or a body that ends with the connection.
    Bare,
}

/// The updates due at one position.
#[derive(Clone, Debug)]
pub struct Batch {
    /// The bytes to send; `None` for a document that is longer than a piece.
    pub bytes: Option<Bytes>,
    /// The size without the chunked coding.
    pub body_bytes: usize,
    /// The number of updates.
    pub updates: usize,
    /// The notice before them, if any.
    pub notice: Option<Notice>,
    /// The position after them.
    pub next: Position,
}

/// The feed as read by the clients of one worker, with a cache of batches.
#[derive(Debug)]
pub struct Source {
    /// The feed.
    pub feed: Arc<Feed>,
    /// Intervals and time limits of responses.
    pub timing: Timing,
    batches: RefCell<Batches>,
}

/// The batches that were requested since the feed last changed.
#[derive(Debug, Default)]
struct Batches {
    changes: u64,
    kept: Vec<(Key, Batch)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Key {
    shape: Shape,
    format: *const Format,
    position: Position,
    max: Option<usize>,
}

impl Batch {
    /// Whether there is nothing to send.
    pub fn is_empty(&self) -> bool {
        self.updates == 0 && self.notice.is_none()
    }
}

impl Source {
    /// Creates a source for this feed.
    pub fn new(feed: Arc<Feed>, timing: Timing) -> Self {
        let batches = RefCell::default();
        Self {
            feed,
            timing,
            batches,
        }
    }

    /// The updates due at `position`, at most `max`.
    pub fn batch(
        &self,
        shape: Shape,
        format: &'static Format,
        position: Position,
        max: Option<usize>,
    ) -> Batch {
        let mut batches = self.batches.borrow_mut();
        let changes = self.feed.changes();
        if changes != batches.changes {
            batches.changes = changes;
            batches.kept.clear();
        }
        let key = Key {
            shape,
            format,
            position,
            max,
        };
        if let Some((_, batch)) = batches.kept.iter().find(|(kept, _)| *kept == key) {
            return batch.clone();
        }
        let batch = read(&self.feed, &self.timing, (shape, format), position, max);
        if batches.kept.len() < KEPT {
            batches.kept.push((key, batch.clone()));
        }
        batch
    }
}

fn read(
    feed: &Feed,
    timing: &Timing,
    (shape, format): (Shape, &Format),
    position: Position,
    max: Option<usize>,
) -> Batch {
    let most = max.unwrap_or(usize::MAX);
    let due = match shape {
        Shape::Document => feed.after(position, most),
        _ => feed.after_within(position, most, PIECE_BYTES),
    };
    let mut parts = format.parts(&due);
    let (bytes, body_bytes) = match shape {
        Shape::Document => {
            let again = Repeat {
                after: due.next,
                max,
                interval: timing.interval,
            };
            let document = format.document(&due, &again, PIECE_BYTES);
            let length = document.as_ref().map_or(0, Bytes::len);
            (document, length)
        }
        Shape::Chunks => {
            let (mut chunks, mut length) = (BytesMut::new(), 0);
            for part in parts {
                length += part.len();
                write_chunk(&mut chunks, &part);
            }
            (Some(chunks.freeze()), length)
        }
        Shape::Bare => {
            let first = parts.next().unwrap_or_default();
            let bytes = match parts.next() {
                // The common case: the bytes that all clients share.
                None => first,
                Some(second) => {
                    let rest: Vec<_> = [first, second].into_iter().chain(parts).collect();
                    rest.concat().into()
                }
            };
            let length = bytes.len();
            (Some(bytes), length)
        }
    };
    Batch {
        bytes,
        body_bytes,
        updates: due.updates.len(),
        notice: due.notice,
        next: due.next,
    }
}

/// Writes `part` as one chunk, in the form that actix-http uses.
pub fn write_chunk(chunks: &mut BytesMut, part: &[u8]) {
    chunks.reserve(part.len() + 2 * size_of::<usize>() + 4);
    write!(chunks, "{:X}\r\n", part.len()).expect("writing to memory does not fail");
    chunks.extend_from_slice(part);
    chunks.extend_from_slice(b"\r\n");
}
