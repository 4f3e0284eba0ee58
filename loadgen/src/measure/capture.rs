//! What passed on the link, told as the messages of a sequence chart.

use std::collections::HashSet;

use server::link::Passage;

use crate::record::{Arrow, CarriedUpdate, Direction, What};

/// The arrows of what passed, in the order in which they passed.
pub fn arrows(passages: &[Passage]) -> Vec<Arrow> {
    let mut upgraded = HashSet::new();
    passages
        .iter()
        .map(|passage| Arrow {
            connection: passage.connection,
            direction: passage.direction,
            client_us: passage.client_us,
            server_us: passage.server_us,
            bytes: passage.bytes.len(),
            what: what(passage, &mut upgraded),
            updates: updates(&passage.bytes),
        })
        .collect()
}

fn what(passage: &Passage, upgraded: &mut HashSet<u64>) -> What {
    let text = &passage.bytes[..];
    let opens = text.starts_with(b"GET ") || text.starts_with(b"POST ");
    if text.starts_with(b"HTTP/1.1 101") {
        upgraded.insert(passage.connection);
        return What::Handshake;
    }
    match passage.direction {
        Direction::Up if opens && contains(text, b"Upgrade: websocket") => What::Handshake,
        Direction::Up if opens => What::Request,
        Direction::Down if text.starts_with(b"HTTP/1.1 ") => What::Response,
        _ if upgraded.contains(&passage.connection) => What::Frame,
        _ => What::Chunk,
    }
}

/// Every update begins with its seq and its planned instant, whatever the format around it.
fn updates(bytes: &[u8]) -> Vec<CarriedUpdate> {
    let text = String::from_utf8_lossy(bytes);
    let after = text.split("{\"seq\":").skip(1);
    after
        .filter_map(|rest| {
            let (seq, rest) = rest.split_once(',')?;
            let planned = rest.strip_prefix("\"at_us\":");
            let planned = planned.and_then(|rest| rest.split_once([',', '}']));
            Some(CarriedUpdate {
                seq: seq.parse().ok()?,
                at_us: planned.and_then(|(at_us, _)| at_us.parse().ok()),
            })
        })
        .collect()
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passage(direction: Direction, text: &'static str) -> Passage {
        Passage {
            connection: 0,
            direction,
            client_us: 1,
            server_us: 2,
            bytes: text.as_bytes().into(),
        }
    }

    #[test]
    fn passages_are_told_apart_and_their_updates_found() {
        use Direction::{Down, Up};
        let told = arrows(&[
            passage(Up, "GET /polling HTTP/1.1\r\n\r\n"),
            passage(
                Down,
                "HTTP/1.1 200 OK\r\n\r\n[{\"seq\":4,\"at_us\":1},{\"seq\":5,\"at_us\":2}]",
            ),
            passage(Down, "8\r\n{\"seq\":6,\"at"),
            passage(Up, "GET /websocket HTTP/1.1\r\nUpgrade: websocket\r\n\r\n"),
            passage(Down, "HTTP/1.1 101 Switching Protocols\r\n\r\n"),
            passage(Down, "..{\"seq\":7,\"at_us\":3,"),
        ]);
        let told: Vec<_> = told
            .into_iter()
            .map(|arrow| {
                let updates = arrow.updates.iter();
                let updates: Vec<_> = updates.map(|told| (told.seq, told.at_us)).collect();
                (arrow.what, updates)
            })
            .collect();
        assert_eq!(
            told,
            [
                (What::Request, vec![]),
                (What::Response, vec![(4, Some(1)), (5, Some(2))]),
                (What::Chunk, vec![(6, None)]),
                (What::Handshake, vec![]),
                (What::Handshake, vec![]),
                (What::Frame, vec![(7, Some(3))]),
            ]
        );
    }
}
