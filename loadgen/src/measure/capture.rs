//! What passed on the link of a run, read by the parser that also serves the lab.

use std::collections::{HashMap, HashSet};

use hdrhistogram::Histogram;
use server::{
    Transport,
    lab::reader::{Reader, Reading},
    link::Passage,
};

use crate::{
    client::shared::{Window, histogram},
    record::{Arrow, CarriedUpdate, Class, Direction, Exchange, What},
};

/// What passed and belongs to the comparison, in the order in which it passed. The files of the
/// page do not.
#[derive(Debug, Default)]
pub struct Capture(Vec<(Passage, Reading)>);

impl Capture {
    /// Reads everything that passed on the link of a run of `transport`.
    pub fn read(transport: Transport, passages: impl IntoIterator<Item = Passage>) -> Self {
        let mut readers = HashMap::new();
        let read = |passage: Passage| {
            let reader = readers.entry(passage.connection);
            let reader = reader.or_insert_with(|| Reader::new(transport));
            let reading = reader.read(passage.direction, &passage.bytes)?;
            Some((passage, reading))
        };
        Self(passages.into_iter().filter_map(read).collect())
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
            updates: updates(reading),
        };
        self.0.iter().map(arrow).collect()
    }

    /// All requests with the heads of their responses, in the order in which they were sent.
    pub fn exchanges(&self) -> Vec<Exchange> {
        let mut exchanges = Exchanges::default();
        for (passage, reading) in &self.0 {
            exchanges.take(passage, reading);
        }
        exchanges.all.sort_by_key(|exchange| exchange.asked_us);
        exchanges.all
    }

    /// From the planned instant of each update of the window to its first arrival at the client's
    /// end of the link, in microseconds.
    pub fn latency_us(&self, window: Window) -> Histogram<u64> {
        let mut latency_us = histogram();
        let mut seen = HashSet::new();
        let down = |(passage, _): &&(Passage, _)| passage.direction == Direction::Down;
        for (passage, reading) in self.0.iter().filter(down) {
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
            (Direction::Down, newest) => {
                newest.map(|newest| newest.response.extend_from_slice(part));
            }
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

fn updates(reading: &Reading) -> Vec<CarriedUpdate> {
    let updates = reading.updates.iter();
    let carried = updates.map(|update| CarriedUpdate {
        seq: update.seq,
        at_us: Some(update.at_us),
    });
    carried.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use Direction::{Down, Up};

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

    fn arrows(transport: Transport, passed: &[(Direction, &str)]) -> Vec<(What, Vec<u64>)> {
        let arrows = capture(transport, passed).arrows().into_iter();
        let seqs = |arrow: &Arrow| arrow.updates.iter().map(|update| update.seq).collect();
        arrows.map(|arrow| (arrow.what, seqs(&arrow))).collect()
    }

    /// Planned 10 us after the update before it.
    fn update(seq: u64) -> String {
        format!("{{\"seq\":{seq},\"at_us\":{seq}0,\"data\":0}}")
    }

    fn json(body: &str) -> String {
        let length = body.len();
        format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n{body}")
    }

    #[test]
    fn an_update_that_is_cut_belongs_to_the_passage_in_which_it_ends() {
        let response = json(&format!("[{},{}]", update(4), update(5)));
        let (first, second) = response.split_at(response.len() - 20);
        let passed = [
            (Up, "GET /polling HTTP/1.1\r\n\r\n"),
            (Down, first),
            (Down, second),
        ];
        let expected = [
            (What::Request, vec![]),
            (What::Response, vec![4]),
            (What::Chunk, vec![5]),
        ];
        assert_eq!(arrows(Transport::Polling, &passed), expected);
        let whole = &capture(Transport::Polling, &passed).arrows()[2].updates[0];
        assert_eq!(whole.at_us, Some(50));
    }

    #[test]
    fn a_stream_has_a_request_a_response_and_chunks() {
        let line = update(6) + "\n";
        let chunk = format!("{:x}\r\n{line}\r\n", line.len());
        let passed = [
            (Up, "GET /http-streaming?after=5 HTTP/1.1\r\n\r\n"),
            (
                Down,
                "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n",
            ),
            (Down, &chunk),
            (Down, "1\r\n\n\r\n"),
        ];
        let expected = [
            (What::Request, vec![]),
            (What::Response, vec![]),
            (What::Chunk, vec![6]),
            (What::Chunk, vec![]),
        ];
        assert_eq!(arrows(Transport::HttpStreaming, &passed), expected);
    }

    #[test]
    fn a_websocket_has_a_handshake_and_frames_which_are_no_heads() {
        let text = update(7);
        let frame = format!("\u{1}{}{text}", char::from(text.len() as u8));
        let passed = [
            (Up, "GET /websocket HTTP/1.1\r\nUpgrade: websocket\r\n\r\n"),
            (Down, "HTTP/1.1 101 Switching Protocols\r\n\r\n"),
            (Down, &frame),
            (Up, "\n\0GET /websocket HTTP/1.1\r\n\r\n"),
        ];
        let expected = [
            (What::Handshake, vec![]),
            (What::Handshake, vec![]),
            (What::Frame, vec![7]),
            (What::Frame, vec![]),
        ];
        assert_eq!(arrows(Transport::WebSocket, &passed), expected);
        assert_eq!(capture(Transport::WebSocket, &passed).exchanges().len(), 1);
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
        assert_eq!(
            found[0].response,
            b"HTTP/1.1 200 OK\r\ncontent-length: 8\r\n\r\n"
        );
        assert_eq!(found[1].request.len(), 34);
        assert!(!found[1].is_answered());
    }

    #[test]
    fn only_the_first_arrival_of_an_update_of_the_window_counts() {
        let response = json(&format!("[{},{}]", update(10), update(9)));
        let passed = [
            (Up, "GET /polling HTTP/1.1\r\n\r\n"),
            (Down, &response),
            (Up, "GET /polling HTTP/1.1\r\n\r\n"),
            (Down, &json(&format!("[{},{}]", update(10), update(20)))),
        ];
        let window = Window {
            from_us: 100,
            to_us: 200,
        };
        let latency_us = capture(Transport::Polling, &passed).latency_us(window);
        assert_eq!((latency_us.len(), latency_us.max()), (1, 1));
    }
}
