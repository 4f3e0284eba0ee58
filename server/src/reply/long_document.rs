//! A response that ends and is too long to keep in memory. It is produced as it is sent.

use std::{
    collections::VecDeque,
    convert::Infallible,
    pin::Pin,
    rc::Rc,
    task::{Context, Poll},
};

use actix_web::web::{Bytes, BytesMut};
use futures_util::Stream;

use super::{
    FeedRequest,
    batch::{Batch, PIECE_BYTES, Source},
};
use crate::{
    feed::{Due, Notice, Position},
    format::{Format, Repeat},
    http::metrics::CountedClient,
};

/// The body of such a response. It contains the updates that were due at its start. Updates that
/// leave the history before they are sent are replaced by a notice.
pub struct LongDocument {
    source: Rc<Source>,
    format: &'static Format,
    client: CountedClient,
    position: Position,
    /// The position at which it ends.
    end: Position,
    /// The client's position belongs to an earlier feed, and the client has not received a notice of it yet.
    started_over: bool,
    is_first: bool,
    /// Parts that were read from the feed and not sent yet.
    parts: VecDeque<Bytes>,
}

impl LongDocument {
    /// A response to a client at `position`, to which `batch` is due.
    pub(super) fn new(
        request: FeedRequest,
        format: &'static Format,
        position: Position,
        batch: &Batch,
    ) -> Self {
        let begin = format.begin(&Repeat {
            after: batch.next,
            max: request.cursor.max,
            interval: request.delivery.source().timing.interval,
        });
        let started_over = matches!(batch.notice, Some(Notice::StartedOver(_)));
        Self {
            source: Rc::clone(request.delivery.source()),
            format,
            client: request.client,
            // The history may grow past a position of an earlier feed before the first read. Then
            // nothing would show that it belongs to an earlier feed.
            position: match started_over {
                true => Position::default(),
                false => position,
            },
            end: batch.next,
            started_over,
            is_first: true,
            parts: VecDeque::from([begin]),
        }
    }

    /// Reads the next updates, and finally the end of the document. Returns whether there was
    /// anything to read.
    fn refill(&mut self) -> bool {
        if self.position == self.end {
            return false;
        }
        let due = self.due();
        let (end, between) = (self.end, self.format.between());
        for part in self.format.parts(&due) {
            if !std::mem::take(&mut self.is_first) {
                self.parts.push_back(between.clone());
            }
            self.parts.push_back(part);
        }
        self.client.sent(due.updates.len(), 0);
        self.position = due.next;
        if self.position == end {
            self.parts.push_back(self.format.end());
        }
        true
    }

    /// The updates that follow, up to the end.
    fn due(&mut self) -> Due {
        let feed = &self.source.feed;
        let mut due = feed.after_within(self.position, usize::MAX, PIECE_BYTES);
        // The updates that have left the history. Perhaps it begins behind the end.
        let missed = due.from.seq.min(self.end.seq) - self.position.seq;
        if std::mem::take(&mut self.started_over) {
            due.notice = Some(Notice::StartedOver(missed));
        } else if due.notice.is_some() {
            due.notice = Some(Notice::Missed(missed));
        }
        if due.next.seq >= self.end.seq {
            due.updates.retain(|update| update.seq <= self.end.seq);
            due.next = self.end;
        }
        if due.from.seq > self.end.seq {
            due.from = self.end;
        }
        due
    }
}

impl Stream for LongDocument {
    type Item = Result<Bytes, Infallible>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        while self.parts.is_empty() && self.refill() {}
        let piece = piece(&mut self.parts);
        if let Some(piece) = &piece {
            self.client.sent(0, piece.len());
        }
        Poll::Ready(piece.map(Ok))
    }
}

/// Takes at most one piece: shared bytes, or a copy of several short parts.
fn piece(parts: &mut VecDeque<Bytes>) -> Option<Bytes> {
    // In the chunked coding, an empty piece would end the response.
    parts.retain(|part| !part.is_empty());
    let mut first = parts.pop_front()?;
    if first.len() > PIECE_BYTES {
        let rest = first.split_off(PIECE_BYTES);
        parts.push_front(rest);
        return Some(first);
    }
    let fits = |length: usize, next: Option<&Bytes>| {
        next.is_some_and(|next| length + next.len() <= PIECE_BYTES)
    };
    if !fits(first.len(), parts.front()) {
        return Some(first);
    }
    let mut piece = BytesMut::from(first);
    while fits(piece.len(), parts.front())
        && let Some(next) = parts.pop_front()
    {
        piece.extend_from_slice(&next);
    }
    Some(piece.freeze())
}

#[cfg(test)]
mod tests;
