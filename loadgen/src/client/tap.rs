//! The content of a client's TLS records, for a capture.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use server::base::tls_record::{self, HEADER_BYTES, TRAILER_BYTES};
use tokio::sync::mpsc::UnboundedSender;

use crate::record::Direction::{self, Up};

/// A TLS record that a client has sent or received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TappedRecord {
    /// Counts the connections with the same tap from 0.
    pub connection: u64,
    /// Which way.
    pub direction: Direction,
    /// Its length, with its header.
    pub length: usize,
    /// The bytes of HTTP in it; none in records of the handshake.
    pub contents: Vec<u8>,
}

/// Receives the records of a client's connection.
#[derive(Clone, Debug)]
pub struct Tap {
    records: UnboundedSender<TappedRecord>,
    /// The number of connections so far, with the same tap.
    connections: Arc<AtomicU64>,
    connection: u64,
}

impl Tap {
    /// Tells records to a capture.
    pub fn new(records: UnboundedSender<TappedRecord>) -> Self {
        Self {
            records,
            connections: Arc::default(),
            connection: 0,
        }
    }

    /// For a new connection.
    pub fn connect(&self) -> Self {
        Self {
            connection: self.connections.fetch_add(1, Ordering::Relaxed),
            ..self.clone()
        }
    }

    /// Records are sent that contain these bytes.
    pub fn sent(&self, mut wire: &[u8], mut contents: &[u8]) {
        while let Some(record) = tls_record::first(wire) {
            let contained = record.len().saturating_sub(HEADER_BYTES + TRAILER_BYTES);
            let (part, rest) = contents.split_at(contained.min(contents.len()));
            (wire, contents) = (&wire[record.len()..], rest);
            self.tell(Up, record.len(), part);
        }
    }

    /// Reports a record.
    pub fn tell(&self, direction: Direction, length: usize, contents: &[u8]) {
        // The capture may be complete before the last client has left.
        let _ = self.records.send(TappedRecord {
            connection: self.connection,
            direction,
            length,
            contents: contents.to_vec(),
        });
    }
}
