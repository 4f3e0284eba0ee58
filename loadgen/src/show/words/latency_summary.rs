//! What does the latency summary say, in each language?

/// What the chart of three latencies says.
#[derive(Clone, Copy, Debug)]
pub struct LatencySummaryWords {
    /// Above all.
    pub title: &'static str,
    /// What is drawn, from how many repeats.
    pub explained: fn(&str) -> String,
    /// The three columns.
    pub columns: [&'static str; 3],
}

pub(super) const ENGLISH: LatencySummaryWords = LatencySummaryWords {
    title: "Latency: the usual update, one in a hundred, the worst",
    explained: |repeats| {
        format!(
            "Marks: {repeats}; bars: 95 % intervals of the mean. From fewer than 100 updates no p99 is told."
        )
    },
    columns: ["p50", "p99", "maximum"],
};

pub(super) const KOREAN: LatencySummaryWords = LatencySummaryWords {
    title: "지연 시간: 보통의 업데이트, 백 개 중 하나, 가장 늦은 업데이트",
    explained: |repeats| {
        format!(
            "기호: {repeats}. 막대: 평균의 95 % 신뢰 구간. 업데이트가 100개 미만이면 p99는 표시하지 않는다."
        )
    },
    columns: ["p50", "p99", "최댓값"],
};
