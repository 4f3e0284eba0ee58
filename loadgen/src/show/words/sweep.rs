//! What do the charts of sweeps say?

use crate::{
    record::Parameter,
    show::{kind::Kind, number::value_of},
};

/// At the end of the explanation where answers are bounded: what that does to a queue.
pub const GROWS: [&str; 2] = [
    "Beyond the knee it grows as long as it is measured.",
    "꺾인 뒤의 값은 측정하는 동안 계속 커진다.",
];

pub fn title(kind: Kind, parameter: Parameter) -> [String; 2] {
    let [subject, subject_ko] = match kind {
        Kind::CpuOver => [
            "Server CPU of a delivered update",
            "전달된 업데이트당 서버 CPU 시간",
        ],
        Kind::MemoryOver => ["Memory of the server", "서버 메모리"],
        Kind::OverheadOver => [
            "Overhead as a part of the payload",
            "페이로드 대비 오버헤드",
        ],
        _ => ["Mean latency", "평균 지연 시간"],
    };
    let [over, over_ko] = match parameter {
        Parameter::Rtt => ["the round trip", "왕복 시간"],
        Parameter::Rate => ["the rate of updates", "초당 업데이트 수"],
        Parameter::Clients => ["the number of clients", "클라이언트 수"],
        Parameter::Payload => ["the length of an update", "업데이트 크기"],
        Parameter::Cookie => ["the length of a cookie", "쿠키 크기"],
        Parameter::Interval => ["the interval", "요청 간격"],
    };
    [
        format!("{subject} over {over}"),
        format!("{over_ko}에 따른 {subject_ko}"),
    ]
}

/// What the marks are, from what the bars are.
pub fn explained(kind: Kind, bars: &str) -> [String; 2] {
    let [more, more_ko] = match kind {
        Kind::CpuOver | Kind::MemoryOver => ["The server is one process.", "서버는 프로세스 하나."],
        Kind::OverheadOver => [
            "All bytes around the payload, both ways.",
            "페이로드 외에 양방향으로 전송된 모든 바이트.",
        ],
        _ => ["Thin lines are theory.", "가는 선: 이론값."],
    };
    [
        format!("Marks: medians; {bars}. {more}"),
        format!("기호: 중앙값. {bars}. {more_ko}"),
    ]
}

/// The vertical axis.
pub const fn unit(kind: Kind) -> [&'static str; 2] {
    match kind {
        Kind::CpuOver => ["microseconds", "마이크로초"],
        Kind::MemoryOver => ["MB", "MB"],
        Kind::OverheadOver => ["% of the payload", "페이로드 대비 %"],
        _ => ["milliseconds", "밀리초"],
    }
}

/// The horizontal axis.
pub const fn parameter(parameter: Parameter) -> [&'static str; 2] {
    let korean = match parameter {
        Parameter::Rtt => "왕복 시간(ms)",
        Parameter::Rate => "초당 업데이트 수",
        Parameter::Clients => "클라이언트 수",
        Parameter::Payload => "업데이트 크기(바이트)",
        Parameter::Cookie => "쿠키 크기(바이트)",
        Parameter::Interval => "요청 간격(ms)",
    };
    [parameter.words(), korean]
}

/// A sweep: its name and the conditions from which it starts.
pub fn sweep(name: &str, conditions: &str) -> [String; 2] {
    [
        format!("Sweep “{name}”, from: {conditions}."),
        format!("스윕 “{name}”, 기준 조건: {conditions}."),
    ]
}

/// A chart's subject at a value of the parameter.
pub fn point(what: &str, value: f64) -> [String; 2] {
    let value = value_of(value);
    [format!("{what} at {value}"), format!("{value}에서 {what}")]
}

pub fn missing(points: &str) -> [String; 2] {
    [
        format!("No result: {points}."),
        format!("결과 없음: {points}."),
    ]
}

/// At the end of the title where answers are bounded.
pub fn at_most(max: usize) -> [String; 2] {
    [
        format!(", at most {max} in an answer"),
        format!(", 응답당 최대 {max}개"),
    ]
}

/// The chart as a text, from the parameter and the lines.
pub fn told(parameter: &str, lines: &str) -> [String; 2] {
    [
        format!("Over {parameter}. {lines}."),
        format!("가로축: {parameter}. {lines}."),
    ]
}
