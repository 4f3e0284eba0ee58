//! Publishing by POST, on a second connection of a client.

use crate::{
    client::{connection::Connection, failure::Failure, ledger::Ledger, plan::Target},
    record::{Class, Direction::Down},
};

/// A connection for POST, kept alive as in browsers, and its ledger.
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
        let header = self.target.publish(json.len());
        for _ in 0..2 {
            let connection = match &mut self.connection {
                Some(connection) => connection,
                none => none.insert(Connection::open(&self.target, &mut self.ledger).await?),
            };
            let answer = connection.exchange(&header, Some(json), &mut self.ledger);
            if let Some(body) = answer.await? {
                self.ledger.book(Down, Class::Format, body.len());
                self.ledger.deliveries += 1;
                return Ok(());
            }
            self.close();
        }
        Err(Failure::Cut(2))
    }

    /// The ledger including the open connection's counts so far.
    pub fn ledger_now(&self) -> Ledger {
        match &self.connection {
            Some(open) => self.ledger + Ledger::of(open.socket()).0,
            None => self.ledger,
        }
    }

    /// Closes the connection, if there is one, and keeps its counts.
    pub fn close(&mut self) {
        self.ledger = self.ledger_now();
        self.connection = None;
    }
}
