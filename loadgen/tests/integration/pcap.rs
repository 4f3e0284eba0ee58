//! The connections in a capture of tcpdump.

use std::collections::BTreeMap;

use etherparse::{LaxNetSlice, LaxSlicedPacket, TcpOptionElement, TcpSlice, TransportSlice};

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

impl Connection {
    /// Whether both sides have closed it, so that the capture is complete.
    pub fn has_ended(&self) -> bool {
        let ended = |by_client| self.end(by_client).is_some();
        // The close_notify of TLS can reach a socket that the client has closed: a RST follows.
        let reset = self.packets.iter().any(|packet| packet.resets);
        reset || (ended(true) && ended(false))
    }

    /// The bytes of IP and TCP headers, and those of TCP payload, in all packets before the one with which
    /// the client closes the connection.
    ///
    /// If an acknowledgement is late, the kernel sends the last bytes again (a tail loss probe, RFC
    /// 8985), and the other side answers with a SACK option. The kernel's counts contain neither, so
    /// they are omitted here.
    pub fn before_the_client_ends(&self) -> [u64; 2] {
        let end = self.end(true).unwrap_or(self.packets.len());
        let end_seq = self.packets.get(end).map(|packet| packet.seq);
        let [mut headers, mut payload] = [0; 2];
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
                headers += packet.header_bytes;
                payload += packet.new_bytes(&mut next_seq[usize::from(packet.from_client)]);
            }
        }
        [headers, payload]
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

/// The frames of a file in the classic format of libpcap, in the byte order of this machine: a header
/// of 24 bytes, then for each frame a header of 16, with the captured length in its third word.
fn frames(pcap: &[u8]) -> Vec<&[u8]> {
    const MAGIC: u32 = 0xa1b2_c3d4;
    const ETHERNET: u32 = 1;
    let word = |header: &[u8], nth: usize| {
        let bytes = header[4 * nth..][..4].try_into();
        u32::from_ne_bytes(bytes.expect("these are four bytes"))
    };
    let Some((first, mut rest)) = pcap.split_at_checked(24) else {
        return Vec::new();
    };
    assert_eq!([word(first, 0), word(first, 5)], [MAGIC, ETHERNET]);
    let mut frames = Vec::new();
    while let Some((header, after)) = rest.split_at_checked(16)
        && let Some((frame, next)) = after.split_at_checked(word(header, 2) as usize)
    {
        frames.push(frame);
        rest = next;
    }
    frames
}

/// The client's port and the packet of a frame; `None` if it is not TCP over IPv4.
fn packet(frame: &[u8], port: u16) -> Option<(u16, Packet)> {
    // Frames are truncated, so their length is known only from the header of IP.
    let sliced = LaxSlicedPacket::from_ethernet(frame).ok()?;
    let (Some(LaxNetSlice::Ipv4(ip)), Some(TransportSlice::Tcp(tcp))) =
        (sliced.net, sliced.transport)
    else {
        return None;
    };
    let header_bytes = ip.header().slice().len() + tcp.header_slice().len();
    let payload_bytes = usize::from(ip.header().total_len()).checked_sub(header_bytes)?;
    let from_client = tcp.destination_port() == port;
    let packet = Packet {
        from_client,
        seq: tcp.sequence_number(),
        ends: tcp.fin() || tcp.rst(),
        resets: tcp.rst(),
        header_bytes: (header_bytes - sack_bytes(&tcp)) as u64,
        payload_bytes: payload_bytes as u32,
    };
    let client = match from_client {
        true => tcp.source_port(),
        false => tcp.destination_port(),
    };
    Some((client, packet))
}

/// The length of a SACK option (RFC 2018, section 3) with its padding.
fn sack_bytes(tcp: &TcpSlice) -> usize {
    const PADDING: usize = 2;
    let blocks = tcp.options_iterator().find_map(|option| match option {
        Ok(TcpOptionElement::SelectiveAcknowledgement(_, others)) => {
            Some(1 + others.iter().flatten().count())
        }
        _ => None,
    });
    blocks.map_or(0, |blocks| PADDING + 2 + 8 * blocks)
}
