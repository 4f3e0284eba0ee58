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
    http::{Connection, request},
    process::{PATIENCE, Server},
    transports::{Transport, When, position, utf8},
    websocket::{FIN, TEXT, WebSocket},
};

/// A client that knows its position.
pub struct Client {
    pub transport: Transport,
    connection: Socket,
    position: Option<String>,
    query: String,
    texts: VecDeque<String>,
}

enum Socket {
    Http(Connection),
    WebSocket(WebSocket),
}

impl Transport {
    /// Starts at `after`, without a check, or at the newest update.
    pub fn client(self, server: &Server, after: Option<u64>) -> Client {
        self.client_with(server, after, "", &[])
    }

    /// Resumes at the position of another client.
    pub fn client_at_position(self, server: &Server, position: &str) -> Client {
        self.open(server.address, Some(position.to_owned()), "", &[])
    }

    /// Like [`Self::client`], at another port of the server.
    pub fn client_at(self, address: SocketAddr, after: Option<u64>) -> Client {
        self.open(address, after.map(|seq| seq.to_string()), "", &[])
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
        self.open(server.address, position, query, fields)
    }

    fn open(
        self,
        address: SocketAddr,
        position: Option<String>,
        query: &str,
        fields: &[&str],
    ) -> Client {
        let mut client = Client {
            transport: self,
            connection: Socket::Http(Connection::open(address)),
            position,
            query: query.to_owned(),
            texts: VecDeque::new(),
        };
        client.begin(address, fields);
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
        self.connection = Socket::Http(Connection::open(address));
        self.begin(address, &[]);
    }

    /// Opens the stream, if the transport has one.
    fn begin(&mut self, address: SocketAddr, fields: &[&str]) {
        let target = self.target();
        match (self.transport.when, &mut self.connection) {
            (When::Frame, _) => {
                let socket = WebSocket::at(address, &target);
                self.connection = Socket::WebSocket(socket);
            }
            (When::Chunk, Socket::Http(connection)) => {
                connection.send(&request("GET", &target, fields, b""));
                assert_eq!(connection.head().status, 200, "{}", self.transport.name);
            }
            _ => {}
        }
    }

    /// Receives one response, chunk or frame and returns its texts.
    pub fn answer(&mut self) -> Vec<String> {
        let target = self.target();
        let bytes = match &mut self.connection {
            Socket::WebSocket(socket) => socket.text().into_bytes(),
            Socket::Http(stream) if self.transport.when == When::Chunk => {
                stream.chunk().expect("the stream continues")
            }
            Socket::Http(connection) => {
                connection.send(&request("GET", &target, &[], b""));
                let answer = connection.answer();
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

    /// All remaining texts of an open stream until the server ends it.
    pub fn until_the_end(&mut self) -> Vec<String> {
        let mut texts = Vec::from(mem::take(&mut self.texts));
        loop {
            let part = match &mut self.connection {
                Socket::Http(stream) => stream.chunk(),
                Socket::WebSocket(socket) => {
                    let frame = socket.frame();
                    (frame.first == FIN | TEXT).then_some(frame.payload)
                }
            };
            match part {
                Some(part) => texts.extend(self.transport.read(&part)),
                None => return texts,
            }
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
            let from = if notice["started_over"] == true {
                0
            } else {
                self.seq()
            };
            Some((from + missed).to_string())
        });
    }

    fn seq(&self) -> u64 {
        let position = self.position.as_deref().unwrap_or("0");
        let (seq, _) = position.split_once('.').unwrap_or((position, ""));
        seq.parse().expect("a number")
    }

    /// The client of a page knows its position only from the URL in the page.
    fn follow_refresh_address(&mut self, page: &str) {
        let (_, rest) = page.split_once("url=?after=").expect("a URL");
        let address = rest.split('"').next().expect("its end");
        let (position, more) = address.split_once("&amp;").unwrap_or((address, ""));
        // The query of this request is repeated in the next one.
        assert_eq!(more, self.query.trim_start_matches('&'), "{page}");
        let known = self.position.replace(position.to_owned());
        // The page has the check even if the client has none.
        let (seq, _) = position.split_once('.').unwrap_or((position, ""));
        let is_known = known.is_none_or(|known| known == position || known == seq);
        assert!(is_known, "{page}");
    }
}
