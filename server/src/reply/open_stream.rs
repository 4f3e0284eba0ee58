//! One open response that never ends.

use std::{
    collections::VecDeque,
    rc::Rc,
    task::{Context, Poll, Waker},
};

use actix_web::web::{Bytes, BytesMut};

use super::{
    FeedRequest,
    batch::{PIECE_BYTES, Shape, Source, write_chunk},
};
use crate::{
    feed::Position,
    format::{Farewell, Format},
    http::{
        connection::handle::{ConnectionHandle, Written},
        metrics::CountedClient,
    },
};

/// A client that receives updates until one side ends the stream.
///
/// There are two ways to send updates. While the connection has accepted all earlier bytes, updates
/// are written to it directly ([`OpenStream::write_due`]), without waking the connection's task.
/// Otherwise that task takes them as parts of the response body ([`OpenStream::poll_part`]) when
/// there is room.
pub struct OpenStream {
    format: &'static Format,
    shape: Shape,
    /// The connection, if it can be written to directly.
    connection: Option<Rc<ConnectionHandle>>,
    client: CountedClient,
    position: Position,
    max: Option<usize>,
    /// Parts that were read from the feed and not sent yet.
    parts: VecDeque<Bytes>,
    /// The task of the connection, if it waits for parts.
    waiting: Option<Waker>,
    ended: bool,
}

impl OpenStream {
    pub(super) fn new(
        request: FeedRequest,
        (shape, format): (Shape, &'static Format),
        begin: Bytes,
        position: Position,
    ) -> Self {
        Self {
            format,
            shape,
            connection: request.connection,
            client: request.client,
            position,
            max: request.cursor.max,
            parts: (!begin.is_empty()).then_some(begin).into_iter().collect(),
            waiting: None,
            ended: false,
        }
    }

    /// The next part of the body; `None` at the end of the stream.
    pub(super) fn poll_part(
        &mut self,
        source: &Source,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Bytes>> {
        self.waiting = None;
        if self.connection.as_ref().is_some_and(|it| it.is_stalled()) && !self.ended {
            self.parts.clear();
            self.end(Farewell::TooSlow);
        }
        while self.parts.is_empty() && !self.ended {
            if !self.refill(source) {
                self.waiting = Some(cx.waker().clone());
                return Poll::Pending;
            }
        }
        let part = self.parts.pop_front();
        if let Some(part) = &part {
            self.client.sent(0, part.len());
        }
        Poll::Ready(part)
    }

    /// Reads the updates that are due. Returns whether there were any.
    fn refill(&mut self, source: &Source) -> bool {
        let feed = &source.feed;
        let most = self.max.unwrap_or(usize::MAX);
        let due = feed.after_within(self.position, most, PIECE_BYTES);
        if due.is_empty() {
            if feed.has_ended() {
                self.end(Farewell::GoingAway);
            }
            return self.ended;
        }
        self.parts.extend(self.format.parts(&due));
        self.position = due.next;
        self.client.sent(due.updates.len(), 0);
        true
    }

    fn end(&mut self, why: Farewell) {
        self.ended = true;
        let farewell = self.format.farewell(why);
        if !farewell.is_empty() {
            self.parts.push_back(farewell);
        }
    }

    /// Writes the updates that are due, or wakes the task of the connection.
    pub(super) fn write_due(&mut self, source: &Source) {
        let Some(waiting) = &self.waiting else {
            // The task continues by itself.
            return;
        };
        if let Some(connection) = &self.connection {
            loop {
                let batch = source.batch(self.shape, self.format, self.position, self.max);
                let Some(bytes) = batch.bytes.as_ref().filter(|_| !batch.is_empty()) else {
                    break;
                };
                let written = connection.write(bytes);
                if matches!(written, Written::All | Written::Part) {
                    self.client.sent(batch.updates, batch.body_bytes);
                    self.position = batch.next;
                }
                match written {
                    Written::All if self.position.seq < source.feed.newest() => {}
                    Written::All | Written::Blocked => return,
                    Written::Part | Written::None => break,
                }
            }
        }
        waiting.wake_by_ref();
    }

    /// Sends a heartbeat if the connection can accept it now.
    pub(super) fn write_heartbeat(&mut self) {
        let (Some(waiting), heartbeat) = (&self.waiting, self.format.heartbeat) else {
            // Other bytes are being sent.
            return;
        };
        let written = match &self.connection {
            Some(connection) if self.shape == Shape::Chunks => {
                let mut chunk = BytesMut::new();
                write_chunk(&mut chunk, heartbeat);
                connection.write(&chunk.freeze())
            }
            Some(connection) => connection.write(&Bytes::from_static(heartbeat)),
            None => Written::None,
        };
        match written {
            Written::All | Written::Part => self.client.sent(0, heartbeat.len()),
            Written::None => self.parts.push_back(Bytes::from_static(heartbeat)),
            Written::Blocked => return,
        }
        if written != Written::All {
            waiting.wake_by_ref();
        }
    }
}
