//! The claims of the article. Lubbers and Greco, "HTML5 WebSocket: A Quantum Leap in
//! Scalability for the Web" (websocket.org): numbers for one poll or message per second.

use server::Transport::{LongPolling, Polling, WebSocket};

use super::{
    claim::{Claim, Quantity},
    rows::{of_kind, ratio},
    use_case::UseCase,
};
use crate::{
    record::{
        ARTICLE_REQUEST_BYTES, ARTICLE_RESPONSE_BYTES, Class, Conditions, Direction::Down,
        HeaderProfile, Measurement, Record,
    },
    show::statistics::median,
};

/// Published header bytes of a poll: visible characters only.
pub const PUBLISHED: f64 = 871.0;
/// Bytes of the same headers on the wire.
pub const ON_THE_WIRE: f64 = (ARTICLE_REQUEST_BYTES + ARTICLE_RESPONSE_BYTES) as f64;
/// Frame header of a short message.
pub const FRAME: f64 = 2.0;
/// Packet headers of a poll (three packets) and of a message (two), 52 bytes each.
const PACKETS: [f64; 2] = [156.0, 104.0];
const PAYLOAD: f64 = 21.0;
/// Payload of our scenarios of the use cases.
const CASE_PAYLOAD: f64 = 100.0;

/// The bytes that the article counts for an update: headers of a poll, or the frame header. With the
/// headers of 2009, the response header is the article's instead of our server's.
pub fn header_bytes(row: &Measurement) -> Option<f64> {
    let bytes = row.bytes_per_update_by_arithmetic;
    let classes = bytes.unwrap_or(row.bytes_per_update).classes;
    Some(
        classes[Class::RequestHead]?
            + classes[Class::ResponseHead]?
            + classes[Class::WebsocketFrame]?,
    )
}

/// Header bits per second of a scenario's clients; the median of the repeats.
pub fn header_bits(record: &Record, scenario: &str, transport: server::Transport) -> Option<f64> {
    median(&record.good(scenario, transport), |row| {
        let of = &row.conditions;
        Some(header_bytes(row)? * 8.0 * of.clients as f64 * of.rate_per_s?)
    })
}

/// Bits per second that the clients of a use case carried, of all classes, with the article's request
/// header and our server's response header; the median of the repeats. Computed values have the
/// article's response header, which is 59 bytes longer.
///
/// In the record 2026-11-29-02, `just reproduce results/2026-11-29-02` prints 1,745,580 bit/s for
/// WebSocket in case A. That is 5.9 % more than 206 bytes per update × 8 × 1,000 clients: the warm-up
/// is shorter than the period of the feed, and the update after connecting shortens the time by which
/// the bytes are divided.
fn wire_bits(record: &Record, case: UseCase, transport: server::Transport) -> Option<f64> {
    let scenario = case.scenario(HeaderProfile::Article2009)?;
    median(&record.good(scenario, transport), |row| {
        let is_case = row.conditions.payload_bytes == Some(CASE_PAYLOAD as usize);
        Some(row.wire_bytes_per_s.filter(|_| is_case)? * 8.0)
    })
}

/// A number of a poll with the article's request header. Per request, because a response may carry
/// several updates.
fn poll(record: &Record, of: fn(&Measurement) -> Option<f64>) -> Option<f64> {
    let of = |row: &Measurement| Some(of(row)? / row.requests_per_update?);
    of_kind(record, Polling, of_2009, of)
}

/// A number of a message on a WebSocket.
fn message(record: &Record, of: fn(&Measurement) -> Option<f64>) -> Option<f64> {
    of_kind(record, WebSocket, short, of)
}

/// All bytes of a poll and of a message, with the article's payload and TCP/IP.
pub fn all_bytes(record: &Record) -> [Option<f64>; 2] {
    let around = [
        poll(record, |row| row.bytes_per_update_by_arithmetic?.overhead()),
        message(record, |row| row.bytes_per_update.overhead()),
    ];
    around.map(|around| Some(around? + PAYLOAD))
}

pub(super) fn claims(record: &Record) -> Vec<Claim> {
    use Quantity::*;
    let headers = poll(record, header_bytes);
    let frame = message(record, |row| {
        row.bytes_per_update.classes[Class::WebsocketFrame]
    });
    let [poll_bytes, message_bytes] = all_bytes(record);
    let byte_ratio = ratio(poll_bytes, message_bytes);
    let with_tcp_ip = (ON_THE_WIRE + PACKETS[0] + PAYLOAD) / (FRAME + PACKETS[1] + PAYLOAD);
    let header_ratio = ratio(headers, frame);
    let mut claims = vec![
        Claim::new(PollHeaders, ON_THE_WIRE, headers, 0.01).published(PUBLISHED),
        Claim::new(FrameHeader, FRAME, frame, 0.01).published(FRAME),
        Claim::new(HeaderRatio, ON_THE_WIRE / FRAME, header_ratio, 0.01)
            .published(PUBLISHED / FRAME),
        Claim::new(RatioWithTcpIp, with_tcp_ip, byte_ratio, 0.05),
    ];
    for case in [UseCase::A, UseCase::B] {
        let measured = |transport| {
            let scenario = case.scenario(HeaderProfile::Article2009)?;
            header_bits(record, scenario, transport)
        };
        let (polling, socket) = (measured(Polling), measured(WebSocket));
        let [printed, wire, frame] = [PUBLISHED, ON_THE_WIRE, FRAME].map(|bytes| case.bits(bytes));
        claims.extend([
            Claim::new(PollingBits(case), wire, polling, 0.01).published(printed),
            Claim::new(WebSocketBits(case), frame, socket, 0.01).published(frame),
        ]);
    }
    for case in [UseCase::A, UseCase::B] {
        let recorded = |transport| wire_bits(record, case, transport);
        let [polling, socket] = [ON_THE_WIRE + PACKETS[0], FRAME + PACKETS[1]]
            .map(|bytes| case.bits(bytes + CASE_PAYLOAD));
        claims.extend([
            Claim::new(PollingWireBits(case), polling, recorded(Polling), 0.1),
            Claim::new(WebSocketWireBits(case), socket, recorded(WebSocket), 0.1),
        ]);
    }
    let latency_ratio = |transport, kind: fn(&Conditions) -> bool| {
        let mean = |transport| of_kind(record, transport, kind, |row| row.latency_us.mean);
        ratio(mean(transport), mean(WebSocket))
    };
    let polling = latency_ratio(Polling, far);
    let back_to_back = latency_ratio(LongPolling, crowded);
    claims.extend([
        Claim::new(PollingLatencyRatio, 11.0, polling, 0.1).published(3.0),
        Claim::new(BackToBackLatencyRatio, 2.0, back_to_back, 0.15).published(3.0),
    ]);
    claims
}

/// With the article's request header.
fn of_2009(of: &Conditions) -> bool {
    of.header_profile == HeaderProfile::Article2009
}

/// A frame header has two bytes for payloads of up to 125 bytes.
fn short(of: &Conditions) -> bool {
    of.direction == Down && of.payload_bytes.is_some_and(|bytes| bytes <= 125)
}

/// At the distance that the article assumes, with updates at all phases of the interval. With a whole
/// number of updates per interval, each client would see only a few phases.
fn far(of: &Conditions) -> bool {
    let is_polled_each_second = of.interval_us == Some(1_000_000) && of.max.is_none();
    let is_spread = |rate: f64| rate > 1.0 && rate.fract() != 0.0;
    of.rtt_us == 100_000 && is_polled_each_second && of.rate_per_s.is_some_and(is_spread)
}

/// A rate at which a long poll sends its next request without a pause.
fn crowded(of: &Conditions) -> bool {
    let updates = of.rate_per_s.map(|rate| rate * of.rtt_us as f64 / 1e6);
    of.max.is_none() && updates.is_some_and(|updates| updates > 4.0)
}
