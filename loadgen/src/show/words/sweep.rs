//! What do the charts of sweeps say, in each language?

use crate::{
    record::Parameter,
    show::{kind::Kind, number::value_of},
};

/// What the charts of sweeps say.
#[derive(Clone, Copy, Debug)]
pub struct SweepWords {
    /// Above all.
    pub title: fn(Kind, Parameter) -> String,
    /// What is drawn.
    pub explained: fn(Kind) -> &'static str,
    /// What the axis upwards counts.
    pub unit: fn(Kind) -> &'static str,
    /// What the axis across counts.
    pub parameter: fn(Parameter) -> &'static str,
    /// A sweep: its name and the conditions from which it starts.
    pub sweep: fn(&str, &str) -> String,
    /// A chart's subject at a value of the parameter.
    pub point: fn(&str, f64) -> String,
    /// Points that are not there.
    pub missing: fn(&str) -> String,
    /// At the end of the title, where answers are bounded.
    pub at_most: fn(usize) -> String,
    /// And what that does to a queue.
    pub grows: &'static str,
    /// All in one text, from the parameter and the lines.
    pub told: fn(&str, &str) -> String,
}

pub(super) const ENGLISH: SweepWords = SweepWords {
    title: |kind, parameter| {
        let subject = match kind {
            Kind::CpuOver => "Server CPU of a delivered update",
            Kind::MemoryOver => "Memory of the server",
            Kind::OverheadOver => "Overhead as a part of the payload",
            _ => "Mean latency",
        };
        let over = match parameter {
            Parameter::Rtt => "the round trip",
            Parameter::Rate => "the rate of updates",
            Parameter::Clients => "the number of clients",
            Parameter::Payload => "the length of an update",
        };
        format!("{subject} over {over}")
    },
    explained: |kind| match kind {
        Kind::CpuOver | Kind::MemoryOver => {
            "Marks are medians of the repeats, bars 95 % intervals of the mean. The server is \
             one process."
        }
        Kind::OverheadOver => {
            "Marks are medians of the repeats: all bytes around the payload, both ways, in % \
             of it."
        }
        _ => {
            "Marks are medians of the repeats, bars 95 % intervals of the mean; thin lines \
             are theory."
        }
    },
    unit: |kind| match kind {
        Kind::CpuOver => "microseconds",
        Kind::MemoryOver => "MB",
        Kind::OverheadOver => "% of the payload",
        _ => "milliseconds",
    },
    parameter: Parameter::words,
    sweep: |name, conditions| format!("Sweep “{name}”, from: {conditions}."),
    point: |what, value| format!("{what} at {}", value_of(value)),
    missing: |points| format!("No result: {points}."),
    at_most: |max| format!(", at most {max} in an answer"),
    grows: "Beyond the knee it grows as long as it is measured.",
    told: |parameter, lines| format!("Over {parameter}. {lines}."),
};

pub(super) const KOREAN: SweepWords = SweepWords {
    title: |kind, of| {
        let subject = match kind {
            Kind::CpuOver => "전달된 업데이트당 서버 CPU 시간",
            Kind::MemoryOver => "서버 메모리",
            Kind::OverheadOver => "페이로드 대비 오버헤드",
            _ => "평균 지연 시간",
        };
        let over = match of {
            Parameter::Rtt => "왕복 시간",
            Parameter::Rate => "초당 업데이트 수",
            Parameter::Clients => "클라이언트 수",
            Parameter::Payload => "업데이트 크기",
        };
        format!("{over}에 따른 {subject}")
    },
    explained: |kind| match kind {
        Kind::CpuOver | Kind::MemoryOver => {
            "기호는 반복 측정의 중앙값, 막대는 평균의 95 % 신뢰 구간이다. 서버는 프로세스 하나다."
        }
        Kind::OverheadOver => {
            "기호는 반복 측정의 중앙값이며, 페이로드 외에 양방향으로 전송된 모든 바이트를 \
             페이로드에 대한 %로 나타낸다."
        }
        _ => "기호는 반복 측정의 중앙값, 막대는 평균의 95 % 신뢰 구간, 가는 선은 이론값이다.",
    },
    unit: |kind| match kind {
        Kind::CpuOver => "마이크로초",
        Kind::MemoryOver => "MB",
        Kind::OverheadOver => "페이로드 대비 %",
        _ => "밀리초",
    },
    parameter: korean_parameter,
    sweep: |name, conditions| format!("스윕 “{name}”, 기준 조건: {conditions}."),
    point: |what, value| format!("{}에서 {what}", value_of(value)),
    missing: |points| format!("결과 없음: {points}."),
    at_most: |max| format!(", 응답당 최대 {max}개"),
    grows: "꺾인 뒤의 값은 측정하는 동안 계속 커진다.",
    told: |parameter, lines| format!("가로축: {parameter}. {lines}."),
};

fn korean_parameter(parameter: Parameter) -> &'static str {
    match parameter {
        Parameter::Rtt => "왕복 시간(ms)",
        Parameter::Rate => "초당 업데이트 수",
        Parameter::Clients => "클라이언트 수",
        Parameter::Payload => "업데이트 크기(바이트)",
    }
}
