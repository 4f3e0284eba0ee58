//! Extracts the updates from received bytes, checks and records each.

use serde::Deserialize;
use server::base::position::Position;

use crate::{
    client::{
        arrival::Arrival,
        audit::Audit,
        decode::Decode,
        http1::framing::Garbled,
        ledger::Ledger,
        publisher::Own,
        shared::{Shared, When},
    },
    record::{Class, Direction::Down, Published},
};

/// The updates that a client has received.
#[derive(Debug)]
pub struct Received {
    decode: Decode,
    /// Body bytes that are not decoded yet.
    pub body: Vec<u8>,
    /// Number of body bytes without a line end, which are not searched again.
    looked: usize,
    /// The delivery audit.
    pub audit: Audit,
    /// The position after the newest update.
    pub position: Option<Position>,
    /// The position before the newest update.
    pub before_newest: Option<Position>,
    /// Whether an update arrived that was planned after the window.
    pub after_window: bool,
    /// Number of its own updates, planned inside the window, that arrived.
    pub returned: u64,
}

/// The content of received bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    /// Nothing complete.
    Nothing,
    /// A heartbeat or an empty response.
    Idle,
    /// Updates: the position of the last one relative to the window, and its planned time in microseconds
    /// since the Unix epoch.
    Updates(When, u64),
}

#[derive(Deserialize)]
struct ParsedUpdate {
    seq: u64,
    at_us: u64,
}

/// A notice about updates that left the server's history before they were received.
#[derive(Deserialize)]
struct Notice {
    missed: u64,
    /// Whether they are counted from the start of a new feed instead of the client's position.
    #[serde(default)]
    started_over: bool,
}

#[derive(Deserialize)]
struct OfClient {
    data: Published,
}

impl Received {
    /// A client without updates, at a position in the feed.
    pub fn new(decode: Decode, position: Option<Position>) -> Self {
        Self {
            decode,
            body: Vec::new(),
            looked: 0,
            audit: Audit::default(),
            position,
            before_newest: None,
            after_window: false,
            returned: 0,
        }
    }

    /// A new body begins.
    pub fn begin(&mut self) {
        self.body.clear();
        self.looked = 0;
    }

    /// Extracts the updates from the body and counts its bytes. `whole`: the body is complete.
    pub fn take(
        &mut self,
        whole: bool,
        arrival: Arrival,
        ledger: &mut Ledger,
        shared: &Shared,
        own: Option<Own>,
    ) -> Result<Seen, Garbled> {
        // Every block ends with a line end, so without a new one there is no new block.
        let fresh = self.body.get(self.looked..).unwrap_or(&self.body);
        if !whole && !fresh.contains(&b'\n') {
            self.looked = self.body.len();
            return Ok(Seen::Nothing);
        }
        let found = self.decode.find(&self.body, whole)?;
        let mut payload = 0;
        let idle = found.idle > 0 || (whole && found.texts.is_empty());
        let mut seen = if idle { Seen::Idle } else { Seen::Nothing };
        for range in found.texts {
            let text = &self.body[range];
            let Ok(update) = serde_json::from_slice::<ParsedUpdate>(text) else {
                // The audit finds the gap.
                if let Ok(notice) = serde_json::from_slice::<Notice>(text) {
                    self.follow_notice(&notice);
                }
                continue;
            };
            payload += text.len();
            ledger.deliveries += 1;
            if let Some(own) = own
                && let Ok(OfClient { data }) = serde_json::from_slice(text)
                && data.by == own.by
                && shared.place(data.planned_us) == When::Inside
            {
                self.returned += 1;
                shared.record_return(data.planned_us, update.at_us, arrival);
            }
            shared.compare(update.seq, text, shared.place(update.at_us));
            let when = self.note(&update, arrival, shared);
            seen = Seen::Updates(when, update.at_us);
        }
        ledger.book(Down, Class::Payload, payload);
        ledger.book(Down, Class::Format, found.consumed - payload - found.idle);
        ledger.book(Down, Class::Idle, found.idle);
        self.body.drain(..found.consumed);
        if self.body.is_empty() {
            // A waiting client keeps no buffer.
            self.body = Vec::new();
        }
        self.looked = self.body.len();
        Ok(seen)
    }

    fn note(&mut self, update: &ParsedUpdate, arrival: Arrival, shared: &Shared) -> When {
        let &ParsedUpdate { seq, at_us } = update;
        let when = self.audit.note(seq, at_us, arrival, shared);
        if self.position.is_none_or(|position| seq > position.seq) {
            let before = Position::without_check(seq.saturating_sub(1));
            let known = self.position.filter(|position| position.seq == before.seq);
            self.before_newest = Some(known.unwrap_or(before));
            self.position = Some(Position::of_update(seq, at_us));
        }
        self.after_window |= when == When::After;
        when
    }

    /// The check of the new position is unknown: this client does not have the update before it.
    fn follow_notice(&mut self, notice: &Notice) {
        let from = match self.position {
            Some(position) if !notice.started_over => position.seq,
            _ => 0,
        };
        let seq = from.saturating_add(notice.missed);
        self.position = Some(Position::without_check(seq));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const UPDATE: &str = r#"{"seq":42,"at_us":1763890000123456,"data":1}"#;

    fn position_after(texts: &[&str]) -> String {
        let mut received = Received::new(Decode::Array, None);
        for text in texts {
            received.begin();
            received.body = format!("[{text}]").into();
            let shared = Shared::of_the_past();
            let taken = received.take(
                true,
                Arrival::read_at(0, 1),
                &mut Ledger::default(),
                &shared,
                None,
            );
            taken.unwrap();
        }
        received.position.unwrap().to_string()
    }

    #[test]
    fn the_position_follows_updates_and_notices() {
        assert_eq!(position_after(&[UPDATE]), "42.iy6m");
        assert_eq!(position_after(&[UPDATE, r#"{"missed":5}"#]), "47");
        let started_over = r#"{"started_over":true,"missed":2}"#;
        assert_eq!(position_after(&[UPDATE, started_over]), "2");
        let next = r#"{"seq":3,"at_us":1763890001123456,"data":1}"#;
        assert_eq!(position_after(&[UPDATE, started_over, next]), "3.hwpd");
    }
}
