//! Which heads passed on the link, and when was each update there? What neither side can say
//! otherwise than it was.

use std::collections::{HashMap, HashSet};

use hdrhistogram::Histogram;
use server::{Transport, link::Passage};

use crate::{
    client::shared::{Window, histogram},
    measure::capture,
    record::Direction,
};

/// A request of a transport and the head of its answer, as on the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exchange {
    /// When its first byte left the client, in microseconds since the Unix epoch.
    pub asked_us: u64,
    /// The head of the request.
    pub request: Vec<u8>,
    /// The head of the answer; `None` while it has not come.
    pub response: Option<Vec<u8>>,
}

impl Exchange {
    /// What it asks for: path and query.
    pub fn target(&self) -> String {
        let line = self.request.split(|&byte| byte == b'\r').next();
        let line = String::from_utf8_lossy(line.unwrap_or_default());
        line.split(' ').nth(1).unwrap_or_default().into()
    }

    fn is_of(&self, transport: Transport) -> bool {
        let target = self.target();
        let path = target.split('?').next().unwrap_or_default();
        path.strip_prefix('/') == Some(transport.name())
    }
}

/// What one connection is in the middle of.
#[derive(Default)]
struct Connection {
    asking: Vec<u8>,
    asked_us: u64,
    answering: Vec<u8>,
    /// Which exchange waits for its answer's head.
    waits: Option<usize>,
    upgraded: bool,
}

/// All exchanges of a transport, in the order in which they were asked.
pub fn exchanges(passages: &[Passage], transport: Transport) -> Vec<Exchange> {
    let mut connections: HashMap<u64, Connection> = HashMap::new();
    let mut all = Vec::new();
    for passage in passages {
        let connection = connections.entry(passage.connection).or_default();
        match passage.direction {
            Direction::Up => connection.ask(passage, &mut all),
            Direction::Down => connection.answer(passage, &mut all),
        }
    }
    all.retain(|exchange| exchange.is_of(transport));
    all.sort_by_key(|exchange| exchange.asked_us);
    all
}

impl Connection {
    /// What asks has no body, so a head begins where another ends.
    fn ask(&mut self, passage: &Passage, all: &mut Vec<Exchange>) {
        if self.upgraded {
            return;
        }
        if self.asking.is_empty() {
            self.asked_us = passage.client_us;
        }
        self.asking.extend_from_slice(&passage.bytes);
        while let Some(request) = take_head(&mut self.asking) {
            self.waits = Some(all.len());
            self.answering.clear();
            all.push(Exchange {
                asked_us: self.asked_us,
                request,
                response: None,
            });
        }
    }

    /// A client asks again only after the answer, so the first bytes after a request are its head.
    fn answer(&mut self, passage: &Passage, all: &mut [Exchange]) {
        let Some(nth) = self.waits else { return };
        self.answering.extend_from_slice(&passage.bytes);
        if let Some(head) = take_head(&mut self.answering) {
            self.upgraded = head.starts_with(b"HTTP/1.1 101");
            self.waits = None;
            all[nth].response = Some(head);
        }
    }
}

fn take_head(bytes: &mut Vec<u8>) -> Option<Vec<u8>> {
    const END: &[u8] = b"\r\n\r\n";
    let end = bytes.windows(END.len()).position(|four| four == END)?;
    Some(bytes.drain(..end + END.len()).collect())
}

/// From the planned instant of each update of the window to its arrival at the client's end of
/// the link, in microseconds.
pub fn latency_us(passages: &[Passage], window: Window) -> Histogram<u64> {
    let mut latency_us = histogram();
    let mut seen = HashSet::new();
    for arrow in capture::arrows(passages) {
        let came = arrow.direction == Direction::Down;
        for update in arrow.updates.iter().filter(|_| came) {
            let inside = |at_us: &u64| (window.from_us..window.to_us).contains(at_us);
            if let Some(at_us) = update.at_us.filter(inside)
                && seen.insert(update.seq)
            {
                latency_us.saturating_record(arrow.client_us.saturating_sub(at_us).max(1));
            }
        }
    }
    latency_us
}

#[cfg(test)]
mod tests {
    use super::*;
    use Direction::{Down, Up};

    fn passage(connection: u64, direction: Direction, client_us: u64, text: &str) -> Passage {
        Passage {
            connection,
            direction,
            client_us,
            server_us: 0,
            bytes: text.as_bytes().to_vec().into(),
        }
    }

    #[test]
    fn heads_are_found_however_they_are_cut_and_what_is_another_path_is_left_out() {
        let passages = [
            passage(0, Up, 10, "GET /polling.js HTTP/1.1\r\n\r\n"),
            passage(0, Down, 11, "HTTP/1.1 200 OK\r\n\r\nexport"),
            passage(0, Up, 20, "GET /polling?after=1 HT"),
            passage(1, Up, 21, "GET /polling HTTP/1.1\r\nHost: h\r\n\r\n"),
            passage(0, Up, 22, "TP/1.1\r\n\r\n"),
            passage(0, Down, 23, "HTTP/1.1 200 OK\r\n"),
            passage(0, Down, 24, "a: b\r\n\r\n[{}]\r\n\r\n"),
        ];
        let found = exchanges(&passages, Transport::Polling);
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].asked_us, 20);
        assert_eq!(found[0].target(), "/polling?after=1");
        let head = found[0].response.as_deref().map(text);
        assert_eq!(head.as_deref(), Some("HTTP/1.1 200 OK\r\na: b\r\n\r\n"));
        assert_eq!(text(&found[1].request).len(), 34);
        assert_eq!(found[1].response, None);
    }

    #[test]
    fn frames_after_the_handshake_are_no_heads() {
        let passages = [
            passage(0, Up, 1, "GET /websocket HTTP/1.1\r\n\r\n"),
            passage(0, Down, 2, "HTTP/1.1 101 Switching Protocols\r\n\r\n"),
            passage(0, Up, 3, "GET /websocket HTTP/1.1\r\n\r\n"),
        ];
        assert_eq!(exchanges(&passages, Transport::WebSocket).len(), 1);
    }

    #[test]
    fn the_wire_tells_when_each_update_of_the_window_came_first() {
        let update =
            |seq: u64, at_us: u64| format!("{{\"seq\":{seq},\"at_us\":{at_us},\"data\":0}}");
        let window = Window {
            from_us: 1_000,
            to_us: 2_000,
        };
        let passages = [
            passage(0, Down, 1_300, &update(1, 900)),
            passage(0, Down, 1_400, &(update(2, 1_000) + &update(3, 1_100))),
            passage(0, Down, 1_900, &update(2, 1_000)),
            passage(0, Up, 1_901, &update(4, 1_200)),
            passage(0, Down, 2_400, &update(5, 2_000)),
        ];
        let latency_us = latency_us(&passages, window);
        assert_eq!(
            (latency_us.len(), latency_us.min(), latency_us.max()),
            (2, 300, 400)
        );
    }
}
