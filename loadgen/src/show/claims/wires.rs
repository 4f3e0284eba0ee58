//! Our own prediction for HTTP/2 with TLS, made before measuring: HPACK applied to the captured
//! headers of a browser, the records of TLS 1.3, and the packets of a long poll and of a frame, with
//! 100 bytes of payload.

use server::Transport::{self, LongPolling, WebSocket};

use super::{
    claim::{Claim, Quantity},
    rows::ratio,
};
use crate::{
    record::{Direction, HeaderProfile, Record, SuitePart, Wire},
    show::statistics::median,
};

/// Bytes of an update with payload and TCP/IP: a long poll over HTTP/2 with TLS.
const LONG_POLL_HTTP2: f64 = 370.0;
/// A WebSocket over TLS: payload, frame header, TLS record, headers of the packet and of its ACK.
const WEBSOCKET_TLS: f64 = 100.0 + 2.0 + 22.0 + 2.0 * 52.0;
/// The same over HTTP/1.1 in clear text.
const WEBSOCKET: f64 = WEBSOCKET_TLS - 22.0;
/// Ratio of a long poll over HTTP/1.1 in clear text to that.
const HTTP1_RATIO: f64 = 4.6;
const PAYLOAD_BYTES: usize = 100;

pub(super) fn claims(record: &Record) -> Vec<Claim> {
    let bytes = |transport, wire| bytes(record, transport, wire);
    let long_poll = bytes(LongPolling, Wire::Http2Tls);
    let websocket_tls = bytes(WebSocket, Wire::Http1Tls);
    let http1 = bytes(LongPolling, Wire::Http1);
    let websocket = bytes(WebSocket, Wire::Http1);
    let claim = |quantity, computed, recorded| Claim::new(quantity, computed, recorded, 0.05);
    let today = LONG_POLL_HTTP2 / WEBSOCKET_TLS;
    vec![
        claim(Quantity::WebSocketBytes, WEBSOCKET, websocket),
        claim(Quantity::Http1Ratio, HTTP1_RATIO, ratio(http1, websocket)),
        claim(Quantity::WebSocketTlsBytes, WEBSOCKET_TLS, websocket_tls),
        claim(Quantity::Http2LongPollBytes, LONG_POLL_HTTP2, long_poll),
        claim(Quantity::Http2Ratio, today, ratio(long_poll, websocket_tls)),
    ]
}

/// All bytes of an update over a wire, except connection setup.
fn bytes(record: &Record, transport: Transport, wire: Wire) -> Option<f64> {
    let is_meant = |part: &&SuitePart| {
        let of = &part.scenario;
        part.point.is_none()
            && Wire::of(of) == wire
            && of.payload_bytes == Some(PAYLOAD_BYTES)
            && of.direction == Direction::Down
            && of.header_profile == HeaderProfile::Browser
            && of.cookie_bytes == 0
            && of.rtt.is_zero()
    };
    let parts = record.suite.scenarios.iter().filter(is_meant);
    let rows = parts.flat_map(|part| record.good(&part.scenario.name, transport));
    median(&rows.collect::<Vec<_>>(), |row| row.bytes_per_update.total)
}
