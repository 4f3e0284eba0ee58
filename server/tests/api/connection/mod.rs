//! What the server allows a connection: how many requests at a time, how long, and how many others.

mod deadlines;
mod flood;
mod limits;
mod parser;
mod pipelining;

use crate::{http::Connection, process::Server};

/// The counter of rejections for this reason.
fn rejections(reason: &str) -> String {
    format!("feed_rejections_total{{reason=\"{reason}\"}}")
}

/// Sends `bytes` on a new connection, although the server may close it before all of them are sent.
fn send_what_it_takes(server: &Server, bytes: &[u8]) -> Connection {
    let mut connection = server.connect();
    let _ = connection.try_send(bytes);
    connection
}
