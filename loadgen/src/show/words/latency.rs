//! Texts of the chart of percentiles.

pub const TITLE: [&str; 2] = [
    "Latency by percentile, from the median to the maximum",
    "백분위수별 지연 시간: 중앙값부터 최댓값까지",
];
pub const EXPLAINED: [&str; 2] = [
    "Every update of every client in all repeats, from its planned time to its arrival. Next to each \
     name: the maximum.",
    "모든 반복에서 모든 클라이언트가 받은 모든 업데이트의 예정 시각부터 도착까지 걸린 시간입니다. 이름 \
     옆의 값은 최댓값입니다.",
];

/// The vertical axis.
pub const TIME: [&str; 2] = ["latency in ms", "지연 시간(ms)"];

/// The horizontal axis.
pub const PERCENTAGE: [&str; 2] = [
    "percentage of updates that arrived within this time",
    "이 시간 안에 도착한 업데이트의 비율(%)",
];

/// The reason for a gap if the histogram of a row is damaged or missing.
pub const UNREADABLE: [&str; 2] = ["its histogram can't be read", "히스토그램을 읽을 수 없음"];

pub fn worst(latency: &str) -> [String; 2] {
    [format!("max {latency}"), format!("최대 {latency}")]
}
