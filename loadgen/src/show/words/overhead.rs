//! What does the chart of bytes around an update say, in each language?

use crate::record::{Class, Direction};

/// What the bytes around an update say.
#[derive(Clone, Copy, Debug)]
pub struct OverheadWords {
    /// Above all: of updates, or in direction up of publishes.
    pub title: fn(Direction) -> &'static str,
    /// What is drawn, and from how many repeats.
    pub explained: fn(Direction, &str) -> String,
    /// The axis.
    pub unit: fn(Direction) -> &'static str,
    /// The reason where a row tells of no update, or of no publish.
    pub nothing: fn(Direction) -> &'static str,
    /// The column of all that is around the payload.
    pub overhead: &'static str,
    /// A class of the ledger.
    pub class: fn(Class) -> &'static str,
    /// So many updates in each answer.
    pub shared: fn(f64) -> String,
    /// So many requests for each update.
    pub several: fn(f64) -> String,
    /// Of which transports it is said.
    pub with: fn(&str, &str) -> String,
    /// What must be known to read the bars.
    pub mind: fn(&str) -> String,
    /// Bytes of payload and of overhead.
    pub told: fn(f64, f64) -> String,
}

pub(super) const ENGLISH: OverheadWords = OverheadWords {
    title: |direction| match direction {
        Direction::Down => "What is sent around an update, by technique",
        Direction::Up => "What is sent around a publish, by technique",
    },
    explained: |direction, repeats| match direction {
        Direction::Down => format!(
            "Bytes per delivered update: ▼ to clients, ▲ to the server; connecting left out; \
             {repeats}."
        ),
        Direction::Up => {
            format!("Bytes per publish of a client, both ways; connecting left out; {repeats}.")
        }
    },
    unit: |direction| match direction {
        Direction::Down => "bytes per update",
        Direction::Up => "bytes per publish",
    },
    nothing: |direction| match direction {
        Direction::Down => "no update was delivered",
        Direction::Up => "no publish was counted",
    },
    overhead: "overhead",
    class: |class| match class {
        Class::RequestHead => "request head",
        Class::ResponseHead => "response head",
        Class::WebsocketFrame => "websocket frame",
        Class::Tls => "TLS",
        Class::TcpIp => "TCP/IP",
        other => other.name(),
    },
    shared: |updates| format!("about {updates:.0} updates share one answer"),
    several: |requests| format!("an update costs {requests:.1} requests"),
    with: |names, said| format!("with {names}, {said}"),
    mind: |said| format!("Mind: {said}."),
    told: |payload, overhead| format!("{payload:.1} bytes payload, {overhead:.1} bytes overhead"),
};

pub(super) const KOREAN: OverheadWords = OverheadWords {
    title: |direction| match direction {
        Direction::Down => "업데이트 하나에 함께 전송되는 바이트, 방식별",
        Direction::Up => "한 번 발행할 때 함께 전송되는 바이트, 방식별",
    },
    explained: |direction, repeats| match direction {
        Direction::Down => format!(
            "전달된 업데이트당 바이트(▼ 클라이언트로, ▲ 서버로), {repeats}. 연결을 여는 데 드는 \
             바이트는 제외한다."
        ),
        Direction::Up => format!(
            "클라이언트가 발행한 업데이트당 바이트(양방향 합계), {repeats}. 연결을 여는 데 드는 \
             바이트는 제외한다."
        ),
    },
    unit: |direction| match direction {
        Direction::Down => "업데이트당 바이트",
        Direction::Up => "발행당 바이트",
    },
    nothing: |direction| match direction {
        Direction::Down => "전달된 업데이트 없음",
        Direction::Up => "집계된 발행 없음",
    },
    overhead: "오버헤드",
    class: |class| match class {
        Class::Payload => "페이로드",
        Class::Format => "형식",
        Class::RequestHead => "요청 헤더",
        Class::ResponseHead => "응답 헤더",
        Class::Chunk => "청크",
        Class::WebsocketFrame => "websocket 프레임",
        Class::Idle => "유휴",
        Class::Setup => "연결 수립",
        Class::Tls => "TLS",
        Class::TcpIp => "TCP/IP",
    },
    shared: |updates| format!("응답 하나에 업데이트 약 {updates:.0}개가 함께 담긴다"),
    several: |requests| format!("업데이트 하나에 요청 {requests:.1}회가 든다"),
    with: |names, said| format!("{names}: {said}"),
    mind: |said| format!("주의: {said}."),
    told: |payload, overhead| format!("페이로드 {payload:.1}바이트, 오버헤드 {overhead:.1}바이트"),
};
