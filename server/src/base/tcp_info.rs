//! The kernel's counts of a connection: packets, and bytes independent of our own counting.

use std::{io, net::IpAddr};

use tokio::net::TcpStream;

/// The kernel's own counts of a connection, from its first SYN to the reading (`TCP_INFO`, Linux
/// 4.19 or later).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Bytes sent, without retransmissions.
    pub sent_bytes: u64,
    /// Bytes received, including unread ones.
    pub received_bytes: u64,
    /// Packets out and in, including those without data.
    pub packets: [u64; 2],
    /// Packets with data.
    pub data_packets: [u64; 2],
    /// IP and TCP headers of all packets.
    pub header_bytes: [u64; 2],
    /// Header bytes of a packet that is not a SYN.
    pub each_header_bytes: u64,
}

/// Offsets of the fields in the kernel's `struct tcp_info` (include/uapi/linux/tcp.h), whose
/// layout is only ever extended at its end.
mod at {
    pub const STATE: usize = 0;
    pub const OPTIONS: usize = 5;
    pub const BYTES_RECEIVED: usize = 128;
    pub const SEGS_OUT: usize = 136;
    pub const SEGS_IN: usize = 140;
    pub const DATA_SEGS_IN: usize = 152;
    pub const DATA_SEGS_OUT: usize = 156;
    pub const BYTES_SENT: usize = 200;
    pub const BYTES_RETRANS: usize = 208;
    pub const END: usize = 216;
}

/// `TCP_CLOSE_WAIT`: the other side has closed its half, which the kernel counts as a received byte.
const CLOSE_WAIT: u8 = 8;
/// `TCPI_OPT_TIMESTAMPS`: each packet carries 12 bytes of timestamps (RFC 7323, section 3.2).
const TIMESTAMPS: u8 = 1;

/// The end of a connection, which decides whether the kernel counts the packets of its opening.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The end that connected: both SYNs are counted.
    Connected,
    /// The end that was accepted: its own SYN is sent before the socket exists, and is not counted.
    Accepted,
}

/// The number of bytes of an IP header without options.
pub fn ip_header_bytes(address: IpAddr) -> u64 {
    match address.to_canonical() {
        IpAddr::V4(_) => 20,
        IpAddr::V6(_) => 40,
    }
}

impl Counts {
    /// Reads the counts of a socket, over IP with headers of `ip` bytes; `None` if the system has
    /// none. The own SYN is included at both ends.
    pub fn read(stream: &TcpStream, end: End, ip: u64) -> Option<Self> {
        Some(Self::from_info(&tcp_info(stream).ok()?, end, ip))
    }

    /// Reads the counts from the kernel's structure. A kernel that fills the fields inconsistently
    /// must not make a difference underflow.
    fn from_info(info: &[u8; at::END], end: End, ip: u64) -> Self {
        let u64_at = |at: usize| u64::from_ne_bytes(info[at..at + 8].try_into().expect("8 bytes"));
        let u32_at = |at: usize| u32::from_ne_bytes(info[at..at + 4].try_into().expect("4 bytes"));
        let uncounted = u64::from(end == End::Accepted);
        let packets = [
            u64::from(u32_at(at::SEGS_OUT)) + uncounted,
            u32_at(at::SEGS_IN).into(),
        ];
        let timestamps = info[at::OPTIONS] & TIMESTAMPS != 0;
        let each = ip + 20 + if timestamps { 12 } else { 0 };
        // A SYN carries MSS (4), SACK permitted and timestamps (12 together), and window scale
        // with its padding (4) where the others carry only the timestamps. Without timestamps,
        // SACK permitted is padded to 4.
        let syn = ip + 20 + if timestamps { 20 } else { 12 };
        let fin = u64::from(info[at::STATE] == CLOSE_WAIT);
        Self {
            sent_bytes: u64_at(at::BYTES_SENT).saturating_sub(u64_at(at::BYTES_RETRANS)),
            received_bytes: u64_at(at::BYTES_RECEIVED).saturating_sub(fin),
            packets,
            data_packets: [
                u32_at(at::DATA_SEGS_OUT).into(),
                u32_at(at::DATA_SEGS_IN).into(),
            ],
            each_header_bytes: each,
            header_bytes: packets.map(|packets| match packets {
                0 => 0,
                packets => syn + (packets - 1) * each,
            }),
        }
    }

    /// Packets since an earlier reading that were caused by sending: outgoing packets with data, and
    /// incoming packets without data, which acknowledge them.
    pub fn packets_of_sending(&self, earlier: &Self) -> [u64; 2] {
        let bare_in = |counts: &Self| counts.packets[1] - counts.data_packets[1];
        [
            self.data_packets[0] - earlier.data_packets[0],
            bare_in(self).saturating_sub(bare_in(earlier)),
        ]
    }
}

#[cfg(target_os = "linux")]
fn tcp_info(stream: &TcpStream) -> io::Result<[u8; at::END]> {
    use nix::sys::socket::getsockopt;

    match has_all_fields() {
        true => Ok(getsockopt(stream, option::TcpInfo)?),
        false => Err(io::ErrorKind::Unsupported.into()),
    }
}

/// Whether the kernel's structure has all fields, which it has since Linux 4.19. Without them,
/// [`Counts::read`] returns `None`.
#[cfg(target_os = "linux")]
pub fn has_all_fields() -> bool {
    use std::sync::LazyLock;

    static HAS_ALL_FIELDS: LazyLock<bool> = LazyLock::new(|| {
        let system = rustix::system::uname();
        let mut release = system.release().to_str().unwrap_or_default().split('.');
        let mut number = || release.next().and_then(|number| number.parse().ok());
        (number(), number()) >= (Some(4), Some(19))
    });
    *HAS_ALL_FIELDS
}

/// Only Linux has the structure.
#[cfg(not(target_os = "linux"))]
pub fn has_all_fields() -> bool {
    false
}

#[cfg(target_os = "linux")]
mod option {
    use nix::{getsockopt_impl, libc, sockopt_impl};

    sockopt_impl!(
        /// The kernel's counts of a connection.
        TcpInfo,
        GetOnly,
        libc::IPPROTO_TCP,
        libc::TCP_INFO,
        [u8; super::at::END]
    );
}

#[cfg(not(target_os = "linux"))]
fn tcp_info(_: &TcpStream) -> io::Result<[u8; at::END]> {
    Err(io::ErrorKind::Unsupported.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inconsistent_counts_do_not_underflow() {
        let mut info = [0; at::END];
        info[at::BYTES_SENT] = 1;
        info[at::BYTES_RETRANS] = 2;
        info[at::STATE] = CLOSE_WAIT;
        let counts = Counts::from_info(&info, End::Accepted, 20);
        assert_eq!((counts.sent_bytes, counts.received_bytes), (0, 0));
    }
}
