//! Texts of the latency summary.

pub const TITLE: [&str; 2] = [
    "Latency: median, 99th percentile and maximum",
    "지연 시간: 중앙값, 99번째 백분위수, 최댓값",
];
pub const COLUMNS: [[&str; 3]; 2] = [["p50", "p99", "maximum"], ["p50", "p99", "최댓값"]];

/// Explains the marks, from the texts about repeats and error bars.
pub fn explained(repeats: &str, bars: &str) -> [String; 2] {
    [
        format!("Marks: {repeats}; {bars}."),
        format!("기호: {repeats}. {bars}."),
    ]
}

/// Why p99 is missing.
pub const NO_P99: [&str; 2] = [
    "With fewer than 100 updates, p99 is not shown.",
    "업데이트가 100개 미만이면 p99는 표시하지 않습니다.",
];
