//! What does the chart of bytes around an update say?

use crate::record::{Class, Direction};

pub const OVERHEAD: [&str; 2] = ["overhead", "오버헤드"];

pub const fn title(direction: Direction) -> [&'static str; 2] {
    match direction {
        Direction::Down => [
            "What is sent around an update, by technique",
            "업데이트 하나에 함께 전송되는 바이트, 방식별",
        ],
        Direction::Up => [
            "What is sent around a publish, by technique",
            "한 번 발행할 때 함께 전송되는 바이트, 방식별",
        ],
    }
}

pub fn explained(direction: Direction, repeats: &str) -> [String; 2] {
    match direction {
        Direction::Down => [
            format!(
                "Bytes per delivered update: ▼ to clients, ▲ to the server; connecting left out; \
                 {repeats}."
            ),
            format!(
                "전달된 업데이트당 바이트(▼ 클라이언트로, ▲ 서버로), {repeats}. 연결을 여는 데 드는 \
                 바이트는 제외한다."
            ),
        ],
        Direction::Up => [
            format!("Bytes per publish of a client, both ways; connecting left out; {repeats}."),
            format!(
                "클라이언트가 발행한 업데이트당 바이트(양방향 합계), {repeats}. 연결을 여는 데 드는 \
                 바이트는 제외한다."
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

/// The reason for a gap where a row counts no update, or no publish.
pub const fn nothing(direction: Direction) -> [&'static str; 2] {
    match direction {
        Direction::Down => ["no update was delivered", "전달된 업데이트 없음"],
        Direction::Up => ["no publish was counted", "집계된 발행 없음"],
    }
}

pub const fn class(class: Class) -> [&'static str; 2] {
    match class {
        Class::Payload => ["payload", "페이로드"],
        Class::Format => ["format", "형식"],
        Class::RequestHead => ["request head", "요청 헤더"],
        Class::ResponseHead => ["response head", "응답 헤더"],
        Class::Chunk => ["chunk", "청크"],
        Class::Http2Frame => ["HTTP/2 frame", "HTTP/2 프레임"],
        Class::WebsocketFrame => ["websocket frame", "websocket 프레임"],
        Class::Idle => ["idle", "유휴"],
        Class::Setup => ["setup", "연결 수립"],
        Class::Tls => ["TLS", "TLS"],
        Class::TcpIp => ["TCP/IP", "TCP/IP"],
    }
}

/// The number of updates that one answer carries.
pub fn shared(updates: f64) -> [String; 2] {
    [
        format!("about {updates:.0} updates share one answer"),
        format!("응답 하나에 업데이트 약 {updates:.0}개가 함께 담긴다"),
    ]
}

/// The number of requests for each update.
pub fn several(requests: f64) -> [String; 2] {
    [
        format!("an update costs {requests:.1} requests"),
        format!("업데이트 하나에 요청 {requests:.1}회가 든다"),
    ]
}

/// The transports of which something is said.
pub fn with(names: &str, said: &str) -> [String; 2] {
    [format!("with {names}, {said}"), format!("{names}: {said}")]
}

/// What must be known to read the bars.
pub fn mind(said: &str) -> [String; 2] {
    [format!("Mind: {said}."), format!("주의: {said}.")]
}

pub fn told(payload: f64, overhead: f64) -> [String; 2] {
    [
        format!("{payload:.1} bytes payload, {overhead:.1} bytes overhead"),
        format!("페이로드 {payload:.1}바이트, 오버헤드 {overhead:.1}바이트"),
    ]
}
