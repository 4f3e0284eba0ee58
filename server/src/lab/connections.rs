//! Assigns the bytes of a link to connections, and reads each connection.

use std::collections::HashMap;

use base64::{Engine, prelude::BASE64_STANDARD};
use serde::Serialize;

use super::{
    reader::{Reader, UpdateId},
    secrets::Secrets,
};
use crate::{
    base::{Class, Direction, Transport, tls_record::HEADER_BYTES},
    link::{Passage, TlsRecord},
};

/// The open connections of one link.
#[derive(Debug)]
pub struct Connections {
    port_of: Transport,
    open: HashMap<u64, WatchedConnection>,
}

#[derive(Debug)]
struct WatchedConnection {
    /// The number of the connection, over all links.
    number: u64,
    reader: Reader,
    secrets: Secrets,
    /// The transport of the last reported bytes.
    transport: Option<Transport>,
    /// The TLS handshake, until the first request determines its transport.
    handshake: Option<Vec<SeenPassage>>,
    /// The directions that have ended.
    ended: [bool; 2],
}

/// A passage in the form that viewers receive.
#[derive(Debug, Serialize)]
pub struct SeenPassage {
    transport: Transport,
    connection: u64,
    direction: Direction,
    client_us: u64,
    server_us: u64,
    /// Empty at the end of the connection.
    parts: Vec<SeenPart>,
    updates: Vec<UpdateId>,
    /// With TLS: the encrypted bytes, as an observer of the network sees them, in base64; truncated
    /// if long.
    #[serde(skip_serializing_if = "Option::is_none")]
    encrypted: Option<String>,
}

#[derive(Debug, Serialize)]
struct SeenPart {
    class: Class,
    length: usize,
    /// In base64. A long part is truncated, and private values of a request header are hidden.
    bytes: String,
}

/// The maximum number of bytes of a part that are shown.
const SHOWN_BYTES: usize = 4_096;

/// The maximum number of passages of a handshake that are kept.
const HANDSHAKE_PASSAGES: usize = 16;

impl Connections {
    /// The connections of the link on the port of a transport.
    pub fn new(port_of: Transport) -> Self {
        Self {
            port_of,
            open: HashMap::new(),
        }
    }

    /// Reads a passage and returns the passages for viewers. A new connection is counted. Bytes
    /// that are not part of the comparison are not reported.
    pub fn read(&mut self, passage: &Passage, count: &mut u64) -> Vec<SeenPassage> {
        let port_of = self.port_of;
        let connection = self.open.entry(passage.connection).or_insert_with(|| {
            *count += 1;
            WatchedConnection {
                number: *count,
                reader: Reader::new(port_of),
                secrets: Secrets::default(),
                transport: None,
                handshake: Some(Vec::new()),
                ended: [false; 2],
            }
        });
        if !passage.bytes.is_empty() {
            return connection.read(passage, port_of);
        }
        connection.ended[passage.direction as usize] = true;
        if connection.ended != [true; 2] {
            return Vec::new();
        }
        let ended = self.open.remove(&passage.connection);
        let last = ended.and_then(|it| Some(it.seen(passage, it.transport?)));
        last.into_iter().collect()
    }

    /// The server of a cluster that sent the response of a passage; `None` if it is not a response
    /// or names no server.
    pub fn served_by(&self, passage: &Passage) -> Option<&str> {
        let connection = self.open.get(&passage.connection)?;
        match passage.direction {
            Direction::Up => None,
            Direction::Down => connection.reader.served_by(),
        }
    }
}

impl WatchedConnection {
    fn read(&mut self, passage: &Passage, port_of: Transport) -> Vec<SeenPassage> {
        let mut seen = self.seen(passage, self.transport.unwrap_or(port_of));
        // Whether there is application data, and whether it is reported.
        let (mut has_content, mut is_reported) = (true, false);
        match &passage.records {
            None => is_reported = self.read_content(&mut seen, &passage.bytes),
            Some(records) => {
                has_content = false;
                for record in records {
                    has_content |= !record.content.is_empty();
                    is_reported |= self.read_record(&mut seen, record);
                }
                let shown = &passage.bytes[..passage.bytes.len().min(SHOWN_BYTES)];
                seen.encrypted = Some(BASE64_STANDARD.encode(shown));
            }
        }
        if is_reported {
            self.transport = Some(seen.transport);
            let mut all = self.handshake.take().unwrap_or_default();
            let transport = seen.transport;
            all.iter_mut().for_each(|one| one.transport = transport);
            all.push(seen);
            return all;
        }
        if has_content {
            // The first request was not part of the comparison, and neither was the handshake.
            self.handshake = None;
        } else if let Some(handshake) = &mut self.handshake {
            if !seen.parts.is_empty() && handshake.len() < HANDSHAKE_PASSAGES {
                handshake.push(seen);
            }
        } else if self.transport.is_some() && !seen.parts.is_empty() {
            return vec![seen];
        }
        Vec::new()
    }

    /// A passage without parts.
    fn seen(&self, passage: &Passage, transport: Transport) -> SeenPassage {
        SeenPassage {
            transport,
            connection: self.number,
            direction: passage.direction,
            client_us: passage.client_us,
            server_us: passage.server_us,
            parts: Vec::new(),
            updates: Vec::new(),
            encrypted: None,
        }
    }

    /// Appends the parts of a record: its header, its content, and the bytes after the content.
    fn read_record(&mut self, seen: &mut SeenPassage, record: &TlsRecord) -> bool {
        let TlsRecord {
            bytes,
            content,
            class,
        } = record;
        if content.is_empty() {
            seen.parts.push(SeenPart::new(*class, bytes));
            return false;
        }
        let (header, rest) = bytes.split_at(HEADER_BYTES);
        let before = seen.parts.len();
        seen.parts.push(SeenPart::new(*class, header));
        let is_reported = self.read_content(seen, content);
        match is_reported {
            true => {
                let trailer = &rest[content.len()..];
                seen.parts.push(SeenPart::new(*class, trailer));
            }
            false => seen.parts.truncate(before),
        }
        is_reported
    }

    /// Appends the parts of application data, if they are reported.
    fn read_content(&mut self, seen: &mut SeenPassage, bytes: &[u8]) -> bool {
        let Some(read) = self.reader.read(seen.direction, bytes) else {
            return false;
        };
        seen.transport = read.transport;
        seen.updates.extend(read.updates);
        let mut rest = bytes;
        for (class, length) in read.parts {
            let part = rest.split_off(..length.min(rest.len())).unwrap_or_default();
            let is_request = matches!(class, Class::RequestHead | Class::Setup);
            seen.parts
                .push(match seen.direction == Direction::Up && is_request {
                    true => SeenPart::new(class, &self.secrets.hide(part)),
                    false => SeenPart::new(class, part),
                });
        }
        true
    }
}

impl SeenPart {
    fn new(class: Class, bytes: &[u8]) -> Self {
        Self {
            class,
            length: bytes.len(),
            bytes: BASE64_STANDARD.encode(&bytes[..bytes.len().min(SHOWN_BYTES)]),
        }
    }
}
