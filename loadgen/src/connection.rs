//! What passes between a client and its socket?

use std::{io, net::SocketAddr};

use futures_util::FutureExt;
use server::{
    clock,
    link::Direction::{self, Down, Up},
};
use tokio::{io::AsyncWriteExt, net::TcpStream};

use crate::kernel::Counts;

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
    ended: bool,
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
            ended: false,
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

    /// Packets, out and in, that are there because of what was published on this connection.
    pub fn packets_of_publishing(&self) -> [u64; 2] {
        let counts = self.counts().zip(self.at_first_publish);
        counts.map_or([0; 2], |(now, earlier)| now.packets_of_sending(&earlier))
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
        self.ended = true;
        false
    }

    /// Whether the other side has ended it, or has said something unasked, while nothing was
    /// expected.
    pub fn is_ended(&mut self) -> bool {
        let mut first = [0];
        let waiting = self.stream.peek(&mut first).now_or_never();
        self.ended = matches!(waiting, Some(Ok(0)));
        waiting.is_some()
    }

    /// What the reads and writes of the socket carried.
    pub fn carried(&self, direction: Direction) -> u64 {
        self.carried[direction as usize]
    }

    /// What the kernel counted so far; `None` where the system does not tell.
    pub fn counts(&self) -> Option<Counts> {
        if self.settled.is_some() {
            return self.settled;
        }
        let mut counts = Counts::read(&self.stream)?;
        if self.ended {
            // The kernel counts the FIN as one byte received.
            counts.received_bytes = counts.received_bytes.min(self.carried(Down));
        }
        Some(counts)
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
