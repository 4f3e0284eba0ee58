//! What does the chart of percentiles say, in each language?

/// What the percentiles say.
#[derive(Clone, Copy, Debug)]
pub struct LatencyWords {
    /// Above all.
    pub title: &'static str,
    /// What is drawn.
    pub explained: &'static str,
    /// The axis upwards.
    pub time: &'static str,
    /// The axis across.
    pub part: &'static str,
    /// The reason where the file of a row is damaged or gone.
    pub unreadable: &'static str,
    /// The largest latency.
    pub worst: fn(&str) -> String,
}

pub(super) const ENGLISH: LatencyWords = LatencyWords {
    title: "Latency by percentile, from the usual update to the worst",
    explained: "Every update of every client in all repeats, from its planned instant to its \
                arrival; beside each name, the worst.",
    time: "latency in ms",
    part: "percent of the updates that came this soon or sooner",
    unreadable: "its histogram can't be read",
    worst: |latency| format!("at worst {latency}"),
};

pub(super) const KOREAN: LatencyWords = LatencyWords {
    title: "백분위수별 지연 시간: 보통의 업데이트부터 가장 늦은 업데이트까지",
    explained: "모든 반복에서 모든 클라이언트의 모든 업데이트를 예정 시각부터 도착까지 잰 값이며, 이름 옆의 \
                값은 최댓값이다.",
    time: "지연 시간(ms)",
    part: "이 시간 안에 도착한 업데이트의 비율(%)",
    unreadable: "히스토그램을 읽을 수 없음",
    worst: |latency| format!("최대 {latency}"),
};
