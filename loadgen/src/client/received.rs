//! What does a client make of what has come? It takes the updates out, checks and records each.

use serde::Deserialize;

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

/// What a client has received of the feed.
#[derive(Debug)]
pub struct Received {
    decode: Decode,
    /// Body bytes that are not taken apart yet.
    pub body: Vec<u8>,
    /// How many of them hold no line end: they are not looked through again.
    looked: usize,
    /// What was received of the window.
    pub audit: Audit,
    /// The newest `seq`.
    pub place: Option<u64>,
    /// Whether an update came that was planned after the window.
    pub after_window: bool,
    /// How many of its own updates, planned inside the window, came back.
    pub returned: u64,
}

/// What came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    /// Nothing whole.
    Nothing,
    /// A sign of life without an update.
    Idle,
    /// Updates: where the planned instant of the last of them lies, and when it is, in
    /// microseconds since the Unix epoch.
    Updates(When, u64),
}

#[derive(Deserialize)]
struct ParsedUpdate {
    seq: u64,
    at_us: u64,
}

#[derive(Deserialize)]
struct OfClient {
    data: Published,
}

impl Received {
    /// Nothing yet, at a place in the feed.
    pub fn new(decode: Decode, place: Option<u64>) -> Self {
        Self {
            decode,
            body: Vec::new(),
            looked: 0,
            audit: Audit::default(),
            place,
            after_window: false,
            returned: 0,
        }
    }

    /// A new body begins.
    pub fn begin(&mut self) {
        self.body.clear();
        self.looked = 0;
    }

    /// Takes the updates out of the body, of which `whole` says whether nothing more will come,
    /// and books it.
    pub fn take(
        &mut self,
        whole: bool,
        arrival: Arrival,
        ledger: &mut Ledger,
        shared: &Shared,
        own: Option<Own>,
    ) -> Result<Seen, Garbled> {
        // Every block ends with a line end: without a new one there is nothing new.
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
            // Anything else is a notice of missed updates; the audit finds the gap itself.
            let Ok(update) = serde_json::from_slice::<ParsedUpdate>(text) else {
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
            let when = self.note(&update, arrival, shared);
            seen = Seen::Updates(when, update.at_us);
        }
        ledger.book(Down, Class::Payload, payload);
        ledger.book(Down, Class::Format, found.consumed - payload - found.idle);
        ledger.book(Down, Class::Idle, found.idle);
        self.body.drain(..found.consumed);
        if self.body.is_empty() {
            // A client that waits keeps no memory.
            self.body = Vec::new();
        }
        self.looked = self.body.len();
        Ok(seen)
    }

    fn note(&mut self, update: &ParsedUpdate, arrival: Arrival, shared: &Shared) -> When {
        let &ParsedUpdate { seq, at_us } = update;
        let when = self.audit.note(seq, at_us, arrival, shared);
        self.place = self.place.max(Some(seq));
        self.after_window |= when == When::After;
        when
    }
}
