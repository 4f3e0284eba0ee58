//! The server's end of TLS on a link (RFC 8446).
//!
//! A link with TLS terminates it for its server: the bytes in flight are encrypted, and the server
//! behind the link sends and receives clear text.

use std::{
    io::{self, Read, Write},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use actix_web::web::Bytes;
use tokio::sync::Notify;
use tokio_rustls::rustls::{ServerConfig, ServerConnection};

use crate::base::{
    Class,
    tls_record::{self, HEADER_BYTES, TRAILER_BYTES},
};

/// A TLS record that passed the link.
#[derive(Clone, Debug)]
pub struct TlsRecord {
    /// All bytes of the record, including its header.
    pub bytes: Bytes,
    /// The application data in clear text; empty in a record of TLS itself.
    pub content: Bytes,
    /// The class of the other bytes.
    pub class: Class,
}

/// The server's end of one TLS connection. Both directions use it.
#[derive(Debug)]
pub(super) struct TlsEnd {
    session: Mutex<Session>,
    /// Notified when there may be records that reply to the client's.
    answers: Notify,
}

#[derive(Debug)]
struct Session {
    tls: ServerConnection,
    /// The client's bytes of an incomplete record.
    wire: Vec<u8>,
}

impl TlsEnd {
    /// The end of a new connection.
    pub fn new(config: Arc<ServerConfig>) -> io::Result<Self> {
        let mut tls = ServerConnection::new(config).map_err(io::Error::other)?;
        tls.set_buffer_limit(None);
        let session = Session {
            tls,
            wire: Vec::new(),
        };
        Ok(Self {
            session: Mutex::new(session),
            answers: Notify::new(),
        })
    }

    /// Appends the records that these bytes of the client complete. Returns whether the client has
    /// ended its side: it sent `close_notify`, or a record could not be decrypted.
    pub fn open(&self, bytes: &[u8], records: &mut Vec<TlsRecord>) -> bool {
        let mut session = self.lock();
        session.wire.extend_from_slice(bytes);
        let opened = session.open(records);
        self.answers.notify_one();
        opened.unwrap_or(true)
    }

    /// Waits until [`Self::answer`] may have something.
    pub async fn has_answers(&self) {
        self.answers.notified().await;
    }

    /// The records that reply to the client's: of the handshake, or an alert.
    pub fn answer(&self) -> Vec<TlsRecord> {
        let mut session = self.lock();
        let is_handshake = session.tls.is_handshaking();
        let own = |bytes: Bytes| TlsRecord {
            class: tls_record::class(&bytes, 0, is_handshake),
            content: Bytes::new(),
            bytes,
        };
        session.take().into_iter().map(own).collect()
    }

    /// Encrypts bytes of the server. `None` before the handshake is complete.
    pub fn seal(&self, content: &[u8]) -> Option<Vec<TlsRecord>> {
        if self.lock().tls.is_handshaking() {
            return None;
        }
        let mut records = self.answer();
        let mut session = self.lock();
        let written = session.tls.writer().write_all(content);
        written.expect("the buffer has no limit");
        let mut rest = Bytes::copy_from_slice(content);
        records.extend(session.take().into_iter().map(|bytes| {
            let length = bytes.len() - HEADER_BYTES - TRAILER_BYTES;
            let content = rest.split_to(length.min(rest.len()));
            TlsRecord {
                class: tls_record::class(&bytes, content.len(), false),
                content,
                bytes,
            }
        }));
        Some(records)
    }

    /// The records that announce the end (`close_notify`).
    pub fn close(&self) -> Vec<TlsRecord> {
        self.lock().tls.send_close_notify();
        self.answer()
    }

    fn lock(&self) -> MutexGuard<'_, Session> {
        self.session.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Session {
    /// Appends the complete records. Returns whether the client has closed its side.
    fn open(&mut self, records: &mut Vec<TlsRecord>) -> io::Result<bool> {
        let mut opened = 0;
        let mut is_closed = false;
        // What comes after the end is ignored.
        while !is_closed && let Some(record) = tls_record::first(&self.wire[opened..]) {
            let bytes = Bytes::copy_from_slice(record);
            opened += record.len();
            let is_handshake = self.tls.is_handshaking();
            let mut rest = &bytes[..];
            while !rest.is_empty() {
                if self.tls.read_tls(&mut rest)? == 0 {
                    return Ok(true);
                }
            }
            let state = self.tls.process_new_packets().map_err(io::Error::other)?;
            is_closed |= state.peer_has_closed();
            let mut content = vec![0; state.plaintext_bytes_to_read()];
            self.tls.reader().read_exact(&mut content)?;
            records.push(TlsRecord {
                class: tls_record::class(&bytes, content.len(), is_handshake),
                content: content.into(),
                bytes,
            });
        }
        self.wire.drain(..opened);
        Ok(is_closed)
    }

    /// The records to send.
    fn take(&mut self) -> Vec<Bytes> {
        let mut wire = Vec::new();
        while self.tls.wants_write() {
            let written = self.tls.write_tls(&mut wire);
            written.expect("writing to memory does not fail");
        }
        let mut wire = Bytes::from(wire);
        let mut records = Vec::new();
        while let Some(length) = tls_record::first(&wire).map(<[u8]>::len) {
            records.push(wire.split_to(length));
        }
        records
    }
}
