//! The capture of a run: everything on the link, read by the lab's parser.
//!
//! Over TLS the clients of the load generator report the contents of their records. The bytes of a
//! browser stay encrypted, so they are only counted.

mod exchanges;
mod http2;
mod records;

use std::collections::{HashMap, HashSet};

use hdrhistogram::Histogram;
use server::{
    Transport,
    lab::reader::{Reader, Reading},
    link::Passage,
};

use self::{exchanges::Exchanges, http2::Http2Text, records::Records};
use crate::{
    client::{
        ledger::Ledger,
        marks::Marks,
        received::Seen,
        shared::{Shared, histogram},
        tap::TappedRecord,
        window::Window,
    },
    record::{Arrow, CarriedUpdate, Class, Direction, Exchange, HttpVersion, What},
};

/// The passages of the comparison, in order, without the files of the page.
#[derive(Debug, Default)]
pub struct Capture {
    passed: Vec<Passed>,
    /// Bytes of the comparison that are not HTTP and could not be read.
    unread_bytes: [usize; 2],
    /// What passed encrypted, in the order in which the client sent or received it.
    encrypted: Vec<Passage>,
}

/// Bytes that were sent together, and what they are.
#[derive(Debug)]
struct Passed {
    /// Over TLS, with the contents of the records that end in it.
    passage: Passage,
    /// The bytes on the sockets.
    socket_bytes: usize,
    /// The lengths of these records, with their headers; none in clear text.
    record_bytes: Vec<usize>,
    reading: Reading,
}

impl Capture {
    /// Reads all passages on the link of a run of `transport`.
    pub fn read(transport: Transport, passages: impl IntoIterator<Item = Passage>) -> Self {
        let mut capture = Self::default();
        let mut readers = HashMap::new();
        for passage in passages {
            let reader = readers.entry(passage.connection);
            let reader = reader.or_insert_with(|| Reader::new(transport));
            capture.take(reader, passage.bytes.len(), Vec::new(), passage);
        }
        capture
    }

    /// The same over TLS. `records` are those of the load generator's clients; what has none stays
    /// encrypted.
    pub fn read_tls(
        transport: Transport,
        http_version: HttpVersion,
        passages: impl IntoIterator<Item = Passage>,
        records: impl IntoIterator<Item = TappedRecord>,
    ) -> Self {
        let mut capture = Self::default();
        let mut readers = HashMap::new();
        let mut records = Records::of(records);
        let mut texts = HashMap::new();
        for passage in passages {
            let Some((record_bytes, mut contents)) = records.ending_in(&passage) else {
                capture.encrypted.push(passage);
                continue;
            };
            if http_version == HttpVersion::Http2 {
                let text = texts.entry((passage.connection, passage.direction));
                let text = text.or_insert_with(|| Http2Text::new(transport, passage.direction));
                contents = text.of(&contents);
            }
            let reader = readers.entry(passage.connection);
            let reader = reader.or_insert_with(|| Reader::new(transport));
            let socket_bytes = passage.bytes.len();
            let passage = Passage {
                bytes: contents.into(),
                ..passage
            };
            capture.take(reader, socket_bytes, record_bytes, passage);
        }
        capture.encrypted.sort_by_key(|passage| passage.client_us);
        capture
    }

    fn take(
        &mut self,
        reader: &mut Reader,
        socket_bytes: usize,
        record_bytes: Vec<usize>,
        passage: Passage,
    ) {
        match reader.read(passage.direction, &passage.bytes) {
            Some(reading) => self.passed.push(Passed {
                passage,
                socket_bytes,
                record_bytes,
                reading,
            }),
            None if reader.is_lost() => {
                self.unread_bytes[passage.direction as usize] += passage.bytes.len();
            }
            None => {}
        }
    }

    /// Whether what passed is encrypted, so that nothing is known of it but its length.
    pub fn is_encrypted(&self) -> bool {
        !self.encrypted.is_empty()
    }

    /// The messages of a sequence chart. An update belongs to the arrow in which its text ends.
    pub fn arrows(&self) -> Vec<Arrow> {
        let arrow = |passed: &Passed| Arrow {
            connection: passed.passage.connection,
            direction: passed.passage.direction,
            client_us: passed.passage.client_us,
            server_us: passed.passage.server_us,
            bytes: passed.socket_bytes,
            record_bytes: passed.record_bytes.clone(),
            what: what(passed.passage.direction, &passed.reading),
            updates: carried(&passed.reading),
        };
        self.passed.iter().map(arrow).collect()
    }

    /// All requests with their response headers, in the order of sending.
    pub fn exchanges(&self) -> Vec<Exchange> {
        let mut exchanges = Exchanges::default();
        for passed in &self.passed {
            exchanges.take(&passed.passage, &passed.reading);
        }
        exchanges.all.sort_by_key(|exchange| exchange.asked_us);
        exchanges.all
    }

    /// The ledger of the client at the end of the link, and its marks at the ends of the window.
    /// The kernel's counts are those of the link's own connections, so packets are not known.
    pub fn ledger(&self, shared: &Shared) -> (Ledger, Marks) {
        let (mut ledger, mut marks) = (Ledger::default(), Marks::default());
        let mut exchanges = Exchanges::default();
        for passed in &self.passed {
            let (passage, reading) = (&passed.passage, &passed.reading);
            exchanges.take(passage, reading);
            for &(class, length) in &reading.parts {
                ledger.book(passage.direction, class, length);
            }
            ledger.carry(passage.direction, passage.bytes.len());
            ledger.requests = exchanges.all.len() as u64;
            if let (Direction::Down, Some(last)) = (passage.direction, reading.updates.last()) {
                ledger.deliveries += reading.updates.len() as u64;
                let seen = Seen::Updates(shared.place(last.at_us), last.at_us);
                marks.set(seen, false, ledger);
            }
        }
        for direction in [Direction::Up, Direction::Down] {
            if let unread_bytes @ 1.. = self.unread_bytes[direction as usize] {
                ledger.carry(direction, unread_bytes);
            }
        }
        (ledger, marks)
    }

    /// The same where what passed is encrypted. The updates are those that the client has received:
    /// when each was planned, and when it arrived, in microseconds since the Unix epoch.
    pub fn encrypted_ledger(
        &self,
        shared: &Shared,
        updates: impl IntoIterator<Item = (u64, u64)>,
    ) -> (Ledger, Marks) {
        let (mut ledger, mut marks) = (Ledger::default(), Marks::default());
        let mut passages = self.encrypted.iter().peekable();
        let mut newest = Seen::Nothing;
        for (at_us, arrived_us) in updates {
            let is_before = |passage: &&Passage| passage.client_us <= arrived_us;
            if passages.peek().is_some_and(is_before) {
                // All updates that came together were taken.
                marks.set(newest, false, ledger);
            }
            while let Some(passage) = passages.next_if(is_before) {
                ledger.carry_encrypted(passage.direction, passage.bytes.len());
            }
            ledger.deliveries += 1;
            newest = Seen::Updates(shared.place(at_us), at_us);
        }
        marks.set(newest, false, ledger);
        for passage in passages {
            ledger.carry_encrypted(passage.direction, passage.bytes.len());
        }
        (ledger, marks)
    }

    /// Time from the planned time of each update of the window to its first arrival at the client's end
    /// of the link, in microseconds.
    pub fn latency_us(&self, window: Window) -> Histogram<u64> {
        let mut latency_us = histogram();
        let mut seen = HashSet::new();
        let down = |passed: &&Passed| passed.passage.direction == Direction::Down;
        for passed in self.passed.iter().filter(down) {
            for update in &passed.reading.updates {
                let is_inside = (window.from_us..window.to_us).contains(&update.at_us);
                if is_inside && seen.insert(update.seq) {
                    let late_us = passed.passage.client_us.saturating_sub(update.at_us);
                    latency_us.saturating_record(late_us.max(1));
                }
            }
        }
        latency_us
    }
}

fn what(direction: Direction, reading: &Reading) -> What {
    let has = |class| reading.parts.iter().any(|&(other, _)| other == class);
    let is_websocket = reading.transport == Transport::WebSocket;
    match direction {
        _ if is_websocket && has(Class::Setup) => What::Handshake,
        Direction::Up if has(Class::RequestHead) || has(Class::Setup) => What::Request,
        Direction::Down if has(Class::ResponseHead) || has(Class::Setup) => What::Response,
        _ if is_websocket => What::Frame,
        _ => What::Chunk,
    }
}

fn carried(reading: &Reading) -> Vec<CarriedUpdate> {
    let carried = reading.updates.iter().map(|update| CarriedUpdate {
        seq: update.seq,
        at_us: Some(update.at_us),
    });
    carried.collect()
}

#[cfg(test)]
mod tests;
