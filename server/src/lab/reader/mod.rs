//! Assigns a class to each byte of a connection, and finds the updates.
//!
//! It reads bytes in the order in which they pass, split anywhere, and classifies them like the
//! load generator's ledger. If a split leaves the class open, the most likely one is reported: a
//! request for the port's own transport, a response that is not a rejection, a text that is an
//! update. Bytes that are not HTTP are not reported.

mod body;
mod frames;
#[cfg(test)]
mod tests;

use self::{body::Body, frames::Frames};
use super::message::{Messages, Part};
use crate::base::{
    Class, Direction, Transport,
    frame::{BINARY, CONTINUATION, PING, PONG, TEXT},
};

/// The state of both directions of a connection.
#[derive(Debug)]
pub struct Reader {
    port_of: Transport,
    requests: Messages,
    responses: Messages,
    frames_up: Frames,
    frames_down: Frames,
    purpose: Purpose,
    body: Body,
}

/// The classification of some bytes of a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// Their transport.
    pub transport: Transport,
    /// The parts in order. Their lengths add up to the number of bytes.
    pub parts: Vec<(Class, usize)>,
    /// The updates whose texts end in them.
    pub updates: Vec<UpdateId>,
}

/// An update that has arrived completely.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct UpdateId {
    /// Its position in the feed.
    pub seq: u64,
    /// The planned publishing time, in microseconds since the Unix epoch.
    pub at_us: u64,
}

/// The purpose of a request and its response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Purpose {
    /// A transport requests updates.
    Asks(Transport),
    /// A client publishes.
    Publishes,
    /// Not part of the comparison.
    Other,
}

impl Reader {
    /// The reader of a new connection to the port of a transport.
    pub fn new(port_of: Transport) -> Self {
        Self {
            port_of,
            requests: Messages::default(),
            responses: Messages::default(),
            frames_up: Frames::default(),
            frames_down: Frames::default(),
            purpose: Purpose::Other,
            body: Body::of(port_of),
        }
    }

    /// Classifies the next bytes. `None` if they are not part of the comparison, such as the files
    /// of the page.
    pub fn read(&mut self, direction: Direction, bytes: &[u8]) -> Option<Reading> {
        let mut reading = Reading {
            transport: self.port_of,
            parts: Vec::new(),
            updates: Vec::new(),
        };
        let mut is_reported = false;
        let mut rest = bytes;
        while !rest.is_empty() {
            let length = match direction {
                Direction::Up => self.read_up(rest, &mut reading)?,
                Direction::Down => self.read_down(rest, &mut reading)?,
            };
            rest = &rest[length..];
            is_reported |= self.purpose != Purpose::Other;
            if let Purpose::Asks(transport) = self.purpose {
                reading.transport = transport;
            }
        }
        is_reported.then_some(reading)
    }

    /// The server that the newest response names, as a proxy in front of several servers adds it.
    pub fn served_by(&self) -> Option<&str> {
        self.responses.field("x-served-by")
    }

    /// Whether bytes of the comparison can no longer be read, because some were not HTTP.
    pub fn is_lost(&self) -> bool {
        self.purpose != Purpose::Other && (self.requests.is_lost() || self.responses.is_lost())
    }

    /// Classifies the first of `bytes` and returns their number; `None` if the position is lost.
    fn read_up(&mut self, bytes: &[u8], reading: &mut Reading) -> Option<usize> {
        let piece = self.requests.next(bytes)?;
        let class = match piece.part {
            Part::Head => {
                let head = self.requests.head();
                if !may_be_request(head) {
                    self.requests.lose();
                    return None;
                }
                self.purpose = Purpose::of(head, self.port_of);
                self.responses.bodiless = head.starts_with(b"HEAD ");
                self.purpose.request_head()
            }
            Part::Chunk => Class::Chunk,
            Part::Body => Class::Payload,
            Part::Upgraded => {
                let piece = self.frames_up.next(bytes);
                let class = class_of(&piece).unwrap_or(Class::Payload);
                return Some(reading.push(class, piece.length, piece.begins));
            }
        };
        Some(reading.push(class, piece.length, piece.begins))
    }

    fn read_down(&mut self, bytes: &[u8], reading: &mut Reading) -> Option<usize> {
        let piece = self.responses.next(bytes)?;
        let class = match piece.part {
            Part::Head if !may_be_response(self.responses.head()) => {
                self.responses.lose();
                return None;
            }
            Part::Head => {
                if let Purpose::Asks(transport) = self.purpose {
                    self.body = Body::of(transport);
                }
                if self.responses.is_upgraded() {
                    self.requests.upgrade();
                }
                self.purpose.response_head(self.responses.status())
            }
            Part::Chunk => Class::Chunk,
            Part::Body if self.is_refused() => Class::Format,
            Part::Body => return Some(self.read_updates(&bytes[..piece.length], reading)),
            Part::Upgraded => return Some(self.read_frame(bytes, reading)),
        };
        Some(reading.push(class, piece.length, piece.begins))
    }

    /// Whether the response contains no updates.
    fn is_refused(&self) -> bool {
        let asks = matches!(self.purpose, Purpose::Asks(_));
        !asks || self.responses.status() != Some(200)
    }

    fn read_frame(&mut self, bytes: &[u8], reading: &mut Reading) -> usize {
        let piece = self.frames_down.next(bytes);
        match class_of(&piece) {
            Some(class) => reading.push(class, piece.length, piece.begins),
            None => self.read_updates(&bytes[..piece.length], reading),
        }
    }

    fn read_updates(&mut self, bytes: &[u8], reading: &mut Reading) -> usize {
        let mut rest = bytes;
        while !rest.is_empty() {
            let piece = self.body.next(rest);
            reading.push(piece.class, piece.length, piece.begins);
            reading.updates.extend(piece.carried);
            rest = &rest[piece.length..];
        }
        bytes.len()
    }
}

impl Reading {
    /// Adds `length` bytes and returns their number. Bytes that do not start a new part extend the
    /// previous one.
    fn push(&mut self, class: Class, length: usize, begins: bool) -> usize {
        match self.parts.last_mut() {
            Some((last, lasts)) if *last == class && !begins => *lasts += length,
            _ => self.parts.push((class, length)),
        }
        length
    }
}

impl Purpose {
    /// The purpose of a request, from the received part of its header.
    fn of(head: &[u8], port_of: Transport) -> Self {
        let line = head.split(|&byte| byte == b'\r').next();
        let line = String::from_utf8_lossy(line.unwrap_or_default());
        let target = line.split_once(' ').map_or("", |(_, target)| target);
        let path = match target.find([' ', '?']) {
            Some(end) => &target[..end],
            None => return Self::likely(&line, port_of),
        };
        let transport = path.strip_prefix('/').map(str::parse);
        match (path, transport) {
            ("/updates", _) => Self::Publishes,
            (_, Some(Ok(transport))) => Self::Asks(transport),
            _ => Self::Other,
        }
    }

    /// The most likely purpose of a request whose path may be incomplete: first its port's own
    /// transport.
    fn likely(line: &str, port_of: Transport) -> Self {
        let mut all = std::iter::once(port_of).chain(Transport::ALL);
        match all.find(|transport| format!("GET /{transport}").starts_with(line)) {
            Some(transport) => Self::Asks(transport),
            None if "POST /updates".starts_with(line) => Self::Publishes,
            None => Self::Other,
        }
    }

    /// Whether both headers only open the stream.
    fn stays_open(self) -> bool {
        use Transport::*;
        matches!(
            self,
            Self::Asks(ForeverFrame | HttpStreaming | Sse | WebSocket)
        )
    }

    fn request_head(self) -> Class {
        match self.stays_open() {
            true => Class::Setup,
            false => Class::RequestHead,
        }
    }

    fn response_head(self, status: Option<u16>) -> Class {
        match status {
            None | Some(101 | 200) if self.stays_open() => Class::Setup,
            _ => Class::ResponseHead,
        }
    }
}

/// Whether this may be the start of a request: a method.
fn may_be_request(head: &[u8]) -> bool {
    let method = head.split(|&byte| byte == b' ').next();
    method.is_some_and(|method| method.iter().all(u8::is_ascii_uppercase))
}

/// Whether this may be the start of a response: the version of HTTP.
fn may_be_response(head: &[u8]) -> bool {
    let version = head.iter().zip(b"HTTP/1.");
    version.into_iter().all(|(byte, expected)| byte == expected)
}

/// The class of the bytes in a frame; `None` for the payload of the application.
fn class_of(piece: &frames::FrameSpan) -> Option<Class> {
    match piece.opcode {
        PING | PONG => Some(Class::Idle),
        CONTINUATION | TEXT | BINARY if !piece.is_head => None,
        // Close frames are counted completely.
        _ => Some(Class::WebsocketFrame),
    }
}
