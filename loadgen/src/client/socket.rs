//! The lowest layer of a client's connection: bytes, their arrival times, and counts.

use std::{
    cell::RefCell,
    future::poll_fn,
    io::{self, ErrorKind},
    net::SocketAddr,
};

use futures_util::FutureExt;
use server::base::{
    arrival, clock,
    tcp_info::{Counts, End, ip_header_bytes},
};
use tokio::{
    io::{AsyncWriteExt, Interest},
    net::{TcpSocket, TcpStream},
};

use crate::{
    client::arrival::Arrival,
    record::Direction::{Down, Up},
};

/// Maximum number of bytes of one read.
const READ_BYTES: usize = 64 << 10;

/// A TCP connection that counts the bytes of its reads and writes.
#[derive(Debug)]
pub struct Socket {
    stream: TcpStream,
    /// The arrival of the last read.
    pub arrival: Arrival,
    /// Bytes of its writes and reads, by direction.
    pub carried: [u64; 2],
    /// Bytes of an IP header.
    ip_header_bytes: u64,
    settled: Option<Box<Counts>>,
    /// The counts at the client's first publish on this connection.
    pub at_first_publish: Option<Box<Counts>>,
}

impl Socket {
    /// Connects, with Nagle's algorithm off, as browsers do.
    pub async fn connect(address: SocketAddr) -> io::Result<Self> {
        let socket = match address {
            SocketAddr::V4(_) => TcpSocket::new_v4()?,
            SocketAddr::V6(_) => TcpSocket::new_v6()?,
        };
        // Before the connect, so that every packet has a timestamp. Without timestamps, arrivals have
        // the time of their read.
        let _ = arrival::request_timestamps(&socket);
        socket.set_nodelay(true)?;
        let stream = socket.connect(address).await?;
        Ok(Self {
            stream,
            arrival: Arrival::default(),
            carried: [0; 2],
            ip_header_bytes: ip_header_bytes(address.ip()),
            settled: None,
            at_first_publish: None,
        })
    }

    /// Sends all of `bytes`; false if the connection is cut.
    pub async fn send(&mut self, bytes: &[u8]) -> bool {
        let sent = self.stream.write_all(bytes).await.is_ok();
        self.carried[Up as usize] += if sent { bytes.len() as u64 } else { 0 };
        sent
    }

    /// Appends received bytes to `unread`; false if the connection is cut. Cancel-safe: nothing is lost
    /// if this is dropped before it completes.
    pub async fn read(&mut self, unread: &mut Vec<u8>) -> bool {
        // A connection that always has more to read must yield to the others.
        tokio::task::coop::consume_budget().await;
        loop {
            if let Some(more) = self.try_read(unread) {
                return more;
            }
            let ready = poll_fn(|context| self.stream.poll_read_ready(context));
            if ready.await.is_err() {
                return false;
            }
        }
    }

    /// The same without waiting; `None` if nothing has arrived.
    fn try_read(&mut self, unread: &mut Vec<u8>) -> Option<bool> {
        thread_local! {
            // One buffer for all connections of a thread; otherwise each would keep one of the largest
            // size.
            static BUFFER: RefCell<Vec<u8>> = RefCell::new(vec![0; READ_BYTES]);
        }
        BUFFER.with_borrow_mut(|buffer| {
            let mut result = None;
            let _ = self.stream.try_io(Interest::READABLE, || {
                match arrival::receive(&self.stream, buffer) {
                    Err(error) if error.kind() == ErrorKind::WouldBlock => Err(error),
                    Ok((length, at_us)) if (1..buffer.len()).contains(&length) => {
                        result = Some(Ok((length, at_us)));
                        // A short read returned everything; another one would only return EAGAIN.
                        // New bytes make the socket ready again.
                        Err(ErrorKind::WouldBlock.into())
                    }
                    other => {
                        result = Some(other);
                        Ok(())
                    }
                }
            });
            let (length, at_us) = match result? {
                Ok((0, _)) | Err(_) => return Some(false),
                Ok(read) => read,
            };
            let read_us = clock::now_us();
            self.arrival = Arrival {
                at_us: at_us.unwrap_or(read_us),
                read_delay_us: at_us.map(|at_us| read_us.saturating_sub(at_us)),
                nth: self.arrival.nth + 1,
                request: None,
            };
            self.carried[Down as usize] += length as u64;
            unread.extend_from_slice(&buffer[..length]);
            Some(true)
        })
    }

    /// Makes the close a reset, after which the kernel keeps nothing of the connection.
    pub fn reset_on_close(&self) {
        // If it fails, the close is an ordinary one.
        let _ = self.stream.set_zero_linger();
    }

    /// Marks everything that the client sends from now on as publishing.
    pub fn begin_publishing(&mut self) {
        if self.at_first_publish.is_none() {
            self.at_first_publish = self.counts().map(Box::new);
        }
    }

    /// Whether the other side has closed it or has sent unexpected bytes.
    pub fn is_ended(&self) -> bool {
        let mut first = [0];
        self.stream.peek(&mut first).now_or_never().is_some()
    }

    /// The kernel's counts so far; `None` if the system does not report them.
    pub fn counts(&self) -> Option<Counts> {
        let settled = self.settled.as_deref().copied();
        settled.or_else(|| Counts::read(&self.stream, End::Connected, self.ip_header_bytes))
    }

    /// Whether everything that the kernel has received was read. If so, this was the last reading; later
    /// bytes do not belong to this client.
    pub fn settle(&mut self) -> bool {
        let counts = self.counts();
        let carried = self.carried[Down as usize];
        let settled = counts.is_none_or(|counts| counts.received_bytes == carried);
        if settled {
            self.settled = counts.map(Box::new);
        }
        settled
    }
}

#[cfg(test)]
mod tests;
