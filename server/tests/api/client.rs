//! A client of any of the eight transports. It sends the transport's requests and keeps its
//! position.

use std::{
    collections::VecDeque,
    mem,
    net::SocketAddr,
    thread,
    time::{Duration, Instant},
};

use crate::{
    http::{Connection, get, request},
    process::{PATIENCE, Server},
    transports::{Transport, When, position, utf8},
    websocket::{FIN, Frame, TEXT, WebSocket, handshake},
};

/// A client that knows its position.
pub struct Client {
    pub transport: Transport,
    /// The connection, also of the transports that are not WebSocket.
    socket: WebSocket,
    position: Option<String>,
    query: String,
    texts: VecDeque<String>,
}

impl Transport {
    /// Starts at `after`, without a check, or at the newest update.
    pub fn client(self, server: &Server, after: Option<u64>) -> Client {
        self.client_at(server.address, after)
    }

    /// Resumes at the position of another client.
    pub fn client_at_position(self, server: &Server, position: &str) -> Client {
        self.open(server.connect(), Some(position.to_owned()), "", &[])
    }

    /// Like [`Self::client`], at another port of the server.
    pub fn client_at(self, address: SocketAddr, after: Option<u64>) -> Client {
        self.client_over(Connection::open(address), after)
    }

    /// Like [`Self::client`], over a new connection.
    pub fn client_over(self, connection: Connection, after: Option<u64>) -> Client {
        self.open(connection, after.map(|seq| seq.to_string()), "", &[])
    }

    /// Like [`Self::client`], with additional query parameters (`&max=3`) and header fields.
    pub fn client_with(
        self,
        server: &Server,
        after: Option<u64>,
        query: &str,
        fields: &[&str],
    ) -> Client {
        let position = after.map(|seq| seq.to_string());
        self.open(server.connect(), position, query, fields)
    }

    fn open(
        self,
        connection: Connection,
        position: Option<String>,
        query: &str,
        fields: &[&str],
    ) -> Client {
        let mut client = Client {
            transport: self,
            socket: WebSocket(connection),
            position,
            query: query.to_owned(),
            texts: VecDeque::new(),
        };
        client.begin(fields);
        client
    }
}

impl Client {
    /// Connects to another server and resumes there.
    pub fn connect_to(&mut self, server: &Server) {
        self.connect_at(server.address);
    }

    /// Like [`Self::connect_to`], at an address.
    pub fn connect_at(&mut self, address: SocketAddr) {
        self.socket = WebSocket(Connection::open(address));
        self.begin(&[]);
    }

    /// Opens the stream, if the transport has one.
    fn begin(&mut self, fields: &[&str]) {
        let target = self.target();
        let (request, status) = match self.transport.when {
            When::Ended => return,
            When::Chunk => (request("GET", &target, fields, b""), 200),
            When::Frame => (handshake(&target, fields), 101),
        };
        let connection = &mut self.socket.0;
        connection.send(&request);
        assert_eq!(connection.head().status, status, "{}", self.transport.name);
    }

    /// Receives one response, chunk or frame and returns its texts.
    pub fn answer(&mut self) -> Vec<String> {
        let target = self.target();
        let bytes = match self.transport.when {
            When::Frame => self.socket.text().into_bytes(),
            When::Chunk => self.socket.0.chunk().expect("the stream continues"),
            When::Ended => {
                let answer = self.socket.0.ask(&get(&target));
                assert_eq!(answer.head.status, 200, "{}", answer.text());
                answer.body
            }
        };
        let texts = self.transport.read(&bytes);
        texts.iter().for_each(|text| self.advance(text));
        if self.transport.name == "page-refresh" {
            self.follow_refresh_address(&utf8(&bytes));
        } else if texts.is_empty() && self.transport.when == When::Ended {
            // An empty response to a client without a position: the feed is empty.
            self.position.get_or_insert("0".into());
        }
        texts
    }

    /// The next text, an update or a notice. Sends requests until there is one.
    pub fn next(&mut self) -> String {
        let deadline = Instant::now() + PATIENCE;
        while self.texts.is_empty() {
            let name = self.transport.name;
            assert!(Instant::now() < deadline, "{name}: nothing was received");
            let texts = self.answer();
            if texts.is_empty() && self.transport.when == When::Ended {
                // The interval of a client that polls.
                thread::sleep(Duration::from_millis(5));
            }
            self.texts.extend(texts);
        }
        self.texts.pop_front().expect("it is not empty")
    }

    pub fn take(&mut self, count: usize) -> Vec<String> {
        (0..count).map(|_| self.next()).collect()
    }

    /// All remaining texts of an open stream until the server ends it, and for a WebSocket the
    /// frame that is not text.
    pub fn until_the_end(&mut self) -> (Vec<String>, Option<Frame>) {
        let mut texts = Vec::from(mem::take(&mut self.texts));
        loop {
            let part = match self.transport.when {
                When::Frame => {
                    let frame = self.socket.frame();
                    if frame.first != FIN | TEXT {
                        return (texts, Some(frame));
                    }
                    frame.payload
                }
                _ => match self.socket.0.chunk() {
                    Some(chunk) => chunk,
                    None => return (texts, None),
                },
            };
            texts.extend(self.transport.read(&part));
        }
    }

    fn target(&self) -> String {
        let after = self.position.as_ref();
        let after = after.map(|position| format!("after={position}"));
        let (name, query) = (self.transport.name, &self.query);
        format!("/{name}?{}{query}", after.unwrap_or_default())
    }

    /// The position after an update has a check. The position after a notice has none, because the
    /// client does not have the update before it.
    fn advance(&mut self, text: &str) {
        self.position = position(text).or_else(|| {
            let notice: serde_json::Value = serde_json::from_str(text).expect("JSON");
            let missed = notice["missed"].as_u64().expect("a number");
            let from = match notice["started_over"] == true {
                true => 0,
                false => seq(self.position.as_deref().unwrap_or("0")),
            };
            Some((from + missed).to_string())
        });
    }

    /// The client of a page knows its position only from the URL in the page.
    fn follow_refresh_address(&mut self, page: &str) {
        let (_, rest) = page.split_once("url=?after=").expect("a URL");
        let address = rest.split('"').next().expect("its end");
        let (position, more) = address.split_once("&amp;").unwrap_or((address, ""));
        // The query of this request is repeated in the next one.
        assert_eq!(more, self.query.trim_start_matches('&'), "{page}");
        // The page has the check even if the client has none.
        if let Some(known) = self.position.replace(position.to_owned()) {
            let is_known = known == position || known == seq(position).to_string();
            assert!(is_known, "{page}");
        }
    }
}

/// The `seq` of a position with or without a check.
fn seq(position: &str) -> u64 {
    let seq = position.split('.').next().expect("it is not empty");
    seq.parse().expect("a number")
}
