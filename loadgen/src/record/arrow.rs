//! The captured messages on the link, as arrows of a sequence chart.

use serde::{Deserialize, Serialize};
use server::Transport;

use crate::record::{Direction, Row};

/// One arrow between client and server.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Arrow {
    /// Counts the connections of the run from 0.
    pub connection: u64,
    /// The direction.
    pub direction: Direction,
    /// When it left or reached the client, in microseconds since the Unix epoch.
    pub client_us: u64,
    /// When it left or reached the server, in microseconds since the Unix epoch.
    pub server_us: u64,
    /// Bytes that the sockets carried.
    pub bytes: usize,
    /// The lengths of the TLS records that end in it, with their headers; none in clear text.
    #[serde(default)]
    pub record_bytes: Vec<usize>,
    /// The kind of message.
    pub what: What,
    /// The updates in it.
    pub updates: Vec<CarriedUpdate>,
}

/// An update in an arrow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CarriedUpdate {
    /// Its position in the feed.
    pub seq: u64,
    /// Its planned time, in microseconds since the Unix epoch; `None` if the text is cut.
    pub at_us: Option<u64>,
}

/// The kind of message of an arrow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum What {
    /// A request.
    Request,
    /// A response, from its header on.
    Response,
    /// Request or response of the WebSocket handshake.
    Handshake,
    /// Data of a stream after its header.
    Chunk,
    /// WebSocket frames.
    Frame,
}

/// An arrow and the row to which it belongs: a line of the captures of a record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CapturedArrow {
    /// The name of the scenario.
    pub scenario: String,
    /// The transport.
    pub transport: Transport,
    /// Counts from 1.
    pub repeat: u32,
    /// The message.
    #[serde(flatten)]
    pub arrow: Arrow,
}

impl CapturedArrow {
    /// Whether it belongs to a row.
    pub fn is_of(&self, row: &Row) -> bool {
        let of = &row.measurement;
        (&self.scenario, self.transport, self.repeat)
            == (&of.conditions.scenario, of.transport, row.repeat)
    }
}

/// The lines of a row's arrows.
pub fn lines(row: &Row, arrows: &[Arrow]) -> anyhow::Result<String> {
    let line = |arrow: &Arrow| {
        let capture = CapturedArrow {
            scenario: row.measurement.conditions.scenario.clone(),
            transport: row.measurement.transport,
            repeat: row.repeat,
            arrow: arrow.clone(),
        };
        Ok(serde_json::to_string(&capture)? + "\n")
    };
    arrows.iter().map(line).collect()
}
