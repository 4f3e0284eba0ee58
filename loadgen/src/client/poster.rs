//! How does a client of a one-way transport publish? By POST, on a connection beside its own.

use crate::{
    client::{
        connection::Connection, failure::Failure, http1::framing::Framed, ledger::Ledger,
        plan::Target,
    },
    record::{Class, Direction::Down},
};

/// A connection for POST, kept alive as browsers do, with everything that it carried.
#[derive(Debug)]
pub struct Poster {
    target: Target,
    connection: Option<Connection>,
    /// Everything on all its connections that are closed, and what is booked of the open one.
    pub ledger: Ledger,
}

impl Poster {
    /// Not connected yet.
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

    /// Publishes a JSON value, and returns when the server has said that it did.
    pub async fn publish(&mut self, json: &str) -> Result<(), Failure> {
        // The server ends a connection that was idle for long. A browser opens another then, and
        // asks once more where it hears of the end only after asking.
        if self
            .connection
            .as_ref()
            .is_some_and(|open| open.socket().is_ended())
        {
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

    /// One request and its answer; false when the connection is cut.
    async fn exchange(&mut self, json: &str) -> Result<bool, Failure> {
        let head = self.target.publish(json.len());
        let connection = self.connection.as_mut().expect("it is connected");
        let sent = connection.request(Class::RequestHead, &head, Some(json), &mut self.ledger);
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

    /// The ledger with what the open connection has counted so far.
    pub fn ledger_now(&self) -> Ledger {
        match &self.connection {
            Some(open) => self.ledger.with(open.socket()),
            None => self.ledger,
        }
    }

    /// Ends the connection, if there is one, and keeps what it counted.
    pub fn close(&mut self) {
        self.ledger = self.ledger_now();
        self.connection = None;
    }
}
