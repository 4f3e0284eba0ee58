//! Extracts requests and response headers from passages.

use std::collections::HashMap;

use server::{lab::reader::Reading, link::Passage};

use crate::record::{Class, Direction, Exchange};

/// The exchanges of all connections, in the order in which their requests reached the server.
#[derive(Default)]
pub(super) struct Exchanges {
    pub all: Vec<Exchange>,
    /// The index of the newest exchange of each connection.
    newest: HashMap<u64, usize>,
}

impl Exchanges {
    /// Extracts the headers from a passage.
    pub fn take(&mut self, passage: &Passage, reading: &Reading) {
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
                    ..Exchange::default()
                });
            }
        }
    }
}
