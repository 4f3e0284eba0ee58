//! The load generator's client without a socket, and the texts that it should have received.

use std::ops::Range;

use fastrand::Rng;
use loadgen::{
    client::{
        arrival::Arrival,
        decode::Decode,
        http1::framing::{Chunk, Framed, Framing},
        ledger::Ledger,
        received::Received,
        shared::Shared,
    },
    record::{Again, HeaderProfile},
};
use server::{
    Transport,
    base::position::Position,
    feed::{Due, cursor::Cursor},
    format::{self, Format, Repeat},
};

use super::server::{INTERVAL, Known, Server};

pub struct Client<'a> {
    pub transport: Transport,
    pub shared: &'a Shared,
    /// The server's position in an open stream.
    pub stream: Option<Position>,
    framing: Framing,
    unread: Vec<u8>,
    received: Received,
    /// Updates and notices, in order.
    pub texts: Vec<String>,
    pub known: Option<Known>,
}

impl<'a> Client<'a> {
    /// A client with a position, which is `known` to be this one.
    pub fn new(transport: Transport, start: Option<(Position, Known)>, shared: &'a Shared) -> Self {
        let position = start.map(|(position, _)| position);
        Self {
            transport,
            shared,
            stream: None,
            framing: Framing::Length(0),
            unread: Vec::new(),
            received: Received::new(Decode::of(transport), position),
            texts: Vec::new(),
            known: start.map(|(_, known)| known),
        }
    }

    pub fn is_kept_open(&self) -> bool {
        Again::of(self.transport, INTERVAL) == Again::KeptOpen
    }

    /// One response, or the next data of a stream. It may be cut.
    pub fn receive(&mut self, server: &Server, random: &mut Rng) {
        let max = [1, 3, usize::MAX][random.usize(..3)];
        let opens = self.stream.is_none();
        let position = self.stream.unwrap_or_else(|| self.request(server));
        let due = server.feed.after(position, max);
        // A stream without data was opened on an empty feed.
        let known = self.known.or(self.stream.map(|_| Known::START));
        let expected = server.expected(known, max);
        let whole = self.wire(&due, opens);
        let is_cut = random.u8(..4) == 0;
        let wire = if is_cut {
            &whole[..random.usize(..=whole.len())]
        } else {
            &whole[..]
        };
        let (before, first) = (self.known, self.texts.len());
        let middle = random.usize(..=wire.len());
        self.read(&wire[..middle]);
        self.read(&wire[middle..]);
        let texts = &self.texts[first..];
        assert!(expected.starts_with(texts), "{texts:?} of {expected:?}");
        assert!(is_cut || texts == expected, "{texts:?}, not {expected:?}");
        self.advance(first, server);
        let started_over = self.texts[first..]
            .iter()
            .any(|text| text.contains("started_over"));
        if let (Some(before), Some(after)) = (before, self.known) {
            assert!(
                started_over || after.seq >= before.seq,
                "{before:?}, {after:?}"
            );
        }
        if !is_cut {
            self.assert_carried(&whole);
        }
        self.stream = Some(due.next).filter(|_| self.is_kept_open() && !is_cut);
    }

    /// The position that the server reads from the request.
    pub fn request(&mut self, server: &Server) -> Position {
        self.framing = match self.transport {
            Transport::WebSocket => Framing::frames(),
            _ => Framing::Chunked(Chunk::Size),
        };
        self.unread.clear();
        self.received.begin();
        let position = self.received.position;
        let request = HeaderProfile::Minimal.request(self.transport, "h", position, None);
        let request = String::from_utf8(request).unwrap();
        let target = request.split(' ').nth(1).unwrap();
        let after = target.split_once("?after=").map(|(_, after)| after);
        Cursor::parse(after, None).unwrap().position(&server.feed)
    }

    /// The bytes after the response header.
    pub fn wire(&mut self, due: &Due, opens: bool) -> Vec<u8> {
        let format = format_of(self.transport);
        let again = Repeat {
            after: due.next,
            max: None,
            interval: INTERVAL,
        };
        if !self.is_kept_open() {
            let document = format
                .document(due, &again, usize::MAX)
                .expect("there is no limit")
                .to_vec();
            self.framing = Framing::Length(document.len());
            return document;
        }
        let begin = Some(format.begin(&again)).filter(|begin| opens && !begin.is_empty());
        let heartbeat = Some(format.heartbeat.into()).filter(|_| due.is_empty());
        let parts = begin.into_iter().chain(format.parts(due)).chain(heartbeat);
        let is_chunked = self.transport != Transport::WebSocket;
        let part = |part: &[u8]| match is_chunked {
            true => [format!("{:x}\r\n", part.len()).as_bytes(), part, b"\r\n"].concat(),
            false => part.to_vec(),
        };
        parts.flat_map(|bytes| part(&bytes)).collect()
    }

    /// Decodes received bytes.
    pub fn read(&mut self, wire: &[u8]) {
        if wire.is_empty() {
            return;
        }
        self.unread.extend(wire);
        let mut ledger = Ledger::default();
        loop {
            let body = &mut self.received.body;
            let framed = self.framing.take(&mut self.unread, body, &mut ledger);
            let framed = framed.unwrap();
            let whole = match framed {
                Framed::Nothing => return,
                Framed::Part => false,
                Framed::Message | Framed::End => true,
                Framed::Ping(_) | Framed::Close(..) => continue,
            };
            let found = Decode::of(self.transport).find(body, whole).unwrap();
            let text = |range: Range<usize>| String::from_utf8(body[range].to_vec()).unwrap();
            self.texts.extend(found.texts.into_iter().map(text));
            let arrival = Arrival::read_at(0, 1);
            let received = &mut self.received;
            let seen = received.take(whole, arrival, &mut ledger, self.shared, None);
            seen.unwrap();
            if framed == Framed::End {
                self.received.position.get_or_insert_default();
                return;
            }
        }
    }

    /// Follows the received texts and compares with the client's position.
    fn advance(&mut self, first: usize, server: &Server) {
        let restarts = server.restarts;
        for text in &self.texts[first..] {
            let update = server.texts.iter().position(|other| other == text);
            self.known = Some(Known {
                seq: update.map_or(server.dropped(), |at| at + 1),
                restarts,
                has_check: update.is_some(),
            });
        }
        let Some(position) = self.received.position else {
            return assert_eq!(self.known, None);
        };
        let known = self.known.get_or_insert(Known {
            seq: 0,
            restarts,
            has_check: false,
        });
        assert_eq!(position.seq as usize, known.seq);
        assert_eq!(position.check.is_some(), known.has_check);
    }

    /// The position in a page or an event equals the client's position, with its check.
    fn assert_carried(&self, wire: &[u8]) {
        let text = String::from_utf8_lossy(wire);
        let carried = match self.transport {
            Transport::PageRefresh => text
                .split(['=', '"'])
                .skip_while(|part| *part != "?after")
                .nth(1),
            Transport::Sse => text
                .lines()
                .filter_map(|line| line.strip_prefix("id: "))
                .next_back(),
            _ => None,
        };
        let Some(carried) = carried.map(|text| text.parse::<Position>().unwrap()) else {
            return;
        };
        let position = self.received.position.unwrap();
        assert!(position.matches(carried), "{position}, {carried}");
        assert_eq!(carried.check.is_some(), carried.seq > 0);
    }
}

fn format_of(transport: Transport) -> &'static Format {
    match transport {
        Transport::PageRefresh => &format::PAGE,
        Transport::Polling | Transport::LongPolling => &format::JSON,
        Transport::HiddenFrame | Transport::ForeverFrame => &format::SCRIPT_TAGS,
        Transport::HttpStreaming => &format::JSON_LINES,
        Transport::Sse => &format::EVENT_STREAM,
        Transport::WebSocket => &format::TEXT_FRAME,
    }
}
