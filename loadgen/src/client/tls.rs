//! The TLS records of a connection (RFC 8446), without IO. Each record is opened separately, so that its
//! content is known.
//!
//! After the handshake, a record adds 22 bytes to its content: a header of 5, a content type of 1
//! and a tag of 16. These, and KeyUpdate, are booked as `tls`; the handshake, session tickets and
//! `close_notify` as `setup`. Each client has its own session store: its first handshake is a full
//! one; with `--reconnect`, and on its second connection for POST, it resumes the session.

use std::{
    io::{self, Read, Write},
    net::IpAddr,
    sync::Arc,
};

use rustls::{ClientConfig, ClientConnection, pki_types::ServerName};
use server::base::tls_record;

use crate::{
    client::{ledger::Ledger, tap::Tap},
    record::Direction::Down,
};

/// One side of a TLS connection.
#[derive(Debug)]
pub struct Tls {
    /// Its state.
    pub session: Box<ClientConnection>,
    /// Received bytes that are not a complete record yet.
    pub wire: Vec<u8>,
    tap: Option<Tap>,
}

impl Tls {
    /// Begins a handshake with the server at this address. `tap` receives the records.
    pub fn new(config: Arc<ClientConfig>, server: IpAddr, tap: Option<Tap>) -> io::Result<Self> {
        let session = ClientConnection::new(config, ServerName::IpAddress(server.into()));
        let mut session = Box::new(session.map_err(io::Error::other)?);
        session.set_buffer_limit(None);
        Ok(Self {
            session,
            wire: Vec::new(),
            tap,
        })
    }

    /// The records that are to be sent, and their contents, which are empty during the handshake.
    pub fn take_records(&mut self, contents: &[u8]) -> Vec<u8> {
        let mut records = Vec::new();
        while self.session.wants_write() {
            let written = self.session.write_tls(&mut records);
            written.expect("writing to memory does not fail");
        }
        if let Some(tap) = &self.tap {
            tap.sent(&records, contents);
        }
        records
    }

    /// Puts bytes into records.
    pub fn seal(&mut self, bytes: &[u8]) -> Vec<u8> {
        let written = self.session.writer().write_all(bytes);
        written.expect("the buffer has no limit");
        self.take_records(bytes)
    }

    /// Appends the content of received records to `plain`, and counts the bytes around it.
    ///
    /// # Errors
    ///
    /// A record can't be opened.
    pub fn open(&mut self, plain: &mut Vec<u8>, ledger: &mut Ledger) -> io::Result<()> {
        let mut opened = 0;
        while let Some(record) = tls_record::first(&self.wire[opened..]) {
            let is_handshake = self.session.is_handshaking();
            let mut rest = record;
            while !rest.is_empty() {
                if self.session.read_tls(&mut rest)? == 0 {
                    return Err(io::Error::other("a TLS record came after close_notify"));
                }
            }
            let state = self.session.process_new_packets();
            let contained = state.map_err(io::Error::other)?.plaintext_bytes_to_read();
            let before = plain.len();
            plain.resize(before + contained, 0);
            self.session.reader().read_exact(&mut plain[before..])?;
            let class = tls_record::class(record, contained, is_handshake);
            ledger.book(Down, class, record.len() - contained);
            if let Some(tap) = &self.tap {
                tap.tell(Down, record.len(), &plain[before..]);
            }
            opened += record.len();
        }
        self.wire.drain(..opened);
        if self.wire.is_empty() {
            // A waiting client keeps no buffer.
            self.wire = Vec::new();
        }
        Ok(())
    }
}
