//! Texts of the chart of overhead.

use crate::{
    record::{Class, Direction},
    show::{number::trimmed, words::common::UNDELIVERED},
};

pub const OVERHEAD: [&str; 2] = ["overhead", "오버헤드"];

pub const fn title(direction: Direction) -> [&'static str; 2] {
    match direction {
        Direction::Down => [
            "Overhead of an update, by transport",
            "전송 방식별 업데이트당 오버헤드",
        ],
        Direction::Up => [
            "Overhead of a publish, by transport",
            "전송 방식별 발행당 오버헤드",
        ],
    }
}

pub fn explained(direction: Direction, repeats: &str) -> [String; 2] {
    match direction {
        Direction::Down => [
            format!(
                "Bytes per delivered update: ▼ to clients, ▲ to the server; without connection setup; \
                 {repeats}."
            ),
            format!(
                "전달된 업데이트당 바이트(▼ 클라이언트로, ▲ 서버로), {repeats}. 연결을 여는 데 드는 \
                 바이트는 제외했습니다."
            ),
        ],
        Direction::Up => [
            format!(
                "Bytes per publish of a client, both directions; without connection setup; {repeats}."
            ),
            format!(
                "클라이언트가 발행한 업데이트당 바이트(양방향 합계), {repeats}. 연결을 여는 데 드는 \
                 바이트는 제외했습니다."
            ),
        ],
    }
}

pub const fn unit(direction: Direction) -> [&'static str; 2] {
    match direction {
        Direction::Down => ["bytes per update", "업데이트당 바이트"],
        Direction::Up => ["bytes per publish", "발행당 바이트"],
    }
}

/// The reason for a gap if a row counts no update, or no publish.
pub const fn nothing(direction: Direction) -> [&'static str; 2] {
    match direction {
        Direction::Down => UNDELIVERED,
        Direction::Up => ["no publish was counted", "집계된 발행 없음"],
    }
}

pub const fn class(class: Class) -> [&'static str; 2] {
    match class {
        Class::Payload => ["payload", "페이로드"],
        Class::Format => ["format", "형식"],
        Class::RequestHead => ["request header", "요청 헤더"],
        Class::ResponseHead => ["response header", "응답 헤더"],
        Class::Chunk => ["chunk", "청크"],
        Class::Http2Frame => ["HTTP/2 frame", "HTTP/2 프레임"],
        Class::WebsocketFrame => ["WebSocket frame", "웹소켓 프레임"],
        Class::Idle => ["idle", "유휴"],
        Class::Setup => ["setup", "연결 수립"],
        Class::Tls => ["TLS", "TLS"],
        Class::TcpIp => ["TCP/IP", "TCP/IP"],
    }
}

/// The number of updates in a response.
pub fn shared(updates: f64) -> [String; 2] {
    [
        format!("about {updates:.0} updates share one response"),
        format!("응답 하나에 업데이트 약 {updates:.0}개가 함께 담깁니다"),
    ]
}

/// The number of requests for each update.
pub fn several(requests: f64) -> [String; 2] {
    [
        format!("an update takes {requests:.1} requests"),
        format!("업데이트 하나에 요청 {requests:.1}회가 필요합니다"),
    ]
}

/// A remark about some transports.
pub fn with(names: &str, remark: &str) -> [String; 2] {
    [
        format!("with {names}, {remark}"),
        format!("{names}에서는 {remark}"),
    ]
}

/// A remark that is needed to read the bars.
pub fn note(remark: &str) -> [String; 2] {
    [format!("Note: {remark}."), format!("참고: {remark}.")]
}

/// One bar in the text version of the chart.
pub fn bar(payload: f64, overhead: f64) -> [String; 2] {
    let [payload, overhead] = [payload, overhead].map(|bytes| trimmed(bytes, 1));
    [
        format!("{payload} bytes payload, {overhead} bytes overhead"),
        format!("페이로드 {payload}바이트, 오버헤드 {overhead}바이트"),
    ]
}
