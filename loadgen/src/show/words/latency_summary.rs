//! What does the latency summary say?

pub const TITLE: [&str; 2] = [
    "Latency: the usual update, one in a hundred, the worst",
    "지연 시간: 보통의 업데이트, 백 개 중 하나, 가장 늦은 업데이트",
];
pub const COLUMNS: [[&str; 3]; 2] = [["p50", "p99", "maximum"], ["p50", "p99", "최댓값"]];

/// What the marks are, from what the medians are of and what the bars are.
pub fn explained(repeats: &str, bars: &str) -> [String; 2] {
    [
        format!("Marks: {repeats}; {bars}."),
        format!("기호: {repeats}. {bars}."),
    ]
}

/// When there is no p99.
pub const NO_P99: [&str; 2] = [
    "From fewer than 100 updates no p99 is told.",
    "업데이트가 100개 미만이면 p99는 표시하지 않는다.",
];
