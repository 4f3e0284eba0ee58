//! Texts of the charts of several wires.

use crate::{
    record::{Direction, Scenario},
    show::words::common,
};

pub fn title(direction: Direction, payload_bytes: usize) -> [String; 2] {
    match direction {
        Direction::Down => [
            format!("Overhead of an update of {payload_bytes} bytes over HTTP/1.1, TLS and HTTP/2"),
            format!("HTTP/1.1, TLS, HTTP/2에서 {payload_bytes}바이트 업데이트의 오버헤드"),
        ],
        Direction::Up => [
            format!("Overhead of publishing {payload_bytes} bytes over HTTP/1.1, TLS and HTTP/2"),
            format!("HTTP/1.1, TLS, HTTP/2에서 {payload_bytes}바이트 발행의 오버헤드"),
        ],
    }
}

pub fn explained(repeats: &str) -> [String; 2] {
    [
        format!(
            "All bytes except the payload, in both directions; {repeats}. HTTP/2 is compared with \
             a WebSocket over TLS."
        ),
        format!(
            "페이로드를 뺀 모든 바이트(양방향), {repeats}. HTTP/2는 TLS를 쓰는 웹소켓과 비교합니다."
        ),
    ]
}

/// The conditions that all wires share.
pub fn conditions(scenario: &Scenario) -> [String; 2] {
    common::conditions(&Scenario {
        http_version: Default::default(),
        tls: false,
        ..scenario.clone()
    })
    .map(|words| words + ".")
}

pub const SETUP_TITLE: [&str; 2] = [
    "From connecting to the first update, by protocol",
    "프로토콜 조합별, 연결부터 첫 업데이트까지",
];
pub const ROUND_TRIPS: [&str; 2] = ["round trips", "왕복 횟수"];
pub const SETUP_BYTES: [&str; 2] = [
    "bytes of TLS and of headers that open a stream",
    "TLS와 스트림을 여는 헤더의 바이트",
];
pub const FIRST: [&str; 2] = ["first connection", "첫 연결"];
pub const AGAIN: [&str; 2] = ["reconnect, TLS session resumed", "재연결(TLS 세션 재개)"];

pub fn setup_explained(rtt_ms: &str, repeats: &str) -> [String; 2] {
    [
        format!(
            "A round trip takes {rtt_ms}. TCP, TLS 1.3 and the request (or the WebSocket handshake) need \
             one each; {repeats}."
        ),
        format!(
            "왕복 시간은 {rtt_ms}. TCP, TLS 1.3, 요청(또는 웹소켓 핸드셰이크)에 각각 왕복 한 번이 \
             필요합니다. {repeats}."
        ),
    ]
}
