//! What does the chart of percentiles say?

pub const TITLE: [&str; 2] = [
    "Latency by percentile, from the usual update to the worst",
    "백분위수별 지연 시간: 보통의 업데이트부터 가장 늦은 업데이트까지",
];
pub const EXPLAINED: [&str; 2] = [
    "Every update of every client in all repeats, from its planned instant to its arrival; beside \
     each name, the worst.",
    "모든 반복에서 모든 클라이언트의 모든 업데이트를 예정 시각부터 도착까지 잰 값이며, 이름 옆의 \
     값은 최댓값이다.",
];

/// The vertical axis.
pub const TIME: [&str; 2] = ["latency in ms", "지연 시간(ms)"];

/// The horizontal axis.
pub const PART: [&str; 2] = [
    "percent of the updates that came this soon or sooner",
    "이 시간 안에 도착한 업데이트의 비율(%)",
];

/// The reason for a gap where the histogram of a row is damaged or missing.
pub const UNREADABLE: [&str; 2] = ["its histogram can't be read", "히스토그램을 읽을 수 없음"];

pub fn worst(latency: &str) -> [String; 2] {
    [format!("at worst {latency}"), format!("최대 {latency}")]
}
