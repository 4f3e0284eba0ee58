//! The time that the parts of a delivery take without sockets: encoding, reading from the feed, and
//! decoding of frames from clients (`cargo bench -p server --bench speed`).

use divan::{Bencher, black_box};
use server::{
    base::frame::{TEXT, frame},
    feed::{Feed, Position, data::Data},
    format::{EVENT_STREAM, Format, JSON, TEXT_FRAME},
    transport::frame::{Decoder, Sender},
};

/// Bytes of the data of each update.
const DATA_BYTES: usize = 160;
const CLIENTS: usize = 1000;

fn main() {
    divan::main();
}

fn data() -> Data {
    Data::json(&format!("\"{}\"", "x".repeat(DATA_BYTES - 2))).expect("it is a JSON string")
}

/// Publishes an update and encodes it for the first client.
#[divan::bench(args = ["long-polling", "sse", "websocket"])]
fn publish_and_encode(bencher: Bencher<'_, '_>, transport: &str) {
    let format = format(transport);
    let feed = Feed::new(1024, 16 << 20);
    bencher.with_inputs(data).bench_local_values(|data| {
        let seq = feed.publish(1_763_890_000_123_456, |_, _| data);
        let seq = seq.expect("the feed is in memory");
        let due = feed.after(Position::without_check(seq - 1), usize::MAX);
        format.parts(&due).map(|part| part.len()).sum::<usize>()
    });
}

/// Each client reads an update that is already encoded.
#[divan::bench(args = ["long-polling", "sse", "websocket"])]
fn take_by_1000_clients(bencher: Bencher<'_, '_>, transport: &str) {
    let format = format(transport);
    let feed = Feed::new(1024, 16 << 20);
    let seq = feed.publish(1_763_890_000_123_456, |_, _| data());
    let seq = seq.expect("the feed is in memory");
    bencher.bench_local(|| {
        for _ in 0..CLIENTS {
            let due = feed.after(black_box(Position::without_check(seq - 1)), usize::MAX);
            format.parts(&due).for_each(|part| drop(black_box(part)));
        }
    });
}

/// A masked text frame from a client.
#[divan::bench]
fn decode_a_frame(bencher: Bencher<'_, '_>) {
    let bytes = frame(TEXT, &[b'x'; DATA_BYTES], Some([0x5a, 0x3c, 0x96, 0xe1]));
    let mut decoder = Decoder::new(Sender::Client, 1 << 16);
    bencher.bench_local(|| decoder.decode(&mut black_box(&bytes[..])));
}

fn format(transport: &str) -> &'static Format {
    match transport {
        "long-polling" => &JSON,
        "sse" => &EVENT_STREAM,
        _ => &TEXT_FRAME,
    }
}
