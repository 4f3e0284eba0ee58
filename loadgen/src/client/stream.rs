//! A stream over a socket, in clear text or TLS.

use std::io::{self, ErrorKind};

use crate::{
    client::{ledger::Ledger, plan::Target, socket::Socket, tap::Tap, tls::Tls},
    record::{Class, Direction::Up, HttpVersion},
};

/// A connection that carries the bytes of HTTP. The bytes that TLS adds are counted here.
#[derive(Debug)]
pub struct Stream {
    /// Its socket.
    pub socket: Socket,
    /// Its records, unless it is in clear text.
    pub tls: Option<Tls>,
    /// Bytes received in the same read as the end of the handshake.
    early: Vec<u8>,
}

impl Stream {
    /// Connects, and completes the TLS handshake if there is one.
    pub async fn connect(target: &Target, ledger: &mut Ledger) -> io::Result<Self> {
        let mut stream = Self {
            socket: Socket::connect(target.address).await?,
            tls: None,
            early: Vec::new(),
        };
        if let Some(config) = &target.tls {
            // The name of the server, even if the link is in front of it.
            let tap = target.tap.as_ref().map(Tap::connect);
            let mut tls = Tls::new(config.clone(), target.address.ip(), tap)?;
            stream.handshake(&mut tls, ledger).await?;
            let expected: &[u8] = match target.http_version {
                HttpVersion::Http1 => b"http/1.1",
                HttpVersion::Http2 => b"h2",
            };
            // A server without ALPN uses HTTP/1.1.
            if tls.session.alpn_protocol().unwrap_or(b"http/1.1") != expected {
                let version = target.http_version;
                let detail = format!("the server does not speak HTTP/{version} over TLS");
                return Err(io::Error::other(detail));
            }
            stream.tls = Some(tls);
        }
        Ok(stream)
    }

    async fn handshake(&mut self, tls: &mut Tls, ledger: &mut Ledger) -> io::Result<()> {
        loop {
            let records = tls.take_records(&[]);
            if !records.is_empty() {
                if !self.socket.send(&records).await {
                    return Err(ErrorKind::ConnectionReset.into());
                }
                ledger.book(Up, Class::Setup, records.len());
            }
            if !tls.session.is_handshaking() {
                return Ok(());
            }
            if !self.socket.read(&mut tls.wire).await {
                return Err(ErrorKind::UnexpectedEof.into());
            }
            tls.open(&mut self.early, ledger)?;
        }
    }

    /// Sends all of `bytes`; false if the connection is cut.
    pub async fn send(&mut self, bytes: &[u8], ledger: &mut Ledger) -> bool {
        let Some(tls) = &mut self.tls else {
            return self.socket.send(bytes).await;
        };
        let records = tls.seal(bytes);
        let sent = self.socket.send(&records).await;
        if sent {
            ledger.book(Up, Class::Tls, records.len() - bytes.len());
        }
        sent
    }

    /// Appends received bytes to `unread`, which may be none; false if the connection is cut. Cancel-safe:
    /// nothing is lost if this is dropped before it completes.
    pub async fn read(&mut self, unread: &mut Vec<u8>, ledger: &mut Ledger) -> bool {
        let Some(tls) = &mut self.tls else {
            return self.socket.read(unread).await;
        };
        if !self.early.is_empty() {
            unread.append(&mut self.early);
            return true;
        }
        self.socket.read(&mut tls.wire).await && tls.open(unread, ledger).is_ok()
    }

    /// Whether everything that the kernel has received was read and counted. If so, this was the last
    /// reading of its counts.
    pub fn settle(&mut self) -> bool {
        let is_opened = self.tls.as_ref().is_none_or(|tls| tls.wire.is_empty());
        is_opened && self.early.is_empty() && self.socket.settle()
    }
}
