//! A client that continues at another server when its connection ends.

use std::{sync::Arc, time::Duration};

use server::Transport;
use tokio::{
    sync::watch,
    time::{Instant, sleep, sleep_until, timeout},
};

use super::{
    audit::Audit,
    shared::{Phase, Shared},
};
use crate::{
    client::{
        connection::Connection, decode::Decode, failure::Failure, http1::framing::Framed,
        ledger::Ledger,
    },
    record::{Again, Class, ReceivedCounts},
};

/// The interval of the transports that poll. Page refresh uses whole seconds.
pub const INTERVAL: Duration = Duration::from_millis(500);
/// The longest connect.
const LONGEST_CONNECT: Duration = Duration::from_secs(2);
/// The longest time without a byte, longer than a hold and the interval of heartbeats.
const LONGEST_QUIET: Duration = Duration::from_secs(40);
/// The pauses before another connection: the first one, and the longest one.
const BACK_OFF: [Duration; 2] = [Duration::from_millis(50), Duration::from_secs(1)];

/// What a client has received.
#[derive(Clone, Copy, Debug, Default)]
pub struct Received {
    /// The result of the audit.
    pub counts: ReceivedCounts,
    /// Connections after the first one.
    pub reconnects: u64,
    /// Requests that a server rejected with 503.
    pub rejected: u64,
    /// The longest time between two updates.
    pub longest_silence: Duration,
}

/// A client.
pub struct Receiver {
    id: usize,
    transport: Transport,
    again: Again,
    /// The servers to choose from.
    servers: Vec<usize>,
    /// The index of its server in `servers`.
    at: usize,
    shared: Arc<Shared>,
    phase: watch::Receiver<Phase>,
    moves: u64,
    audit: Audit,
    received: Received,
    newest_arrival: Option<Instant>,
    /// When its next request is due, if it polls.
    due: Instant,
    /// Consecutive connections that delivered nothing.
    fruitless: u32,
    body: Vec<u8>,
    ledger: Ledger,
}

/// Why a connection ended, or a response.
enum End {
    /// The response is complete.
    Complete,
    /// The connection is cut, or closed by the server.
    Cut,
    /// The server does not serve the feed at the moment.
    Rejected,
    /// The client moves to another server.
    Moved,
    /// The client has received everything.
    Done,
}

impl Receiver {
    /// A client without a position, which uses these servers. The first one depends on `id`.
    pub fn new(id: usize, transport: Transport, servers: Vec<usize>, shared: Arc<Shared>) -> Self {
        let moves = shared.phase.borrow().moves;
        Self {
            id,
            transport,
            again: Again::of(transport, INTERVAL),
            at: id % servers.len(),
            servers,
            phase: shared.phase.subscribe(),
            moves,
            shared,
            audit: Audit::default(),
            received: Received::default(),
            newest_arrival: None,
            due: Instant::now() + INTERVAL.mul_f64(fastrand::f64()),
            fruitless: 0,
            body: Vec::new(),
            ledger: Ledger::default(),
        }
    }

    /// Receives until the end of the run.
    pub async fn run(mut self) -> Received {
        let mut phase = self.phase.clone();
        let expired = async {
            let drain = phase.wait_for(|phase| phase.drain.is_some()).await;
            let until = drain.ok().and_then(|phase| Some(phase.drain?.until));
            if let Some(until) = until {
                sleep_until(until).await;
            }
        };
        tokio::select! {
            () = self.receive() => {}
            () = expired => {}
        }
        if let Some(drain) = self.shared.phase.borrow().drain {
            self.audit.end(drain.last);
        }
        Received {
            counts: self.audit.counts,
            ..self.received
        }
    }

    async fn receive(&mut self) {
        loop {
            let deliveries = self.audit.counts.deliveries;
            let end = self.connect().await;
            self.fruitless = match self.audit.counts.deliveries > deliveries {
                true => 0,
                false => self.fruitless + 1,
            };
            self.received.rejected += u64::from(matches!(end, End::Rejected));
            match end {
                End::Done => return,
                End::Moved => {}
                End::Complete | End::Cut | End::Rejected => {
                    let [first, longest] = BACK_OFF;
                    let pause = longest.min(first * 2u32.pow(self.fruitless.min(10)));
                    sleep(pause.mul_f64(0.5 + fastrand::f64())).await;
                }
            }
            self.received.reconnects += 1;
            if self.servers.len() > 1 {
                self.at = (self.at + fastrand::usize(1..self.servers.len())) % self.servers.len();
            }
        }
    }

    async fn connect(&mut self) -> End {
        let shared = Arc::clone(&self.shared);
        let target = &shared.targets[self.servers[self.at]];
        let open = Connection::open(target, &mut self.ledger);
        let Ok(Ok(mut connection)) = timeout(LONGEST_CONNECT, open).await else {
            return End::Cut;
        };
        loop {
            if let Again::EveryInterval(interval) = self.again {
                sleep_until(self.due).await;
                self.due = Instant::now().max(self.due + interval);
            }
            if let Some(end) = self.interruption() {
                return end;
            }
            let request = target.request(self.transport, Some(self.audit.position), None);
            match self.exchange(&mut connection, &request).await {
                End::Complete if self.again != Again::KeptOpen => {}
                end => return end,
            }
        }
    }

    /// One request and its response.
    async fn exchange(&mut self, connection: &mut Connection, request: &[u8]) -> End {
        self.body.clear();
        let sent = connection.request(Class::RequestHead, request, None, &mut self.ledger);
        match sent.await {
            Ok(true) => {}
            Ok(false) => return End::Cut,
            Err(failure) => return self.failed(&failure),
        }
        loop {
            let header = connection.read_header(Class::ResponseHead, &mut self.ledger);
            // The header is parsed from the bytes that the connection keeps, so the future may be
            // dropped.
            let header = tokio::select! {
                header = timeout(LONGEST_QUIET, header) => header,
                _ = self.phase.changed() => match self.interruption() {
                    Some(end) => return end,
                    None => continue,
                },
            };
            match header {
                Ok(Ok(true)) => break,
                Ok(Ok(false)) | Err(_) => return End::Cut,
                Ok(Err(failure)) => return self.failed(&failure),
            }
        }
        loop {
            let framed = match connection.take(&mut self.body, &mut self.ledger) {
                Ok(framed) => framed,
                Err(garbled) => return self.failed(&garbled.into()),
            };
            match framed {
                Framed::Nothing => {
                    if let Some(end) = self.interruption() {
                        return end;
                    }
                    let read = tokio::select! {
                        read = timeout(LONGEST_QUIET, connection.read(&mut self.ledger)) => read,
                        _ = self.phase.changed() => continue,
                    };
                    if read != Ok(true) {
                        return End::Cut;
                    }
                }
                Framed::Part => self.take(false),
                Framed::Message => self.take(true),
                Framed::End => {
                    self.take(true);
                    return End::Complete;
                }
                Framed::Ping(payload) => {
                    connection.send_pong(&payload, &mut self.ledger).await;
                }
                Framed::Close(..) => return End::Cut,
            }
        }
    }

    /// A response that no correct server sends is a mismatch.
    fn failed(&mut self, failure: &Failure) -> End {
        if let Failure::Status(503, _) = failure {
            return End::Rejected;
        }
        if let Failure::Garbled(_) | Failure::Status(..) = failure {
            self.audit.counts.mismatches += 1;
            self.remark(&failure.to_string());
        }
        End::Cut
    }

    /// Checks the texts in the body.
    fn take(&mut self, whole: bool) {
        let found = match Decode::of(self.transport).find(&self.body, whole) {
            Ok(found) => found,
            Err(garbled) => {
                self.failed(&garbled.into());
                self.body.clear();
                return;
            }
        };
        for range in found.texts {
            let text = &self.body[range];
            let (position, was_correct) = (self.audit.position, self.audit.counts.is_correct());
            let at_us = self.audit.receive(text, &self.shared.truth);
            if at_us.is_none() || was_correct != self.audit.counts.is_correct() {
                let text = String::from_utf8_lossy(text);
                self.remark(&format!("at {position}, received {text}"));
            }
            let Some(at_us) = at_us else {
                continue;
            };
            self.shared.received(self.id, at_us);
            let now = Instant::now();
            if let Some(before) = self.newest_arrival.replace(now) {
                let longest = &mut self.received.longest_silence;
                *longest = (*longest).max(now - before);
            }
        }
        self.body.drain(..found.consumed);
    }

    /// Explains a notice or an error to the reader of the run.
    fn remark(&self, what: &str) {
        let (transport, server) = (self.transport, self.servers[self.at] + 1);
        let id = self.id;
        let remark = format!("client {id} ({transport}) of server-{server}: {what}");
        self.shared.remark(remark);
    }

    /// Whether the client has to leave its server.
    fn interruption(&mut self) -> Option<End> {
        let phase = *self.phase.borrow_and_update();
        if let Some(drain) = phase.drain
            && self.audit.position.seq >= drain.last
        {
            return Some(End::Done);
        }
        if phase.moves == self.moves {
            return None;
        }
        self.moves = phase.moves;
        // Every second client moves.
        let moves = (self.id as u64 + phase.moves).is_multiple_of(2);
        moves.then_some(End::Moved)
    }
}
