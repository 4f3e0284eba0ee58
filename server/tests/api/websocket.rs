//! A minimal WebSocket client (RFC 6455) that exposes every byte.

use std::{io, net::SocketAddr};

use crate::{
    http::{Connection, HOST, Head, request_to},
    process::Server,
};

pub const FIN: u8 = 0x80;
pub const CONTINUATION: u8 = 0x0;
pub const TEXT: u8 = 0x1;
pub const BINARY: u8 = 0x2;
pub const CLOSE: u8 = 0x8;
pub const PING: u8 = 0x9;
pub const PONG: u8 = 0xa;

/// The key of the RFC's example.
pub const KEY: &str = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==";
pub const VERSION: &str = "Sec-WebSocket-Version: 13";
pub const UPGRADE: [&str; 2] = ["Connection: Upgrade", "Upgrade: websocket"];

/// A handshake with additional fields.
pub fn handshake(target: &str, fields: &[&str]) -> Vec<u8> {
    handshake_to(HOST, target, fields)
}

/// Like [`handshake`], for another host.
pub fn handshake_to(host: &str, target: &str, fields: &[&str]) -> Vec<u8> {
    let fields = [&UPGRADE[..], &[KEY, VERSION], fields].concat();
    request_to(host, "GET", target, &fields, b"")
}

pub struct WebSocket(pub Connection);

/// A complete frame from the server.
#[derive(Debug, PartialEq, Eq)]
pub struct Frame {
    /// The first byte: the final bit, the reserved bits and the opcode.
    pub first: u8,
    /// The encoded length, 1, 3 or 9 bytes.
    pub length: Vec<u8>,
    pub payload: Vec<u8>,
}

impl WebSocket {
    pub fn open(server: &Server, target: &str) -> Self {
        Self::at(server.address, target)
    }

    pub fn at(address: SocketAddr, target: &str) -> Self {
        let mut connection = Connection::open(address);
        connection.send(&handshake(target, &[]));
        Self::accepted(connection)
    }

    /// A connection whose handshake was sent. The server must accept it.
    pub fn accepted(mut connection: Connection) -> Self {
        let head = connection.head();
        assert_eq!(head.status, 101, "{head:?}");
        Self(connection)
    }

    pub fn start_handshake(&mut self, target: &str) -> Head {
        self.0.send(&handshake(target, &[]));
        self.0.head()
    }

    pub fn try_frame(&mut self) -> io::Result<Frame> {
        let first = self.0.exactly(1)?[0];
        let mut length = self.0.exactly(1)?;
        let payload = match length[0] {
            126 => {
                length.extend(self.0.exactly(2)?);
                usize::from(u16::from_be_bytes([length[1], length[2]]))
            }
            127 => {
                length.extend(self.0.exactly(8)?);
                u64::from_be_bytes(length[1..].try_into().expect("eight bytes")) as usize
            }
            short => {
                assert!(short < 126, "a frame from a server has no mask");
                usize::from(short)
            }
        };
        let payload = self.0.exactly(payload)?;
        Ok(Frame {
            first,
            length,
            payload,
        })
    }

    pub fn frame(&mut self) -> Frame {
        self.try_frame().expect("a frame")
    }

    /// The next frame, which must be text.
    pub fn text(&mut self) -> String {
        let frame = self.frame();
        assert_eq!(frame.first, FIN | TEXT, "{frame:?}");
        String::from_utf8(frame.payload).expect("text is UTF-8")
    }

    /// The code and reason of the next frame, which must be a close frame and the last frame.
    ///
    /// The client ends its side of the connection; otherwise the server waits for that.
    pub fn closed(mut self) -> (u16, String) {
        let frame = self.frame();
        assert_eq!(frame.first, FIN | CLOSE, "{frame:?}");
        self.0.end();
        assert_eq!(self.0.rest(), b"", "nothing follows a close");
        frame.close_reason()
    }

    /// The code and reason of the close frame that follows any other frames.
    pub fn close_reason(&mut self) -> (u16, String) {
        loop {
            let frame = self.frame();
            if frame.first == FIN | CLOSE {
                return frame.close_reason();
            }
        }
    }

    pub fn send(&mut self, first: u8, payload: &[u8]) {
        self.0.send(&masked(first, payload));
    }
}

impl Frame {
    pub fn close_reason(&self) -> (u16, String) {
        let (code, reason) = self.payload.split_at(2);
        let reason = String::from_utf8(reason.to_vec()).expect("a reason is UTF-8");
        (u16::from_be_bytes([code[0], code[1]]), reason)
    }
}

const MASK: [u8; 4] = [0x37, 0xfa, 0x21, 0x3d];

/// A frame from a client.
pub fn masked(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut frame = vec![first];
    match payload.len() {
        short @ 0..=125 => frame.push(0x80 | short as u8),
        middle @ 126..=0xffff => {
            frame.push(0x80 | 126);
            frame.extend((middle as u16).to_be_bytes());
        }
        long => {
            frame.push(0x80 | 127);
            frame.extend((long as u64).to_be_bytes());
        }
    }
    frame.extend(MASK);
    frame.extend(payload.iter().zip(MASK.iter().cycle()).map(|(a, b)| a ^ b));
    frame
}
