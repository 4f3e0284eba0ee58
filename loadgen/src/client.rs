//! What does a client of each transport do? AGAIN × decode, two values put together, and one
//! loop that books every byte.

use std::{
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use serde::Deserialize;
use server::{
    Transport,
    format::page,
    link::Direction::{Down, Up},
    timer,
};

use crate::{
    audit::Audit,
    connection::Connection,
    decode::Decode,
    failure::Failure,
    framing::{Framed, Garbled},
    heads,
    ledger::{Class, Ledger},
    response,
    shared::{Shared, When},
};

/// AGAIN: when does a client ask next?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Again {
    /// From request to request.
    EveryInterval(Duration),
    /// As soon as it is answered.
    AtOnce,
    /// When it is cut.
    KeptOpen,
}

impl Again {
    /// When the clients of a transport ask again.
    pub fn of(transport: Transport, interval: Duration) -> Self {
        match transport {
            Transport::PageRefresh => Self::EveryInterval(page::refresh_after(interval)),
            Transport::Polling | Transport::HiddenFrame => Self::EveryInterval(interval),
            Transport::LongPolling => Self::AtOnce,
            Transport::ForeverFrame
            | Transport::HttpStreaming
            | Transport::Sse
            | Transport::WebSocket => Self::KeptOpen,
        }
    }
}

/// Whom to ask, how, and when first.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Which of the eight.
    pub transport: Transport,
    /// Where to connect to: the server, or the link before it.
    pub address: SocketAddr,
    /// The `Host` of the requests.
    pub host: String,
    /// When to ask next.
    pub again: Again,
    /// When to begin.
    pub begin: Instant,
}

/// One client, with everything that it was sent and has sent.
#[derive(Debug)]
pub struct Client {
    plan: Plan,
    shared: Arc<Shared>,
    place: Option<u64>,
    connection: Option<Connection>,
    body: Vec<u8>,
    due: Instant,
    /// What has been received of the window.
    pub audit: Audit,
    /// Everything on all its connections.
    pub ledger: Ledger,
    at_window_start: Ledger,
    at_window_end: Ledger,
    /// Connections after the first.
    pub reconnects: u64,
    over: bool,
}

/// So many connections in a row may bring nothing before a client gives up.
const FRUITLESS: u32 = 3;
/// RFC 6455, section 1.3: the sample nonce. A browser takes a random one of the same length.
const KEY: &str = "dGhlIHNhbXBsZSBub25jZQ==";

#[derive(Deserialize)]
struct Update {
    seq: u64,
    at_us: u64,
}

/// How a connection ended.
enum End {
    Cut,
    Over,
}

impl Client {
    /// A client that has not connected yet.
    pub fn new(plan: Plan, shared: Arc<Shared>) -> Self {
        Self {
            due: plan.begin,
            plan,
            shared,
            place: None,
            connection: None,
            body: Vec::new(),
            audit: Audit::default(),
            ledger: Ledger::default(),
            at_window_start: Ledger::default(),
            at_window_end: Ledger::default(),
            reconnects: 0,
            over: false,
        }
    }

    /// What the updates of the window took: from the end of the last update before the window to
    /// the end of its last update, so that both ends of the span lie at the same point of the
    /// client's cycle.
    pub fn window_ledger(&self) -> Ledger {
        self.at_window_end - self.at_window_start
    }

    /// Receives until an update comes that was planned after the window.
    pub async fn run(&mut self) -> Result<(), Failure> {
        timer::sleep_until(self.plan.begin).await;
        let mut fruitless = 0;
        loop {
            let deliveries = self.ledger.deliveries;
            let end = self.connect().await;
            self.close();
            match end? {
                End::Over => return Ok(()),
                End::Cut if self.ledger.deliveries > deliveries => fruitless = 0,
                End::Cut if fruitless == FRUITLESS => return Err(Failure::Cut(FRUITLESS)),
                End::Cut => fruitless += 1,
            }
            self.reconnects += 1;
        }
    }

    async fn connect(&mut self) -> Result<End, Failure> {
        let address = self.plan.address;
        let connection = Connection::open(address)
            .await
            .map_err(|error| Failure::Connect(address, error))?;
        self.connection = Some(connection);
        loop {
            if let End::Cut = self.exchange().await? {
                return Ok(End::Cut);
            }
            if self.over {
                return Ok(End::Over);
            }
            match self.plan.again {
                Again::EveryInterval(interval) => {
                    self.due += interval;
                    timer::sleep_until(self.due).await;
                }
                Again::AtOnce => {}
                Again::KeptOpen => return Ok(End::Cut),
            }
        }
    }

    /// One request and its response. `Over` when the response has ended or is no longer needed.
    async fn exchange(&mut self) -> Result<End, Failure> {
        self.body.clear();
        let Plan {
            transport,
            ref host,
            ..
        } = self.plan;
        let request = heads::request(transport, host, self.place, KEY);
        self.ledger.requests += 1;
        let (request_head, response_head) = match self.plan.again {
            Again::KeptOpen => (Class::Setup, Class::Setup),
            _ => (Class::RequestHead, Class::ResponseHead),
        };
        if !self.send(request_head, &request).await {
            return Ok(End::Cut);
        }
        let mut framing = loop {
            let wire = self.unread();
            if let Some((length, framing)) = response::head(wire)? {
                wire.drain(..length);
                self.ledger.book(Down, response_head, length);
                break framing;
            }
            if !self.read().await {
                return Ok(End::Cut);
            }
        };
        loop {
            let connection = self.connection.as_mut().expect("the connection is open");
            let framed = framing.take(&mut connection.unread, &mut self.body, &mut self.ledger)?;
            match framed {
                Framed::Nothing => {
                    // What has come is booked to its end before the client leaves.
                    let leaves = self.over && self.plan.again == Again::KeptOpen;
                    if leaves && self.body.is_empty() && connection.settle() {
                        return Ok(End::Over);
                    }
                    if !self.read().await {
                        return Ok(End::Cut);
                    }
                }
                Framed::Part => self.decode(false)?,
                Framed::Message => self.decode(true)?,
                Framed::End => {
                    self.decode(true)?;
                    // From an empty feed an empty answer: this client has all there is.
                    self.place.get_or_insert(0);
                    return Ok(End::Over);
                }
                Framed::Ping(payload) => {
                    self.send(Class::Idle, &response::pong(&payload)).await;
                }
                Framed::Close(code, reason) => return Err(Failure::Closed(code, reason)),
            }
        }
    }

    /// Takes the updates out of the body and books it.
    fn decode(&mut self, whole: bool) -> Result<(), Garbled> {
        let found = Decode::of(self.plan.transport).find(&self.body, whole)?;
        let arrived_us = self.connection.as_ref().map_or(0, |open| open.arrived_us);
        let mut payload = 0;
        let mut seen = None;
        for range in found.texts {
            let text = &self.body[range];
            // Anything else is a notice of missed updates; the audit finds the gap itself.
            let Ok(update) = serde_json::from_slice::<Update>(text) else {
                continue;
            };
            payload += text.len();
            let when = self.shared.place(update.at_us);
            if self.audit.receive(update.seq, when == When::Inside) && when == When::Inside {
                self.shared.record(update.at_us, arrived_us);
            }
            self.shared.delimit(update.seq, when);
            self.place = self.place.max(Some(update.seq));
            self.ledger.deliveries += 1;
            seen = Some(when);
            if when == When::After {
                self.over = true;
            } else if when == When::Before && self.ledger.deliveries == 1 {
                self.shared.placed.send_modify(|placed| *placed += 1);
            }
        }
        let format = found.consumed - payload - found.idle;
        self.ledger.book(Down, Class::Payload, payload);
        self.ledger.book(Down, Class::Format, format);
        self.ledger.book(Down, Class::Idle, found.idle);
        self.body.drain(..found.consumed);
        match seen {
            Some(When::Before) => {
                self.at_window_start = self.ledger_now();
                self.at_window_end = self.at_window_start;
            }
            Some(When::Inside) => self.at_window_end = self.ledger_now(),
            _ => {}
        }
        Ok(())
    }

    /// Sends all of `bytes`; false when the connection is cut.
    async fn send(&mut self, class: Class, bytes: &[u8]) -> bool {
        let sent = match &mut self.connection {
            Some(connection) => connection.send(bytes).await,
            None => false,
        };
        if sent {
            self.ledger.book(Up, class, bytes.len());
        }
        sent
    }

    /// Reads what has come; false when the connection is cut.
    async fn read(&mut self) -> bool {
        match &mut self.connection {
            Some(connection) => connection.read().await,
            None => false,
        }
    }

    fn unread(&mut self) -> &mut Vec<u8> {
        let connection = self.connection.as_mut();
        &mut connection.expect("the connection is open").unread
    }

    /// Ends the connection, if there is one, and keeps what it counted.
    pub fn close(&mut self) {
        if let Some(connection) = self.connection.take() {
            self.ledger = self.ledger.with(&connection);
        }
    }

    /// The ledger with what the open connection has counted so far.
    fn ledger_now(&self) -> Ledger {
        match &self.connection {
            Some(connection) => self.ledger.with(connection),
            None => self.ledger,
        }
    }
}
