//! Texts of the table of brokers.

use crate::{record::Scenario, show::number::count};

pub const TITLE: [&str; 2] = ["What a broker adds", "브로커가 더하는 지연 시간과 비용"];

/// The number of columns of the table.
pub const COLUMNS: usize = 8;

pub const HEADINGS: [[&str; COLUMNS]; 2] = [
    [
        "transport",
        "feed stored by",
        "p50 ms",
        "p99 ms",
        "added to p50, ms",
        "added to p99, ms",
        "server CPU µs/update",
        "broker CPU µs/update",
    ],
    [
        "전송 방식",
        "피드 저장 위치",
        "p50 ms",
        "p99 ms",
        "p50 증가, ms",
        "p99 증가, ms",
        "서버 CPU µs/업데이트",
        "브로커 CPU µs/업데이트",
    ],
];

/// Where the feed is stored, and the number of servers that deliver it.
pub fn feed(scenario: &Scenario) -> [String; 2] {
    let [mut english, mut korean] = match scenario.brokers.unwrap_or_default() {
        0 => ["memory of the server".into(), "서버의 메모리".into()],
        brokers => [count(brokers, "broker"), format!("브로커 {brokers}대")],
    };
    if scenario.servers != 1 {
        english += &format!(", {} servers", scenario.servers);
        korean += &format!(", 서버 {}대", scenario.servers);
    }
    [english, korean]
}

/// The sentence above the table, from the record's link and the conditions.
pub fn of(link: &str, conditions: &str) -> [String; 2] {
    [
        format!("Medians of the record {link} (`just bench cluster`): {conditions}."),
        format!("기록 {link}(`just bench cluster`)의 중앙값: {conditions}."),
    ]
}

pub const NOTES: [&str; 2] = [
    "Latency is the arrival of an update minus its planned time, so with brokers it includes storing \
     the update and delivering it to the servers. Each broker stores all updates. Added: the percentile \
     minus that of the same repeat with the feed in the memory of the server (the difference of two \
     percentiles, not a percentile of differences); the median of the repeats, and in parentheses the \
     lowest and the highest. CPU: the median for all servers or all brokers together, divided by the \
     number of published updates (not of deliveries); it includes what brokers do without updates. All processes share one machine.",
    "지연 시간은 업데이트의 도착 시각에서 예정 시각을 뺀 값입니다. 따라서 브로커가 있으면 업데이트를 저장하고 \
     서버에 전달하는 시간을 포함합니다. 각 브로커는 모든 업데이트를 저장합니다. 증가: 백분위수에서, 피드가 서버의 \
     메모리에 있을 때 같은 회차의 백분위수를 뺀 값입니다(두 백분위수의 차이이며, 차이의 백분위수가 아닙니다). \
     반복의 중앙값이고, 괄호 안은 최솟값과 최댓값입니다. CPU: 모든 서버 또는 모든 브로커의 CPU 시간을 합쳐 발행된 \
     업데이트 수(전달 횟수가 아님)로 나눈 값의 중앙값이며, 브로커가 업데이트 없이 하는 일도 포함합니다. 모든 프로세스는 컴퓨터 한 \
     대에서 실행됩니다.",
];
