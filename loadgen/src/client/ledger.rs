//! The byte ledger: bytes on the wire by class.

use std::{
    iter::Sum,
    ops::{Add, Sub},
};

use crate::{
    client::socket::Socket,
    record::{
        Class,
        Direction::{self, Down, Up},
    },
};

/// Bytes by class and direction, and the kernel's own counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ledger {
    classes: [[u64; Class::ALL.len()]; 2],
    /// By direction.
    socket_bytes: [u64; 2],
    /// Packets in both directions, including those without data.
    pub packets: u64,
    /// Whether the packets of a connection are unknown.
    uncounted: bool,
    /// Whether bytes are in it whose classes are not known, because they were encrypted.
    encrypted: bool,
    /// Requests sent, including handshakes.
    pub requests: u64,
    /// Received updates, including duplicates; in the ledger of a publisher, published updates.
    pub deliveries: u64,
}

impl Ledger {
    /// Counts bytes in their class.
    pub fn book(&mut self, direction: Direction, class: Class, bytes: usize) {
        self.classes[direction as usize][class as usize] += bytes as u64;
    }

    /// Counts bytes of a socket whose packets are not counted.
    pub fn carry(&mut self, direction: Direction, bytes: usize) {
        self.socket_bytes[direction as usize] += bytes as u64;
        self.uncounted = true;
    }

    /// The same for bytes whose classes are not known, because they were encrypted.
    pub fn carry_encrypted(&mut self, direction: Direction, bytes: usize) {
        self.carry(direction, bytes);
        self.encrypted = true;
    }

    /// The counts of a connection so far, by the kernel or, if it has none, of the reads and writes; and
    /// of these the packets caused by publishing. Both are from one reading.
    pub fn of(socket: &Socket) -> (Self, Self) {
        let (mut all, mut publishing) = (Self::default(), Self::default());
        let Some(counts) = socket.counts() else {
            all.socket_bytes = socket.carried;
            all.uncounted = true;
            publishing.uncounted = true;
            return (all, publishing);
        };
        all.socket_bytes = [counts.sent_bytes, counts.received_bytes];
        all.packets = counts.packets.iter().sum();
        let earlier = socket.at_first_publish.as_deref();
        let packets = earlier.map_or([0; 2], |earlier| counts.packets_of_sending(earlier));
        publishing.packets = packets.iter().sum();
        for way in [Up, Down] {
            let header_bytes = counts.header_bytes[way as usize];
            all.book(way, Class::TcpIp, header_bytes as usize);
            let header_bytes = packets[way as usize] * counts.each_header_bytes;
            publishing.book(way, Class::TcpIp, header_bytes as usize);
        }
        (all, publishing)
    }

    /// Whether packets and their headers are known of every connection.
    pub fn knows_packets(&self) -> bool {
        !self.uncounted
    }

    /// Whether the class of every byte is known.
    pub fn knows_classes(&self) -> bool {
        !self.encrypted
    }

    /// Bytes of the sockets in these directions.
    pub fn socket_bytes_of(&self, ways: &[Direction]) -> u64 {
        let bytes = |&way: &Direction| self.socket_bytes[way as usize];
        ways.iter().map(bytes).sum()
    }

    /// Bytes of a class in both directions.
    pub fn bytes(&self, class: Class) -> u64 {
        self.bytes_of(&[Up, Down], class)
    }

    /// Bytes of a class in these directions.
    pub fn bytes_of(&self, ways: &[Direction], class: Class) -> u64 {
        let bytes = |&way: &Direction| self.classes[way as usize][class as usize];
        ways.iter().map(bytes).sum()
    }

    /// Bytes of all classes in both directions.
    pub fn all_bytes(&self) -> u64 {
        Class::ALL.iter().map(|&class| self.bytes(class)).sum()
    }

    /// Bytes of the socket that belong to no class; negative if bytes were counted twice.
    pub fn unexplained(&self) -> i64 {
        let bytes = |&class: &Class| self.bytes(class);
        let booked: u64 = Class::on_socket().iter().map(bytes).sum();
        self.socket_bytes_of(&[Up, Down]) as i64 - booked as i64
    }

    fn change(self, other: Self, change: impl Fn(u64, u64) -> u64) -> Self {
        let mut result = self;
        for way in 0..2 {
            result.socket_bytes[way] = change(self.socket_bytes[way], other.socket_bytes[way]);
            for class in 0..Class::ALL.len() {
                result.classes[way][class] =
                    change(self.classes[way][class], other.classes[way][class]);
            }
        }
        result.packets = change(self.packets, other.packets);
        // A sum or a difference is unknown if one side is.
        result.uncounted |= other.uncounted;
        result.encrypted |= other.encrypted;
        result.requests = change(self.requests, other.requests);
        result.deliveries = change(self.deliveries, other.deliveries);
        result
    }
}

impl Add for Ledger {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        self.change(other, u64::wrapping_add)
    }
}

impl Sum for Ledger {
    fn sum<I: Iterator<Item = Self>>(ledgers: I) -> Self {
        ledgers.fold(Self::default(), Self::add)
    }
}

impl Sub for Ledger {
    type Output = Self;

    fn sub(self, earlier: Self) -> Self {
        self.change(earlier, u64::wrapping_sub)
    }
}
