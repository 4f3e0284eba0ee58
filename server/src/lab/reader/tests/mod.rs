//! Each passage is written with the class of each byte. It is read as a whole, split in two at
//! every position, and byte by byte: the classes must be the same.

mod between;
mod reported;
mod transports;

use super::*;
use crate::base::{
    Class::*,
    Direction::{Down, Up},
};

/// Adjacent bytes and their class; `None`: not reported.
struct Segment {
    class: Option<Class>,
    /// Whether the class of a part of it, if split, may be the most likely one.
    unsure: bool,
    bytes: Vec<u8>,
}

fn is(class: Class, bytes: impl AsRef<[u8]>) -> Segment {
    Segment {
        class: Some(class),
        unsure: false,
        bytes: bytes.as_ref().to_vec(),
    }
}

fn unsure(class: impl Into<Option<Class>>, bytes: &str) -> Segment {
    Segment {
        class: class.into(),
        unsure: true,
        ..is(Format, bytes)
    }
}

fn unreported(bytes: &str) -> Segment {
    Segment {
        class: None,
        ..is(Format, bytes)
    }
}

/// Adjacent bytes in one direction.
type Message = (Direction, Vec<Segment>);

fn up(segments: impl Into<Vec<Segment>>) -> Message {
    (Up, segments.into())
}

fn down(segments: impl Into<Vec<Segment>>) -> Message {
    (Down, segments.into())
}

/// A byte, with its segment and its class.
struct Byte {
    direction: Direction,
    segment: usize,
    unsure: bool,
    class: Option<Class>,
    value: u8,
}

fn bytes_of(messages: &[Message]) -> Vec<Byte> {
    let segments = messages.iter().flat_map(|(direction, segments)| {
        segments.iter().map(move |segment| (*direction, segment))
    });
    let bytes = segments.enumerate().flat_map(|(nth, (direction, of))| {
        of.bytes.iter().map(move |&value| Byte {
            direction,
            segment: nth,
            unsure: of.unsure,
            class: of.class,
            value,
        })
    });
    bytes.collect()
}

/// Reads everything, split where the direction changes and at these positions: the class of each
/// byte, and the updates.
fn read(port_of: Transport, bytes: &[Byte], cuts: &[usize]) -> (Vec<Option<Class>>, Vec<UpdateId>) {
    let mut reader = Reader::new(port_of);
    let (mut classes, mut updates) = (Vec::new(), Vec::new());
    let mut begin = 0;
    for end in 1..=bytes.len() {
        let goes_on = bytes.get(end).map(|next| next.direction) == Some(bytes[begin].direction);
        if goes_on && cuts.binary_search(&end).is_err() {
            continue;
        }
        let values: Vec<u8> = bytes[begin..end].iter().map(|byte| byte.value).collect();
        match reader.read(bytes[begin].direction, &values) {
            None => classes.extend(vec![None; values.len()]),
            Some(reading) => {
                let lengths: usize = reading.parts.iter().map(|(_, length)| length).sum();
                assert_eq!(lengths, values.len(), "{reading:?}");
                for (class, length) in reading.parts {
                    classes.extend(vec![Some(class); length]);
                }
                updates.extend(reading.updates);
            }
        }
        begin = end;
    }
    (classes, updates)
}

/// Reads the passages in all splits, and returns the `seq` of each update.
fn check(port_of: Transport, messages: &[Message]) -> Vec<u64> {
    let bytes = bytes_of(messages);
    let whole = read(port_of, &bytes, &[]);
    let every: Vec<usize> = (1..bytes.len()).collect();
    let ways = every.iter().map(std::slice::from_ref);
    for cuts in std::iter::once(&[][..]).chain(ways).chain([&every[..]]) {
        let (classes, updates) = read(port_of, &bytes, cuts);
        assert_eq!(updates, whole.1, "split at {cuts:?}");
        for (nth, (byte, class)) in bytes.iter().zip(classes).enumerate() {
            let is_cut_behind = |&cut: &usize| nth < cut && bytes[cut].segment == byte.segment;
            if byte.unsure && cuts.iter().any(is_cut_behind) {
                continue;
            }
            let value = char::from(byte.value);
            assert_eq!(class, byte.class, "split at {cuts:?}, byte {nth} {value:?}");
        }
    }
    whole.1.iter().map(|update| update.seq).collect()
}

fn update(seq: u64) -> String {
    // Nothing in a string ends the text.
    format!(r#"{{"seq":{seq},"at_us":1763890000073000,"data":{{"t":"}} \" {{\\","n":{{}}}}}}"#)
}

fn request(class: Class, path: &str) -> Message {
    let fields = "Host: feed.test\r\nAccept: */*\r\nConnection: keep-alive\r\n\r\n";
    up([is(class, format!("GET {path} HTTP/1.1\r\n{fields}"))])
}

/// A response with a `Content-Length`.
fn answer(body: impl Into<Vec<Segment>>) -> Message {
    let mut all = body.into();
    let length = length_of(&all);
    let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n");
    all.insert(0, is(ResponseHead, head));
    down(all)
}

/// A JSON array of one update.
fn array(seq: u64) -> [Segment; 3] {
    [is(Format, "["), is(Payload, update(seq)), is(Format, "]")]
}

/// The header of a response that never ends.
fn stream_head() -> Message {
    let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n";
    down([is(Setup, head)])
}

fn chunk(body: impl Into<Vec<Segment>>) -> Message {
    let mut all = body.into();
    let length = length_of(&all);
    all.insert(0, is(Chunk, format!("{length:X}\r\n")));
    all.push(is(Chunk, "\r\n"));
    down(all)
}

fn length_of(segments: &[Segment]) -> usize {
    segments.iter().map(|segment| segment.bytes.len()).sum()
}

fn frame_head(first: u8, mask: Option<[u8; 4]>, length: usize) -> Vec<u8> {
    let masked = if mask.is_some() { 0x80 } else { 0 };
    let mut head = match length {
        0..=125 => vec![first, masked | length as u8],
        126..=0xffff => [&[first, masked | 126][..], &(length as u16).to_be_bytes()].concat(),
        _ => [&[first, masked | 127][..], &(length as u64).to_be_bytes()].concat(),
    };
    head.extend(mask.into_iter().flatten());
    head
}

fn text_frame(body: Segment) -> [Segment; 2] {
    let head = frame_head(0x81, None, body.bytes.len());
    [is(WebsocketFrame, head), body]
}

fn handshake() -> [Message; 2] {
    let switched = "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\n\r\n";
    let asked = request(Setup, "/websocket?after=4");
    [asked, down([is(Setup, switched)])]
}

/// The reader of a connection after the handshake.
fn upgraded() -> Reader {
    let mut reader = Reader::new(Transport::WebSocket);
    for (direction, segments) in handshake() {
        reader.read(direction, &segments[0].bytes).unwrap();
    }
    reader
}
