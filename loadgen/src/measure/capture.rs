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
                marks.set(Seen::Updates(shared.place(last.at_us)), false, ledger);
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
mod tests {
    use super::*;
    use Direction::{Down, Up};

    const WINDOW: Window = Window {
        from_us: 100,
        to_us: 200,
    };

    /// A capture of one connection, a passage every 100 us.
    fn capture(transport: Transport, passed: &[(Direction, &str)]) -> Capture {
        let passage = |(nth, &(direction, text)): (u64, &(Direction, &str))| Passage {
            connection: 0,
            direction,
            client_us: 100 * nth,
            server_us: 0,
            bytes: text.as_bytes().to_vec().into(),
        };
        Capture::read(transport, (0..).zip(passed).map(passage))
    }

    /// Planned 10 us after the update before it.
    fn update(seq: u64) -> String {
        format!("{{\"seq\":{seq},\"at_us\":{seq}0,\"data\":0}}")
    }

    fn json(body: &str) -> String {
        let length = body.len();
        format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n{body}")
    }

    fn arrows(transport: Transport, passed: &[(Direction, &str)]) -> Vec<(What, Vec<u64>)> {
        let arrows = capture(transport, passed).arrows().into_iter();
        let planned = |arrow: &Arrow| arrow.updates.iter().filter_map(|one| one.at_us).collect();
        arrows.map(|arrow| (arrow.what, planned(&arrow))).collect()
    }

    #[test]
    fn arrows_are_told_apart_and_have_the_updates_that_end_in_them() {
        let response = json(&format!("[{},{}]", update(4), update(5)));
        let (first, second) = response.split_at(response.len() - 20);
        let polled = [
            (Up, "GET /polling HTTP/1.1\r\n\r\n"),
            (Down, first),
            (Down, second),
        ];
        let expected = [
            (What::Request, vec![]),
            (What::Response, vec![40]),
            (What::Chunk, vec![50]),
        ];
        assert_eq!(arrows(Transport::Polling, &polled), expected);

        let head = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
        let chunk = format!("{:x}\r\n{}\n\r\n", update(6).len() + 1, update(6));
        let streamed = [
            (Up, "GET /http-streaming HTTP/1.1\r\n\r\n"),
            (Down, head),
            (Down, &chunk),
        ];
        let expected = [
            (What::Request, vec![]),
            (What::Response, vec![]),
            (What::Chunk, vec![60]),
        ];
        assert_eq!(arrows(Transport::HttpStreaming, &streamed), expected);

        let frame = format!("\u{1}{}{}", char::from(update(7).len() as u8), update(7));
        let socket = [
            (Up, "GET /websocket HTTP/1.1\r\nUpgrade: websocket\r\n\r\n"),
            (Down, "HTTP/1.1 101 Switching Protocols\r\n\r\n"),
            (Down, &frame),
            // What is in a frame is no request.
            (Up, "\n\0GET /websocket HTTP/1.1\r\n\r\n"),
        ];
        let expected = [
            (What::Handshake, vec![]),
            (What::Handshake, vec![]),
            (What::Frame, vec![70]),
            (What::Frame, vec![]),
        ];
        assert_eq!(arrows(Transport::WebSocket, &socket), expected);
        assert_eq!(capture(Transport::WebSocket, &socket).exchanges().len(), 1);
    }

    #[test]
    fn heads_may_be_cut_and_files_of_the_page_are_left_out() {
        let passed = [
            (Up, "GET /polling.js HTTP/1.1\r\n\r\n"),
            (Down, &json("export")),
            (Up, "GET /polling?after=1 HT"),
            (Up, "TP/1.1\r\n\r\n"),
            (Down, "HTTP/1.1 200 OK\r\n"),
            (Down, "content-length: 8\r\n\r\n[{}]\r\n\r\n"),
            (Up, "GET /polling HTTP/1.1\r\nHost: h\r\n\r\n"),
        ];
        let found = capture(Transport::Polling, &passed).exchanges();
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].asked_us, 200);
        assert_eq!(found[0].target(), "/polling?after=1");
        assert!(found[0].is_asked() && found[0].is_answered());
        let head = b"HTTP/1.1 200 OK\r\ncontent-length: 8\r\n\r\n";
        assert_eq!(found[0].response, head);
        assert_eq!(found[1].request.len(), 34);
        assert!(!found[1].is_answered());
    }

    #[test]
    fn the_bytes_of_the_window_begin_after_the_last_update_before_it() {
        let request = "GET /polling HTTP/1.1\r\n\r\n";
        let responses = [1, 12, 20].map(|seq| json(&format!("[{}]", update(seq))));
        let passed = [
            (Up, request),
            (Down, &responses[0]),
            (Up, request),
            (Down, &responses[1]),
            (Up, request),
            (Down, &responses[2]),
        ];
        let shared = Shared::new();
        shared.open(WINDOW);
        let (ledger, marks) = capture(Transport::Polling, &passed).ledger(&shared);
        let window = marks.window();
        assert_eq!((ledger.requests, ledger.deliveries), (3, 3));
        assert_eq!((window.requests, window.deliveries), (1, 1));
        assert_eq!(window.bytes(Class::RequestHead), request.len() as u64);
        assert_eq!(window.bytes(Class::Format), 2);
        assert_eq!(window.bytes(Class::Payload), update(12).len() as u64);
        assert_eq!(ledger.unexplained(), 0);
        assert!(!ledger.knows_packets());
    }

    #[test]
    fn bytes_that_are_no_http_are_unexplained_after_a_request_of_the_transport() {
        let request = (Up, "GET /polling HTTP/1.1\r\n\r\n");
        let file = [(Up, "GET /polling.js HTTP/1.1\r\n\r\n"), (Down, "\0\u{1}")];
        let chunked = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
        let response = json(&format!("[{}]", update(1)));
        let cases: [(&[(Direction, &str)], i64); 6] = [
            (&[request, (Down, &response)], 0),
            (&[request, (Down, "\0\u{1}no HTTP")], 9),
            (&[request, (Down, "no HTTP\r\n\r\n"), (Down, "more")], 15),
            (&[request, (Down, &response), (Up, "\0\u{1}no HTTP")], 9),
            (&[request, (Down, chunked), (Down, "no size\r\n")], 9),
            (&file, 0),
        ];
        for (passed, unexplained) in cases {
            let capture = capture(Transport::Polling, passed);
            let (ledger, _) = capture.ledger(&Shared::new());
            assert_eq!(ledger.unexplained(), unexplained, "{passed:?}");
        }
    }

    #[test]
    fn only_the_first_arrival_of_an_update_of_the_window_counts() {
        let request = "GET /polling HTTP/1.1\r\n\r\n";
        let bodies = [[9, 10], [10, 20]].map(|seqs| seqs.map(update).join(","));
        let [first, second] = bodies.map(|body| json(&format!("[{body}]")));
        let passed = [(Up, request), (Up, ""), (Up, ""), (Down, &first)];
        let passed = [&passed[..], &[(Up, request), (Down, &second)]].concat();
        let latency_us = capture(Transport::Polling, &passed).latency_us(WINDOW);
        // Planned at 100 us, it came at 300 us and at 500 us.
        assert_eq!((latency_us.len(), latency_us.max()), (1, 200));
    }
}
