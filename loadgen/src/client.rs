//! What does a client of each transport do? AGAIN × decode, two values put together, and one
//! loop that books every byte.

use std::{
    io,
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use serde::Deserialize;
use server::{
    Transport, clock,
    link::Direction::{Down, Up},
    timer,
};
use thiserror::Error;
use tokio::{io::AsyncWriteExt, net::TcpStream};

use crate::{
    audit::Audit,
    decode::Decode,
    framing::{Chunk, Framed, Framing, Garbled},
    heads,
    ledger::{Class, Ledger},
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
    pub const fn of(transport: Transport, interval: Duration) -> Self {
        match transport {
            Transport::PageRefresh | Transport::Polling | Transport::HiddenFrame => {
                Self::EveryInterval(interval)
            }
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
    wire: Vec<u8>,
    body: Vec<u8>,
    arrived_us: u64,
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

/// Why a client gave up.
#[derive(Debug, Error)]
pub enum Failure {
    /// No connection.
    #[error("can't connect to {0}: {1}")]
    Connect(SocketAddr, io::Error),
    /// Connections that end before they bring anything.
    #[error("the server ended {0} connections one after the other without an update")]
    Cut(u32),
    /// An answer other than 200 or 101.
    #[error("the server answered {0}: {1}")]
    Status(u16, String),
    /// The server closed the WebSocket.
    #[error("the server closed the WebSocket with {0} ({1})")]
    Closed(u16, String),
    /// Nothing came in all the time that there was.
    #[error("{silent} of {clients} clients received no update within {within:?}")]
    #[expect(missing_docs, reason = "the message says it")]
    Silent {
        silent: usize,
        clients: usize,
        within: Duration,
    },
    /// What came is not what the protocol says.
    #[error(transparent)]
    Garbled(#[from] Garbled),
}

/// So many connections in a row may bring nothing before a client gives up.
const FRUITLESS: u32 = 3;
/// RFC 6455, section 1.3: the sample nonce. A browser takes a random one of the same length.
const KEY: &str = "dGhlIHNhbXBsZSBub25jZQ==";
const READ_BYTES: usize = 16 << 10;

#[derive(Deserialize)]
struct Update {
    seq: u64,
    at_us: u64,
}

enum Connection {
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
            wire: Vec::new(),
            body: Vec::new(),
            arrived_us: 0,
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
            match self.connection().await? {
                Connection::Over => return Ok(()),
                Connection::Cut if self.ledger.deliveries > deliveries => fruitless = 0,
                Connection::Cut if fruitless == FRUITLESS => return Err(Failure::Cut(FRUITLESS)),
                Connection::Cut => fruitless += 1,
            }
            self.reconnects += 1;
        }
    }

    async fn connection(&mut self) -> Result<Connection, Failure> {
        let address = self.plan.address;
        let mut stream = TcpStream::connect(address)
            .await
            .map_err(|error| Failure::Connect(address, error))?;
        let _ = stream.set_nodelay(true);
        self.wire.clear();
        loop {
            if let Connection::Cut = self.exchange(&mut stream).await? {
                return Ok(Connection::Cut);
            }
            if self.over {
                return Ok(Connection::Over);
            }
            match self.plan.again {
                Again::EveryInterval(interval) => {
                    self.due += interval;
                    timer::sleep_until(self.due).await;
                }
                Again::AtOnce => {}
                Again::KeptOpen => return Ok(Connection::Cut),
            }
        }
    }

    /// One request and its response. `Over` when the response has ended or is no longer needed.
    async fn exchange(&mut self, stream: &mut TcpStream) -> Result<Connection, Failure> {
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
        if !self.send(stream, request_head, &request).await {
            return Ok(Connection::Cut);
        }
        let mut framing = loop {
            if let Some((length, framing)) = response(&self.wire)? {
                self.wire.drain(..length);
                self.ledger.book(Down, response_head, length);
                break framing;
            }
            if !self.read(stream).await {
                return Ok(Connection::Cut);
            }
        };
        loop {
            let framed = framing.take(&mut self.wire, &mut self.body, &mut self.ledger)?;
            match framed {
                Framed::Nothing => {
                    // What has come is booked to its end before the client leaves.
                    let all_booked = self.wire.is_empty() && self.body.is_empty();
                    if self.over && all_booked && self.plan.again == Again::KeptOpen {
                        return Ok(Connection::Over);
                    }
                    if !self.read(stream).await {
                        return Ok(Connection::Cut);
                    }
                }
                Framed::Part => self.decode(false)?,
                Framed::Message => self.decode(true)?,
                Framed::End => {
                    self.decode(true)?;
                    // From an empty feed an empty answer: this client has all there is.
                    self.place.get_or_insert(0);
                    return Ok(Connection::Over);
                }
                Framed::Ping(payload) => {
                    self.send(stream, Class::Idle, &pong(&payload)).await;
                }
                Framed::Close(code, reason) => return Err(Failure::Closed(code, reason)),
            }
        }
    }

    /// Takes the updates out of the body and books it.
    fn decode(&mut self, whole: bool) -> Result<(), Garbled> {
        let found = Decode::of(self.plan.transport).find(&self.body, whole)?;
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
                self.shared
                    .record(update.seq, update.at_us, self.arrived_us);
            }
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
                (self.at_window_start, self.at_window_end) = (self.ledger, self.ledger)
            }
            Some(When::Inside) => self.at_window_end = self.ledger,
            _ => {}
        }
        Ok(())
    }

    /// Sends all of `bytes`; false when the connection is cut.
    async fn send(&mut self, stream: &mut TcpStream, class: Class, bytes: &[u8]) -> bool {
        let sent = stream.write_all(bytes).await.is_ok();
        if sent {
            self.ledger.carried(Up, bytes.len());
            self.ledger.book(Up, class, bytes.len());
        }
        sent
    }

    /// Reads what has come; false when the connection is cut.
    async fn read(&mut self, stream: &TcpStream) -> bool {
        while stream.readable().await.is_ok() {
            // On the stack and not in the client: ten thousand clients share it.
            let mut scratch = [0; READ_BYTES];
            match stream.try_read(&mut scratch) {
                Ok(0) => return false,
                Ok(length) => {
                    self.arrived_us = clock::now_us();
                    self.ledger.carried(Down, length);
                    self.wire.extend_from_slice(&scratch[..length]);
                    return true;
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(_) => return false,
            }
        }
        false
    }
}

/// Reads a response head; `None` while it is incomplete.
fn response(wire: &[u8]) -> Result<Option<(usize, Framing)>, Failure> {
    let mut headers = [httparse::EMPTY_HEADER; 32];
    let mut head = httparse::Response::new(&mut headers);
    let length = match head.parse(wire) {
        Ok(httparse::Status::Complete(length)) => length,
        Ok(httparse::Status::Partial) => return Ok(None),
        Err(error) => return Err(Garbled(format!("no HTTP response: {error}")).into()),
    };
    let status = head.code.unwrap_or_default();
    let header = |name: &str| {
        let mut all = head.headers.iter();
        let found = all.find(|header| header.name.eq_ignore_ascii_case(name))?;
        std::str::from_utf8(found.value).ok()
    };
    let framing = match (
        status,
        header("content-length"),
        header("transfer-encoding"),
    ) {
        (101, _, _) => Framing::Frames,
        (200, Some(length), None) => match length.parse() {
            Ok(length) => Framing::Length(length),
            Err(_) => return Err(Garbled(format!("the content length '{length}'")).into()),
        },
        (200, None, Some(coding)) if coding.eq_ignore_ascii_case("chunked") => {
            Framing::Chunked(Chunk::Size)
        }
        (200, _, _) => return Err(Garbled("a body without a length".into()).into()),
        (status, _, _) => {
            let body = String::from_utf8_lossy(&wire[length..]).into_owned();
            return Err(Failure::Status(status, body));
        }
    };
    Ok(Some((length, framing)))
}

/// The answer to a ping: the same payload, masked (RFC 6455, sections 5.3 and 5.5.3).
fn pong(payload: &[u8]) -> Vec<u8> {
    const MASK: [u8; 4] = [0x5a, 0x3c, 0x96, 0xe1];
    let mut frame = vec![0x8a, 0x80 | payload.len() as u8];
    frame.extend(MASK);
    frame.extend(
        payload
            .iter()
            .zip(MASK.iter().cycle())
            .map(|(byte, mask)| byte ^ mask),
    );
    frame
}
