//! Texts of the charts of sweeps.

use crate::{
    record::Parameter,
    show::{kind::Kind, number::value_of},
};

/// At the end of the explanation if the number of updates per response is limited.
pub const GROWS: [&str; 2] = [
    "Beyond the knee, latency grows as long as the run lasts.",
    "꺾이는 점을 넘으면 지연 시간이 측정하는 동안 계속 늘어납니다.",
];

pub fn title(kind: Kind, parameter: Parameter) -> [String; 2] {
    let [subject, subject_ko] = match kind {
        Kind::CpuOver => [
            "Server CPU time per delivered update",
            "전달된 업데이트당 서버 CPU 시간",
        ],
        Kind::MemoryOver => ["Server memory", "서버 메모리"],
        Kind::OverheadOver => ["Overhead relative to the payload", "페이로드 대비 오버헤드"],
        _ => ["Mean latency", "평균 지연 시간"],
    };
    let [over, over_ko] = match parameter {
        Parameter::Rtt => ["round-trip time", "왕복 시간"],
        Parameter::Rate => ["update rate", "초당 업데이트 수"],
        Parameter::Clients => ["number of clients", "클라이언트 수"],
        Parameter::Payload => ["update size", "업데이트 크기"],
        Parameter::Cookie => ["cookie size", "쿠키 크기"],
        Parameter::Interval => ["polling interval", "요청 간격"],
    };
    [
        format!("{subject} by {over}"),
        format!("{over_ko}에 따른 {subject_ko}"),
    ]
}

/// Explains the marks, from the text about error bars.
pub fn explained(kind: Kind, bars: &str) -> [String; 2] {
    let [more, more_ko] = match kind {
        Kind::CpuOver | Kind::MemoryOver => {
            ["The server is one process.", "서버는 프로세스 하나입니다."]
        }
        Kind::OverheadOver => [
            "All bytes but the payload, both directions.",
            "페이로드 외에 양방향으로 전송된 모든 바이트.",
        ],
        _ => ["Thin lines: theory.", "가는 선: 이론값."],
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

/// The name of a sweep and its base conditions.
pub fn sweep(name: &str, conditions: &str) -> [String; 2] {
    [
        format!("Sweep “{name}”, base conditions: {conditions}."),
        format!("스윕 “{name}”, 기준 조건: {conditions}."),
    ]
}

/// The subject of a chart at one value of the parameter.
pub fn point(subject: &str, value: f64) -> [String; 2] {
    let value = value_of(value);
    [
        format!("{subject} at {value}"),
        format!("{value}에서 {subject}"),
    ]
}

pub fn missing(points: &str) -> [String; 2] {
    [
        format!("No result: {points}."),
        format!("결과 없음: {points}."),
    ]
}

/// At the end of the title if the number of updates per response is limited.
pub fn at_most(max: usize) -> [String; 2] {
    [
        format!(", at most {max} per response"),
        format!(", 응답당 최대 {max}개"),
    ]
}

/// The text version of the chart, from the parameter and the lines.
pub fn description(parameter: &str, lines: &str) -> [String; 2] {
    [
        format!("Horizontal axis: {parameter}. {lines}."),
        format!("가로축: {parameter}. {lines}."),
    ]
}
