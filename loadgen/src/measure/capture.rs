//! What passed on the link of a run, read by the parser that also serves the lab.

use std::collections::{HashMap, HashSet};

use hdrhistogram::Histogram;
use server::{
    Transport,
    lab::reader::{Reader, Reading},
    link::Passage,
};

use crate::{
    client::{
        ledger::Ledger,
        marks::Marks,
        received::Seen,
        shared::{Shared, Window, histogram},
    },
    record::{Arrow, CarriedUpdate, Class, Direction, Exchange, What},
};

/// What passed and belongs to the comparison, in the order in which it passed. The files of the
/// page do not.
#[derive(Debug, Default)]
pub struct Capture {
    passed: Vec<(Passage, Reading)>,
    /// Bytes of the comparison that could not be read, because something was no HTTP.
    unread_bytes: usize,
}

impl Capture {
    /// Reads everything that passed on the link of a run of `transport`.
    pub fn read(transport: Transport, passages: impl IntoIterator<Item = Passage>) -> Self {
        let mut capture = Self::default();
        let mut readers = HashMap::new();
        for passage in passages {
            let reader = readers.entry(passage.connection);
            let reader = reader.or_insert_with(|| Reader::new(transport));
            match reader.read(passage.direction, &passage.bytes) {
                Some(reading) => capture.passed.push((passage, reading)),
                None if reader.is_lost() => capture.unread_bytes += passage.bytes.len(),
                None => {}
            }
        }
        capture
    }

    /// The messages of a sequence chart. An update is in the arrow in which its text ends.
    pub fn arrows(&self) -> Vec<Arrow> {
        let arrow = |(passage, reading): &(Passage, Reading)| Arrow {
            connection: passage.connection,
            direction: passage.direction,
            client_us: passage.client_us,
            server_us: passage.server_us,
            bytes: passage.bytes.len(),
            what: what(passage.direction, reading),
            updates: carried(reading),
        };
        self.passed.iter().map(arrow).collect()
    }

    /// All requests with the heads of their responses, in the order in which they were sent.
    pub fn exchanges(&self) -> Vec<Exchange> {
        let mut exchanges = Exchanges::default();
        for (passage, reading) in &self.passed {
            exchanges.take(passage, reading);
        }
        exchanges.all.sort_by_key(|exchange| exchange.asked_us);
        exchanges.all
    }

    /// The ledger of the client at the end of the link, and its marks at the ends of the window.
    /// The kernel's counts are those of the link's own connections, so packets are not known.
    pub fn ledger(&self, shared: &Shared) -> (Ledger, Marks) {
        let (mut ledger, mut marks) = (Ledger::default(), Marks::default());
        let mut exchanges = Exchanges::default();
        for (passage, reading) in &self.passed {
            exchanges.take(passage, reading);
            for &(class, length) in &reading.parts {
                ledger.book(passage.direction, class, length);
            }
            ledger.carry(passage.bytes.len());
            ledger.requests = exchanges.all.len() as u64;
            if let (Direction::Down, Some(last)) = (passage.direction, reading.updates.last()) {
                ledger.deliveries += reading.updates.len() as u64;
                let seen = Seen::Updates(shared.place(last.at_us), last.at_us);
                marks.set(seen, false, ledger);
            }
        }
        if self.unread_bytes > 0 {
            ledger.carry(self.unread_bytes);
        }
        (ledger, marks)
    }

    /// From the planned instant of each update of the window to its first arrival at the client's
    /// end of the link, in microseconds.
    pub fn latency_us(&self, window: Window) -> Histogram<u64> {
        let mut latency_us = histogram();
        let mut seen = HashSet::new();
        let down = |(passage, _): &&(Passage, _)| passage.direction == Direction::Down;
        for (passage, reading) in self.passed.iter().filter(down) {
            for update in &reading.updates {
                let is_inside = (window.from_us..window.to_us).contains(&update.at_us);
                if is_inside && seen.insert(update.seq) {
                    let late_us = passage.client_us.saturating_sub(update.at_us);
                    latency_us.saturating_record(late_us.max(1));
                }
            }
        }
        latency_us
    }
}

/// The exchanges of all connections, in the order in which their requests reached the server.
#[derive(Default)]
struct Exchanges {
    all: Vec<Exchange>,
    /// Where the newest exchange of each connection is.
    newest: HashMap<u64, usize>,
}

impl Exchanges {
    /// Takes the heads out of what passed.
    fn take(&mut self, passage: &Passage, reading: &Reading) {
        let mut rest = &passage.bytes[..];
        for &(class, length) in &reading.parts {
            let (part, after) = rest.split_at(length);
            rest = after;
            if let Class::RequestHead | Class::ResponseHead | Class::Setup = class {
                self.take_head(passage, part);
            }
        }
    }

    fn take_head(&mut self, passage: &Passage, part: &[u8]) {
        let newest = self.newest.get(&passage.connection);
        let newest = newest.map(|&nth| &mut self.all[nth]);
        match (passage.direction, newest) {
            (Direction::Down, Some(newest)) => newest.response.extend_from_slice(part),
            (Direction::Down, None) => {}
            (Direction::Up, Some(newest)) if !newest.is_asked() => {
                newest.request.extend_from_slice(part);
            }
            (Direction::Up, _) => {
                self.newest.insert(passage.connection, self.all.len());
                self.all.push(Exchange {
                    asked_us: passage.client_us,
                    request: part.to_vec(),
                    response: Vec::new(),
                });
            }
        }
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
