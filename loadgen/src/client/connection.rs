//! What passes between a client and its socket?

use std::{io, net::SocketAddr};

use futures_util::FutureExt;
use server::base::clock;
use tokio::{io::AsyncWriteExt, net::TcpStream};

use crate::{
    client::kernel::Counts,
    record::Direction::{self, Down, Up},
};

const READ_BYTES: usize = 16 << 10;

/// A connection that counts what its reads and writes carried.
#[derive(Debug)]
pub struct Connection {
    stream: TcpStream,
    /// Bytes that were read and are not taken apart yet.
    pub unread: Vec<u8>,
    /// When the newest of them came, in microseconds since the Unix epoch.
    pub arrived_us: u64,
    carried: [u64; 2],
    /// Bytes of an IP header: 20 of IPv4, 40 of IPv6.
    ip_header_bytes: u64,
    settled: Option<Counts>,
    /// The counts when the client began to publish on this connection.
    at_first_publish: Option<Counts>,
}

impl Connection {
    /// Connects, with Nagle's algorithm off, as browsers do.
    pub async fn open(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            unread: Vec::new(),
            arrived_us: 0,
            carried: [0; 2],
            ip_header_bytes: if address.is_ipv4() { 20 } else { 40 },
            settled: None,
            at_first_publish: None,
        })
    }

    /// Sends all of `bytes`; false when the connection is cut.
    pub async fn send(&mut self, bytes: &[u8]) -> bool {
        let sent = self.stream.write_all(bytes).await.is_ok();
        self.carried[Up as usize] += if sent { bytes.len() as u64 } else { 0 };
        sent
    }

    /// Notes that what the client sends from now on is published.
    pub fn begin_publishing(&mut self) {
        if self.at_first_publish.is_none() {
            self.at_first_publish = self.counts();
        }
    }

    /// The counts when the client began to publish on it, if it did.
    pub fn at_first_publish(&self) -> Option<Counts> {
        self.at_first_publish
    }

    /// Reads what has come; false when the connection is cut. Nothing is lost where this is
    /// dropped before it is done.
    pub async fn read(&mut self) -> bool {
        while self.stream.readable().await.is_ok() {
            // On the stack and not in the connection: ten thousand of them share it.
            let mut scratch = [0; READ_BYTES];
            match self.stream.try_read(&mut scratch) {
                Ok(0) => break,
                Ok(length) => {
                    self.arrived_us = clock::now_us();
                    self.carried[Down as usize] += length as u64;
                    self.unread.extend_from_slice(&scratch[..length]);
                    return true;
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(_) => break,
            }
        }
        false
    }

    /// Whether the other side has ended it, or has said something unasked, while nothing was
    /// expected.
    pub fn is_ended(&self) -> bool {
        let mut first = [0];
        self.stream.peek(&mut first).now_or_never().is_some()
    }

    /// What the reads and writes of the socket carried.
    pub fn carried(&self, direction: Direction) -> u64 {
        self.carried[direction as usize]
    }

    /// What the kernel counted so far; `None` where the system does not tell.
    pub fn counts(&self) -> Option<Counts> {
        self.settled
            .or_else(|| Counts::read(&self.stream, self.ip_header_bytes))
    }

    /// Whether everything that the kernel has received was read. If so, that was the last
    /// reading: what comes after it is not this client's any more.
    pub fn settle(&mut self) -> bool {
        let counts = self.counts();
        let carried = self.carried(Down);
        let all_read = counts.is_none_or(|counts| counts.received_bytes == carried);
        let settled = all_read && self.unread.is_empty();
        if settled {
            self.settled = counts;
        }
        settled
    }
}
