//! Extracts the updates from received bytes, checks and records each.

use serde::Deserialize;
use server::base::position::Position;

use crate::{
    client::{
        arrival::Arrival, audit::Audit, decode::Decode, http1::framing::Garbled, ledger::Ledger,
        publisher::Own, shared::Shared, window::When,
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
    /// Whether all updates of the window precede its newest update.
    pub is_complete: bool,
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

/// A received update, without its data.
#[derive(Debug, Deserialize)]
pub struct ParsedUpdate {
    /// Its number.
    pub seq: u64,
    /// Its planned time, in microseconds since the Unix epoch.
    pub at_us: u64,
}

/// A notice about updates that left the server's history before they were received.
#[derive(Debug, Deserialize)]
pub struct Notice {
    /// Their number.
    pub missed: u64,
    /// Whether they are counted from the start of a new feed instead of the client's position.
    #[serde(default)]
    pub started_over: bool,
}

impl Notice {
    /// The position of a client after this notice. Its check is unknown: this client does not have
    /// the update before it.
    pub fn follow(&self, position: Position) -> Position {
        let from = if self.started_over { 0 } else { position.seq };
        Position::without_check(from.saturating_add(self.missed))
    }
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
            is_complete: false,
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
                    self.position = Some(notice.follow(self.position.unwrap_or_default()));
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
        self.is_complete |= shared.is_complete(at_us);
        when
    }
}
