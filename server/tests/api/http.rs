//! A minimal HTTP/1.1 client that exposes every byte.

use std::{
    io::{self, BufRead, BufReader, Read, Write},
    net::{Shutdown, SocketAddr, TcpStream},
};

use crate::process::PATIENCE;

/// The host in every request; its origin is `http://localhost`.
pub const HOST: &str = "localhost";

/// The root of the repository, for `--root`.
pub const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

pub struct Connection(BufReader<TcpStream>);

#[derive(Debug)]
pub struct Head {
    pub status: u16,
    fields: Vec<(String, String)>,
}

#[derive(Debug)]
pub struct Answer {
    pub head: Head,
    pub body: Vec<u8>,
}

pub fn get(target: &str) -> Vec<u8> {
    request("GET", target, &[], b"")
}

/// A request, with a `Content-Length` if it has a body.
pub fn request(method: &str, target: &str, fields: &[&str], body: &[u8]) -> Vec<u8> {
    request_to(HOST, method, target, fields, body)
}

/// Like [`request`], for another host.
pub fn request_to(host: &str, method: &str, target: &str, fields: &[&str], body: &[u8]) -> Vec<u8> {
    let mut head = format!("{method} {target} HTTP/1.1\r\nHost: {host}\r\n");
    for field in fields {
        head += &format!("{field}\r\n");
    }
    if method == "POST" {
        head += &format!("Content-Length: {}\r\n", body.len());
    }
    [head.as_bytes(), b"\r\n", body].concat()
}

impl Head {
    pub fn field(&self, name: &str) -> Option<&str> {
        let mut fields = self.fields.iter();
        let found = fields.find(|(field, _)| field.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    /// All fields except these, sorted by name.
    pub fn fields_but(&self, names: &[&str]) -> Vec<(String, String)> {
        let mut fields = self.fields.clone();
        fields.retain(|(field, _)| !names.contains(&field.as_str()));
        fields.sort();
        fields
    }
}

impl Answer {
    pub fn text(&self) -> String {
        String::from_utf8(self.body.clone()).expect("the body is UTF-8")
    }
}

impl Connection {
    pub fn open(address: SocketAddr) -> Self {
        Self::over(TcpStream::connect(address).expect("the server accepts connections"))
    }

    pub fn over(stream: TcpStream) -> Self {
        stream.set_nodelay(true).expect("it is a TCP socket");
        let patience = Some(PATIENCE);
        stream.set_read_timeout(patience).expect("it is not zero");
        stream.set_write_timeout(patience).expect("it is not zero");
        Self(BufReader::new(stream))
    }

    pub fn send(&mut self, bytes: &[u8]) {
        self.try_send(bytes).expect("the server receives it");
    }

    /// Like [`Self::send`], if the server may have closed the connection.
    pub fn try_send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.0.get_mut().write_all(bytes)
    }

    /// The same connection for another thread.
    pub fn another(&self) -> Self {
        let stream = self.0.get_ref().try_clone();
        Self(BufReader::new(stream.expect("a socket can be shared")))
    }

    pub fn head(&mut self) -> Head {
        let first = self.line().expect("a status line");
        let status = first
            .strip_prefix("HTTP/1.1 ")
            .and_then(|rest| rest.get(..3)?.parse().ok())
            .unwrap_or_else(|| panic!("no status line: {first:?}"));
        let mut fields = Vec::new();
        loop {
            let line = self.line().expect("a field");
            if line.is_empty() {
                return Head { status, fields };
            }
            let (name, value) = line.split_once(": ").expect("a name and a value");
            fields.push((name.into(), value.into()));
        }
    }

    /// Sends a request and receives the complete response.
    pub fn ask(&mut self, request: &[u8]) -> Answer {
        self.send(request);
        self.answer()
    }

    /// Whether a request on this connection is answered.
    pub fn is_answered(&mut self) -> bool {
        self.ask(&get("/healthz")).text() == "ok\n"
    }

    /// A complete response, with a `Content-Length` or in chunks.
    pub fn answer(&mut self) -> Answer {
        let head = self.head();
        let body = match head.field("content-length") {
            Some(length) => {
                let length = length.parse().expect("a number");
                self.exactly(length).expect("the whole body")
            }
            None => {
                assert_eq!(head.field("transfer-encoding"), Some("chunked"));
                std::iter::from_fn(|| self.chunk()).flatten().collect()
            }
        };
        Answer { head, body }
    }

    /// The next chunk as split by the server; `None` for the last one.
    pub fn try_chunk(&mut self) -> io::Result<Option<Vec<u8>>> {
        let size = usize::from_str_radix(&self.line()?, 16).map_err(io::Error::other)?;
        let chunk = self.exactly(size)?;
        assert_eq!(self.exactly(2)?, b"\r\n");
        Ok((size > 0).then_some(chunk))
    }

    pub fn chunk(&mut self) -> Option<Vec<u8>> {
        self.try_chunk().expect("a chunk")
    }

    pub fn exactly(&mut self, length: usize) -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; length];
        self.0.read_exact(&mut bytes)?;
        Ok(bytes)
    }

    /// Ends the client's side of the connection.
    pub fn end(&mut self) {
        // The server may have closed it first.
        let _ = self.0.get_ref().shutdown(Shutdown::Write);
    }

    /// Everything until the server closes; a reset counts as an end.
    pub fn rest(&mut self) -> Vec<u8> {
        let mut bytes = Vec::new();
        match self.0.read_to_end(&mut bytes) {
            Err(error) if error.kind() != io::ErrorKind::ConnectionReset => {
                panic!("the connection does not close: {error}, after {bytes:?}")
            }
            _ => bytes,
        }
    }

    /// The header, in lower case, and the body of a response that ends with the connection.
    pub fn last_answer(&mut self) -> (String, String) {
        split(self.rest())
    }

    fn line(&mut self) -> io::Result<String> {
        let mut line = Vec::new();
        self.0.read_until(b'\n', &mut line)?;
        let line = line.strip_suffix(b"\r\n");
        let line = line.ok_or(io::ErrorKind::UnexpectedEof)?;
        String::from_utf8(line.to_vec()).map_err(io::Error::other)
    }
}

/// The header, in lower case, and the body of a response without chunks.
pub fn split(response: Vec<u8>) -> (String, String) {
    let response = String::from_utf8(response).expect("it is UTF-8");
    let (head, body) = response.split_once("\r\n\r\n").expect("a header");
    (head.to_ascii_lowercase() + "\r\n", body.to_owned())
}
