//! The connections in a capture of tcpdump.

use std::collections::BTreeMap;

/// One connection in a capture.
#[derive(Default)]
pub struct Connection {
    /// In the order of the capture.
    packets: Vec<Packet>,
}

/// A captured packet.
struct Packet {
    from_client: bool,
    seq: u32,
    /// FIN or RST: its sender sends nothing more.
    ends: bool,
    /// RST: neither side sends anything more.
    resets: bool,
    header_bytes: u64,
    payload_bytes: u32,
}

impl Packet {
    /// The new bytes of the payload, from the next expected one on.
    fn new_bytes(&self, next_seq: &mut Option<u32>) -> u64 {
        let end = self.seq.wrapping_add(self.payload_bytes);
        let new = end.wrapping_sub(next_seq.unwrap_or(self.seq));
        if self.payload_bytes == 0 || new >= 1 << 31 {
            return 0;
        }
        *next_seq = Some(end);
        u64::from(new)
    }
}

/// Bytes of some packets, in both directions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bytes {
    /// IP and TCP headers.
    pub headers: u64,
    /// TCP payload.
    pub payload: u64,
}

impl Connection {
    /// Whether both sides have closed it, so that the capture is complete.
    pub fn has_ended(&self) -> bool {
        let ended = |by_client| self.end(by_client).is_some();
        // The close_notify of TLS can reach a socket that the client has closed: a RST follows.
        let reset = self.packets.iter().any(|packet| packet.resets);
        reset || (ended(true) && ended(false))
    }

    /// All packets before the one with which the client closes the connection.
    ///
    /// If an acknowledgement is late, the kernel sends the last bytes again (a tail loss probe, RFC
    /// 8985), and the other side answers with a SACK option. The kernel's counts contain neither, so
    /// they are omitted here.
    pub fn before_the_client_ends(&self) -> Bytes {
        let end = self.end(true).unwrap_or(self.packets.len());
        let end_seq = self.packets.get(end).map(|packet| packet.seq);
        let mut bytes = Bytes::default();
        let mut next_seq = [None, None];
        for (nth, packet) in self.packets.iter().enumerate() {
            let before = match end_seq {
                // By sequence number: an ACK that another core sends is captured some microseconds
                // late and may come after the FIN. The answer to the server's FIN has a higher one.
                Some(end_seq) if packet.from_client => {
                    !packet.ends && end_seq.wrapping_sub(packet.seq) < 1 << 31
                }
                // By order: a packet is captured before the client receives it.
                _ => nth < end,
            };
            if before {
                bytes.headers += packet.header_bytes;
                bytes.payload += packet.new_bytes(&mut next_seq[usize::from(packet.from_client)]);
            }
        }
        bytes
    }

    fn end(&self, by_client: bool) -> Option<usize> {
        let ends = |packet: &Packet| packet.ends && packet.from_client == by_client;
        self.packets.iter().position(ends)
    }
}

/// The connections of a capture to `port`, as far as whole packets are written.
pub fn connections(pcap: &[u8], port: u16) -> Vec<Connection> {
    let mut connections: BTreeMap<u16, Connection> = BTreeMap::new();
    for frame in frames(pcap) {
        let (client, packet) = packet(frame, port).expect("TCP over IPv4 over Ethernet");
        connections.entry(client).or_default().packets.push(packet);
    }
    connections.into_values().collect()
}

/// The frames of a file in the classic format of libpcap: a header of 24 bytes, then for each
/// frame a header of 16, with the captured length in its third word.
fn frames(pcap: &[u8]) -> Vec<&[u8]> {
    const ETHERNET: u32 = 1;
    let Some((first, mut rest)) = pcap.split_at_checked(24) else {
        return Vec::new();
    };
    let word: fn([u8; 4]) -> u32 = match u32::from_le_bytes(four(first, 0).expect("24 bytes")) {
        // Microseconds or nanoseconds, in the byte order of the writing machine.
        0xa1b2_c3d4 | 0xa1b2_3c4d => u32::from_le_bytes,
        0xd4c3_b2a1 | 0x4d3c_b2a1 => u32::from_be_bytes,
        magic => panic!("no capture begins with {magic:08x}"),
    };
    assert_eq!(four(first, 20).map(word), Some(ETHERNET), "the link's type");
    let mut frames = Vec::new();
    while let Some((first, after)) = rest.split_at_checked(16) {
        let length = word(four(first, 8).expect("16 bytes")) as usize;
        let Some((frame, next)) = after.split_at_checked(length) else {
            break;
        };
        frames.push(frame);
        rest = next;
    }
    frames
}

/// The client's port and the packet of a frame; `None` if it is not TCP over IPv4.
fn packet(frame: &[u8], port: u16) -> Option<(u16, Packet)> {
    const IPV4: u16 = 0x0800;
    const TCP: u8 = 6;
    const FIN: u8 = 1;
    const RST: u8 = 4;
    let (ethernet, ip) = frame.split_at_checked(14)?;
    let first = *ip.first()?;
    if two(ethernet, 12)? != IPV4 || first >> 4 != 4 || *ip.get(9)? != TCP {
        return None;
    }
    let ip_header_bytes = usize::from(first & 15) * 4;
    let tcp = ip.get(ip_header_bytes..)?;
    let headers = ip_header_bytes + usize::from(tcp.get(12)? >> 4) * 4;
    // Not the captured length, because the frame is truncated, or padded if it is tiny.
    let total = usize::from(two(ip, 2)?);
    let (from, to) = (two(tcp, 0)?, two(tcp, 2)?);
    let from_client = to == port;
    let flags = *tcp.get(13)?;
    let packet = Packet {
        from_client,
        seq: u32::from_be_bytes(four(tcp, 4)?),
        ends: flags & (FIN | RST) != 0,
        resets: flags & RST != 0,
        header_bytes: (headers - sack_bytes(tcp.get(20..headers - ip_header_bytes)?)) as u64,
        payload_bytes: total.checked_sub(headers)?.try_into().ok()?,
    };
    Some((if from_client { from } else { to }, packet))
}

/// The length of a SACK option (RFC 2018, section 3) with its padding.
fn sack_bytes(mut options: &[u8]) -> usize {
    const NO_OPERATION: u8 = 1;
    const SACK: u8 = 5;
    const PADDING: usize = 2;
    loop {
        let length = match options {
            [NO_OPERATION, ..] => 1,
            [SACK, length, ..] => return usize::from(*length) + PADDING,
            [_, length, ..] => usize::from(*length).max(2),
            _ => return 0,
        };
        options = options.get(length..).unwrap_or_default();
    }
}

fn two(bytes: &[u8], at: usize) -> Option<u16> {
    let bytes = bytes.get(at..at + 2)?;
    Some(u16::from_be_bytes(bytes.try_into().ok()?))
}

fn four(bytes: &[u8], at: usize) -> Option<[u8; 4]> {
    bytes.get(at..at + 4)?.try_into().ok()
}
