//! Publishing by POST, on a second connection of a client.

use crate::{
    client::{
        connection::Connection, failure::Failure, http1::framing::Framed, ledger::Ledger,
        plan::Target,
    },
    record::{Class, Direction::Down},
};

/// A connection for POST, kept alive as in browsers, and its ledger.
#[derive(Debug)]
pub struct Poster {
    target: Target,
    connection: Option<Connection>,
    /// The bytes of all closed connections, and the counted bytes of the open one.
    pub ledger: Ledger,
}

impl Poster {
    /// A poster that is not connected yet.
    pub fn new(target: Target) -> Self {
        Self {
            target,
            connection: None,
            ledger: Ledger::default(),
        }
    }

    async fn connect(&mut self) -> Result<(), Failure> {
        let connection = Connection::open(&self.target, &mut self.ledger).await;
        self.connection = Some(connection?);
        Ok(())
    }

    /// Publishes a JSON value and returns when the server has accepted it.
    pub async fn publish(&mut self, json: &str) -> Result<(), Failure> {
        // The server closes a connection that was idle for a long time. A browser then opens another
        // one, and repeats the request if it notices the close only after sending.
        if let Some(open) = &mut self.connection
            && open.socket().is_ended()
        {
            // The server may have sent close_notify (TLS) or GOAWAY (HTTP/2) before.
            while open.socket().is_ended() && open.read(&mut self.ledger).await {}
            self.close();
        }
        for _ in 0..2 {
            if self.connection.is_none() {
                self.connect().await?;
            }
            if self.exchange(json).await? {
                return Ok(());
            }
            self.close();
        }
        Err(Failure::Cut(2))
    }

    /// One request and its response; false if the connection is cut.
    async fn exchange(&mut self, json: &str) -> Result<bool, Failure> {
        let header = self.target.publish(json.len());
        let connection = self.connection.as_mut().expect("it is connected");
        let sent = connection.request(Class::RequestHead, &header, Some(json), &mut self.ledger);
        if !sent.await? {
            return Ok(false);
        }
        self.ledger.requests += 1;
        let class = Class::ResponseHead;
        if !connection.read_header(class, &mut self.ledger).await? {
            return Ok(false);
        }
        let mut body = Vec::new();
        while connection.take(&mut body, &mut self.ledger)? != Framed::End {
            if !connection.read(&mut self.ledger).await {
                return Ok(false);
            }
        }
        self.ledger.book(Down, Class::Format, body.len());
        self.ledger.deliveries += 1;
        Ok(true)
    }

    /// The ledger including the open connection's counts so far.
    pub fn ledger_now(&self) -> Ledger {
        match &self.connection {
            Some(open) => self.ledger.with(open.socket()),
            None => self.ledger,
        }
    }

    /// Closes the connection, if there is one, and keeps its counts.
    pub fn close(&mut self) {
        self.ledger = self.ledger_now();
        self.connection = None;
    }
}
