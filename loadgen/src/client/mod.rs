//! A client of any transport: the combination of AGAIN and a decoder, and one loop that counts every
//! byte.

pub mod arrival;
pub mod audit;
pub mod common_feed;
pub mod connection;
pub mod decode;
pub mod failure;
pub mod http1;
pub mod http2;
pub mod ledger;
pub mod marks;
pub mod peer;
pub mod plan;
pub mod poster;
pub mod publisher;
pub mod pulse;
pub mod received;
pub mod request;
pub mod shared;
pub mod socket;
pub mod stream;
pub mod tap;
pub mod tls;
pub mod trust;
pub mod window;

use std::{sync::Arc, time::Instant};

use server::base::{clock, timer};

use self::{
    arrival::{Arrival, RequestTiming},
    connection::Connection,
    failure::Failure,
    http1::framing::{Framed, Garbled},
    ledger::Ledger,
    marks::Marks,
    plan::Plan,
    publisher::{Own, Publisher},
    received::{Received, Seen},
    shared::Shared,
    window::When,
};
use crate::record::{Again, Class};

/// One client, with everything that it received and sent.
pub struct Client {
    plan: Plan,
    shared: Arc<Shared>,
    connection: Option<Connection>,
    /// When its next request is due, if it polls.
    due: Instant,
    /// When its next request is due, in microseconds since the Unix epoch, until it is sent.
    due_us: Option<u64>,
    /// The timing of its last request, if it sends one after the other.
    request: Option<RequestTiming>,
    /// The received updates.
    pub received: Received,
    /// Identifies its own updates, if it publishes.
    own: Option<Own>,
    /// The publisher on this connection, if it is a WebSocket.
    pub publisher: Option<Box<Publisher>>,
    /// The bytes of all its connections, without those of publishing.
    pub ledger: Ledger,
    /// Its ledger at the ends of the window.
    pub marks: Marks,
    /// Connections after the first.
    pub reconnects: u64,
}

/// Maximum number of consecutive connections without an update.
const MOST_FRUITLESS: u32 = 3;

const OPEN: &str = "the connection is open";

/// How a connection ended.
enum ConnectionEnd {
    Cut,
    Over,
}

impl Client {
    /// A client that is not connected yet. It also waits for its `own` updates, if it publishes.
    pub fn new(plan: Plan, shared: Arc<Shared>, own: Option<Own>) -> Self {
        Self {
            due: plan.begin,
            received: Received::new(peer::decode(plan.peer, plan.transport), plan.position),
            plan,
            shared,
            connection: None,
            due_us: None,
            request: None,
            own,
            publisher: None,
            ledger: Ledger::default(),
            marks: Marks::default(),
            reconnects: 0,
        }
    }

    /// Receives until an update arrives that was planned after the window, and until all updates that
    /// it published inside the window have arrived.
    pub async fn run(&mut self) -> Result<(), Failure> {
        timer::sleep_until(self.plan.begin).await;
        let started = self.plan.begin;
        let mut fruitless = 0;
        loop {
            let deliveries = self.ledger.deliveries;
            let end = self.connect(started).await;
            self.close();
            match end? {
                ConnectionEnd::Over => return Ok(()),
                ConnectionEnd::Cut if self.ledger.deliveries > deliveries => fruitless = 0,
                ConnectionEnd::Cut if fruitless == MOST_FRUITLESS => {
                    return Err(Failure::Cut(MOST_FRUITLESS));
                }
                ConnectionEnd::Cut => fruitless += 1,
            }
            self.reconnects += 1;
        }
    }

    async fn connect(&mut self, started: Instant) -> Result<ConnectionEnd, Failure> {
        let connection = Connection::open(&self.plan.target, &mut self.ledger).await;
        self.due_us = None;
        let mut connection = connection?;
        if self.plan.peer.is_some() {
            connection.http1().peer = self.plan.peer;
        }
        self.connection = Some(connection);
        loop {
            if let ConnectionEnd::Cut = self.exchange(started).await? {
                return Ok(ConnectionEnd::Cut);
            }
            if self.is_over() {
                return Ok(ConnectionEnd::Over);
            }
            match self.plan.again {
                Again::EveryInterval(interval) => {
                    self.due += interval;
                    timer::sleep_until(self.due).await;
                    let late = self.due.elapsed().as_micros() as u64;
                    // The request could not be sent before the last response arrived.
                    let due_us = self.arrival().at_us.max(clock::now_us() - late);
                    self.due_us = Some(due_us);
                }
                Again::AtOnce => self.due_us = Some(self.arrival().at_us),
                Again::KeptOpen => return Ok(ConnectionEnd::Cut),
            }
        }
    }

    fn is_over(&self) -> bool {
        let returned = |own: Own| self.received.returned >= own.turns_inside(&self.shared);
        self.received.is_complete && self.own.is_none_or(returned)
    }

    /// One request and its response. `Over` if the response has ended or is no longer needed.
    async fn exchange(&mut self, started: Instant) -> Result<ConnectionEnd, Failure> {
        self.received.begin();
        let (transport, again) = (self.plan.transport, self.plan.again);
        let position = self.received.position;
        let target = &self.plan.target;
        let mut request = target.request(transport, position, self.plan.max);
        if let Some(peer) = self.plan.peer {
            let validators = &self.connection.as_mut().expect(OPEN).http1().validators;
            request = peer::adapted(peer, transport, validators, request);
        }
        self.ledger.requests += 1;
        let (request_head, response_head) = match again {
            Again::KeptOpen => (Class::Setup, Class::Setup),
            _ => (Class::RequestHead, Class::ResponseHead),
        };
        let connection = self.connection.as_mut().expect(OPEN);
        let sent = connection.request(request_head, &request, None, &mut self.ledger);
        if !sent.await? {
            return Ok(ConnectionEnd::Cut);
        }
        self.request = self.due_us.take().map(|due_us| {
            let sent_us = clock::now_us();
            RequestTiming {
                reached_us: sent_us + self.plan.way.as_micros() as u64,
                late_us: sent_us.saturating_sub(due_us),
                is_held: again == Again::AtOnce,
            }
        });
        let connection = self.connection.as_mut().expect(OPEN);
        let header = connection.read_header(response_head, &mut self.ledger);
        if !header.await? {
            return Ok(ConnectionEnd::Cut);
        }
        loop {
            let connection = self.connection.as_mut().expect(OPEN);
            match connection.take(&mut self.received.body, &mut self.ledger)? {
                Framed::Nothing => {
                    // Everything received is counted before the client disconnects.
                    let disconnects = again == Again::KeptOpen && self.is_over();
                    let connection = self.connection.as_mut().expect(OPEN);
                    if disconnects && self.received.body.is_empty() && connection.settle() {
                        return Ok(ConnectionEnd::Over);
                    }
                    if !self.read().await {
                        return Ok(ConnectionEnd::Cut);
                    }
                }
                Framed::Part => self.take(false, started)?,
                Framed::Message => self.take(true, started)?,
                Framed::End => {
                    self.take(true, started)?;
                    // An empty feed gives an empty response: the client has everything.
                    self.received.position.get_or_insert_default();
                    return Ok(ConnectionEnd::Over);
                }
                Framed::Ping(payload) => {
                    let connection = self.connection.as_mut().expect(OPEN);
                    connection.send_pong(&payload, &mut self.ledger).await;
                    self.mark(Seen::Idle);
                }
                Framed::Close(code, reason) => return Err(Failure::Closed(code, reason)),
            }
        }
    }

    /// Extracts the updates from the body and counts its bytes.
    fn take(&mut self, whole: bool, started: Instant) -> Result<(), Garbled> {
        let arrival = self.arrival();
        let first = self.ledger.deliveries == 0;
        let seen = self
            .received
            .take(whole, arrival, &mut self.ledger, &self.shared, self.own)?;
        if first && self.ledger.deliveries > 0 {
            self.shared.record_first(started.elapsed());
            if matches!(seen, Seen::Updates(When::Before, _)) {
                self.shared.placed.send_modify(|placed| *placed += 1);
            }
        }
        self.mark(seen);
        Ok(())
    }

    fn mark(&mut self, seen: Seen) {
        let deliveries = self.ledger.deliveries;
        if self.marks.need(seen, deliveries, self.shared.window()) {
            let open = self.shared.place(clock::now_us()) == When::Inside;
            self.marks.set(seen, open, self.ledger_now());
        }
    }

    /// The arrival of the last read.
    fn arrival(&self) -> Arrival {
        let arrival = self.connection.as_ref().map(|open| open.socket().arrival);
        Arrival {
            request: self.request,
            ..arrival.unwrap_or_default()
        }
    }

    /// Reads received bytes, and publishes in the meantime if a turn is due. Returns false if the
    /// connection is cut.
    async fn read(&mut self) -> bool {
        let Some(connection) = &mut self.connection else {
            return false;
        };
        loop {
            let Some(publisher) = &mut self.publisher else {
                return connection.read(&mut self.ledger).await;
            };
            let planned_us = tokio::select! {
                more = connection.read(&mut self.ledger) => return more,
                planned_us = publisher.turn() => planned_us,
            };
            if !publisher.send_frame(planned_us, connection.http1()).await {
                return false;
            }
        }
    }

    /// Closes the connection, if there is one, and keeps its counts.
    pub fn close(&mut self) {
        if let Some(connection) = self.connection.take() {
            if self.plan.resets {
                connection.socket().reset_on_close();
            }
            let (all, publishing) = Ledger::of(connection.socket());
            self.ledger = self.ledger + all - publishing;
            if let Some(publisher) = &mut self.publisher {
                publisher.ledger = publisher.ledger + publishing;
            }
        }
    }

    /// The ledger including the open connection's counts so far.
    fn ledger_now(&self) -> Ledger {
        let Some(connection) = &self.connection else {
            return self.ledger;
        };
        let (all, publishing) = Ledger::of(connection.socket());
        self.ledger + all - publishing
    }
}
