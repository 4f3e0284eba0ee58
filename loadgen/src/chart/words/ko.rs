//! What do the figures say in Korean?

use server::link::Direction;

use super::{Common, Comparison, Language, Latency, Overhead, Words};
use crate::{heads::Profile, scenario::Scenario};

/// See [`super::Language::words`].
pub const WORDS: Words = Words {
    language: Language::Korean,
    common: Common {
        not_measured: "측정하지 않음",
        undelivered: "전달된 갱신 없음",
        gap: |reason| format!("측정값 없음: {reason}"),
        conditions,
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
    },
    comparison: Comparison {
        title: "long-polling과 websocket: 같은 피드를 메시지 하나하나 비교",
    },
    overhead: Overhead {
        title: "갱신 하나에 함께 전송되는 바이트, 방식별",
    },
    latency: Latency {
        title: "백분위수별 지연 시간: 보통의 갱신부터 가장 늦은 갱신까지",
        explained: "모든 클라이언트의 모든 갱신을 예정 시각부터 도착까지 잰 값이며, 이름 옆의 값은 \
                    최댓값이다.",
        time: "지연 시간(ms)",
        part: "이 시간 안에 도착한 갱신의 비율(%)",
        unreadable: "히스토그램을 읽을 수 없음",
        worst: |latency| format!("최대 {latency}"),
    },
};

/// As [`Scenario::words`] says them in English.
fn conditions(scenario: &Scenario) -> String {
    let mut said = vec![format!("클라이언트 {}개", scenario.clients)];
    match (scenario.rate_per_s, scenario.direction) {
        (Some(0.0), _) => said.push("갱신 없음".into()),
        (Some(rate), Direction::Down) => said.push(format!("초당 갱신 {rate}회")),
        (Some(rate), Direction::Up) => {
            said.push(format!("돌아가며 초당 갱신 {rate}회 발행"));
        }
        (None, _) => {}
    }
    if let Some(bytes) = scenario.payload_bytes.filter(|_| !scenario.is_silent()) {
        said.push(format!("갱신당 {bytes}바이트"));
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
        said.push(format!("응답당 갱신 최대 {max}개"));
    }
    if scenario.header_profile != Profile::Browser {
        said.push(format!("{} 헤더", scenario.header_profile.name()));
    }
    let duration = humantime::format_duration(scenario.duration);
    said.push(format!("{duration} 동안 측정"));
    said.join(", ")
}
