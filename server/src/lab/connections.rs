//! Which bytes of a link belong together, and what are they?

use std::collections::HashMap;

use base64::{Engine, prelude::BASE64_STANDARD};
use serde::Serialize;

use super::{
    reader::{Reader, UpdateId},
    secrets::Secrets,
};
use crate::{
    base::{Class, Direction, Transport},
    link::Passage,
};

/// The connections of one link that are open.
#[derive(Debug)]
pub struct Connections {
    port_of: Transport,
    open: HashMap<u64, WatchedConnection>,
}

#[derive(Debug)]
struct WatchedConnection {
    /// Counts over all links.
    number: u64,
    reader: Reader,
    secrets: Secrets,
    /// Whose it was last, once something of it was told.
    told: Option<Transport>,
    /// Which ways nothing more goes.
    ended: [bool; 2],
}

/// What passed, as viewers are told it.
#[derive(Debug, Serialize)]
pub struct SeenPassage {
    transport: Transport,
    connection: u64,
    direction: Direction,
    client_us: u64,
    server_us: u64,
    /// None: the connection has ended.
    parts: Vec<SeenPart>,
    updates: Vec<UpdateId>,
}

#[derive(Debug, Serialize)]
struct SeenPart {
    class: Class,
    length: usize,
    /// In base64; of a long part its beginning, of a request's head what is for all to see.
    bytes: String,
}

/// So much of a part is shown.
const SHOWN_BYTES: usize = 4_096;

impl Connections {
    /// Those of the link on the port of a transport.
    pub fn new(port_of: Transport) -> Self {
        Self {
            port_of,
            open: HashMap::new(),
        }
    }

    /// Reads what passed on one of them; a new one is counted. Nothing is told of what is no part
    /// of the comparison.
    pub fn read(&mut self, passage: &Passage, count: &mut u64) -> Option<SeenPassage> {
        let direction = passage.direction;
        let connection = self.open.entry(passage.connection).or_insert_with(|| {
            *count += 1;
            WatchedConnection {
                number: *count,
                reader: Reader::new(self.port_of),
                secrets: Secrets::default(),
                told: None,
                ended: [false; 2],
            }
        });
        let told = |transport, parts, updates, connection| SeenPassage {
            transport,
            connection,
            direction,
            client_us: passage.client_us,
            server_us: passage.server_us,
            parts,
            updates,
        };
        let number = connection.number;
        if passage.bytes.is_empty() {
            connection.ended[direction as usize] = true;
            if connection.ended != [true; 2] {
                return None;
            }
            let whose = connection.told;
            self.open.remove(&passage.connection);
            return whose.map(|transport| told(transport, Vec::new(), Vec::new(), number));
        }
        let read = connection.reader.read(direction, &passage.bytes)?;
        connection.told = Some(read.transport);
        let mut rest = &passage.bytes[..];
        let parts = read.parts.into_iter().map(|(class, length)| {
            let part = rest.split_off(..length.min(rest.len())).unwrap_or_default();
            connection.part(direction, class, part)
        });
        Some(told(read.transport, parts.collect(), read.updates, number))
    }
}

impl WatchedConnection {
    fn part(&mut self, direction: Direction, class: Class, bytes: &[u8]) -> SeenPart {
        let shown = match (direction, class) {
            (Direction::Up, Class::RequestHead | Class::Setup) => &self.secrets.hide(bytes)[..],
            _ => bytes,
        };
        SeenPart {
            class,
            length: bytes.len(),
            bytes: BASE64_STANDARD.encode(&shown[..shown.len().min(SHOWN_BYTES)]),
        }
    }
}
