//! What does the latency summary say?

pub const TITLE: [&str; 2] = [
    "Latency: the usual update, one in a hundred, the worst",
    "지연 시간: 보통의 업데이트, 백 개 중 하나, 가장 늦은 업데이트",
];
pub const COLUMNS: [[&str; 3]; 2] = [["p50", "p99", "maximum"], ["p50", "p99", "최댓값"]];

pub fn explained(repeats: &str) -> [String; 2] {
    [
        format!(
            "Marks: {repeats}; bars: 95 % intervals of the mean. From fewer than 100 updates no p99 is told."
        ),
        format!(
            "기호: {repeats}. 막대: 평균의 95 % 신뢰 구간. 업데이트가 100개 미만이면 p99는 표시하지 않는다."
        ),
    ]
}
