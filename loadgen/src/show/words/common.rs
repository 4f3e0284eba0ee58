//! What do several charts say, in each language?

use crate::{
    record::{Direction, HeaderProfile, Scenario},
    show::number::count,
};

/// What several charts say.
#[derive(Clone, Copy, Debug)]
pub struct CommonWords {
    /// The reason where there is no row at all.
    pub not_measured: &'static str,
    /// The reason where a row tells of no update.
    pub undelivered: &'static str,
    /// A gap, from its reason, as it is written where the measurement would stand.
    pub gap: fn(&str) -> String,
    /// The conditions of a measurement in one line.
    pub conditions: fn(&Scenario) -> String,
    /// A scenario: its name and its conditions.
    pub scenario: fn(&str, &str) -> String,
    /// When a record was made, of which revision, and whether the programs were built for speed.
    pub origin: fn(&str, Option<&str>, bool) -> String,
    /// From how many repeats numbers are taken, and how many runs have no result.
    pub repeats: fn(u32, usize) -> String,
    /// Names in a row.
    pub list: fn(&[String]) -> String,
    /// What a logarithmic axis counts.
    pub logarithmic: fn(&str) -> String,
}

pub(super) const ENGLISH: CommonWords = CommonWords {
    not_measured: "it was not measured",
    undelivered: "no update was delivered",
    gap: |reason| format!("no measurement: {reason}"),
    conditions: Scenario::words,
    scenario: |name, conditions| format!("Scenario “{name}”: {conditions}."),
    origin: |day, revision, optimised| {
        let revision = revision.unwrap_or("unknown");
        let slow = if optimised {
            ""
        } else {
            ", not built for speed"
        };
        format!("Measured {day}, revision {revision}{slow}.")
    },
    repeats: |repeats, failed| {
        let failed = match failed {
            0 => String::new(),
            failed => format!(", but for {} without a result", count(failed, "run")),
        };
        match repeats {
            1 => format!("one measurement each{failed}"),
            repeats => format!("medians of {repeats} repeats{failed}"),
        }
    },
    list: |names| match names {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    },
    logarithmic: |axis| format!("{axis}, logarithmic"),
};

pub(super) const KOREAN: CommonWords = CommonWords {
    not_measured: "측정하지 않음",
    undelivered: "전달된 업데이트 없음",
    gap: |reason| format!("측정값 없음: {reason}"),
    conditions: korean_conditions,
    scenario: |name, conditions| format!("시나리오 “{name}”: {conditions}."),
    origin: |day, revision, optimised| {
        let revision = revision.unwrap_or("알 수 없음");
        let slow = if optimised {
            ""
        } else {
            ", 최적화하지 않은 빌드"
        };
        format!("{day} 측정, 리비전 {revision}{slow}.")
    },
    repeats: |repeats, failed| {
        let failed = match failed {
            0 => String::new(),
            failed => format!("(결과 없는 측정 {failed}회 제외)"),
        };
        match repeats {
            1 => format!("각 1회 측정{failed}"),
            repeats => format!("{repeats}회 반복의 중앙값{failed}"),
        }
    },
    list: |names| names.join(", "),
    logarithmic: |axis| format!("{axis}, 로그 눈금"),
};

/// As [`Scenario::words`] says them in English.
fn korean_conditions(scenario: &Scenario) -> String {
    let mut said = vec![format!("클라이언트 {}개", scenario.clients)];
    match (scenario.rate_per_s, scenario.direction) {
        (Some(0.0), _) => said.push("업데이트 없음".into()),
        (Some(rate), Direction::Down) => said.push(format!("초당 업데이트 {rate}회")),
        (Some(rate), Direction::Up) => {
            said.push(format!("돌아가며 초당 업데이트 {rate}회 발행"));
        }
        (None, _) => {}
    }
    if let Some(bytes) = scenario.payload_bytes.filter(|_| !scenario.is_silent()) {
        said.push(format!("업데이트당 {bytes}바이트"));
    }
    for (name, span) in [("왕복 시간", scenario.rtt), ("지터", scenario.jitter)] {
        if !span.is_zero() {
            said.push(format!("{name} {}", humantime::format_duration(span)));
        }
    }
    if let Some(bandwidth) = scenario.bandwidth {
        said.push(format!("대역폭 {bandwidth}"));
    }
    if let Some(max) = scenario.max {
        said.push(format!("응답당 업데이트 최대 {max}개"));
    }
    if scenario.header_profile != HeaderProfile::Browser {
        said.push(format!("{} 헤더", scenario.header_profile));
    }
    said.push(format!("{}초 측정", scenario.duration.as_secs_f64()));
    said.join(", ")
}
