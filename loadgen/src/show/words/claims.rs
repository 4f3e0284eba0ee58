//! What do the claims of others say, in each language?

use crate::show::claims::claim::{Publication, Quantity, Verdict};

/// What the claims say.
#[derive(Clone, Copy, Debug)]
pub struct ClaimWords {
    /// Above all.
    pub title: &'static str,
    /// What is drawn.
    pub explained: &'static str,
    /// The axis.
    pub axis: &'static str,
    /// The columns of numbers.
    pub published: &'static str,
    /// See `published`.
    pub computed: &'static str,
    /// See `published`.
    pub measured: &'static str,
    /// The column of verdicts.
    pub verdict_head: &'static str,
    /// What is claimed, with its unit.
    pub quantity: fn(Quantity) -> String,
    /// Who claims it.
    pub source: fn(Publication) -> &'static str,
    /// How it stands.
    pub verdict: fn(Verdict) -> &'static str,
}

pub(super) const ENGLISH: ClaimWords = ClaimWords {
    title: "What others published, and what was measured here",
    explained: "Computed: by the source or by theory; the 2009 response head is always computed.",
    axis: "1 = published, or else computed",
    published: "published",
    computed: "computed",
    measured: "measured",
    verdict_head: "verdict",
    quantity: |quantity| match quantity {
        Quantity::PollHeads => "header bytes of a poll".into(),
        Quantity::FrameHead => "header bytes of a WebSocket message".into(),
        Quantity::HeadRatio => "header bytes, poll : message".into(),
        Quantity::RatioWithTcpIp => "bytes with TCP/IP, poll : message".into(),
        Quantity::PollingBits(case) => format!("use case {case:?}, polling, bit/s"),
        Quantity::WebSocketBits(case) => format!("use case {case:?}, WebSocket, bit/s"),
        Quantity::PollingLatencyRatio => "mean latency, poll a second : WebSocket".into(),
        Quantity::BackToBackLatencyRatio => "latency, polls back to back : WebSocket".into(),
        Quantity::LongPollMean => "mean latency of a long poll, transits".into(),
        Quantity::LongPollWorst => "worst of a long poll, transits, at most".into(),
        Quantity::LongPollRatioAt(ms) => format!("at rtt {ms} ms, long poll : WebSocket"),
        Quantity::Knee => "knee with one an answer, rtt in ms (middle)".into(),
        Quantity::RequestShare => "request head, % of a long poll".into(),
        Quantity::FiveUpdatesRatio => "bytes of 5 updates, long poll : WebSocket".into(),
    },
    source: |source| match source {
        Publication::Article => "Lubbers and Greco, the founding article (websocket.org)",
        Publication::Rfc6202 => "RFC 6202, section 2.2",
        Publication::Pimentel => "Pimentel and Nickerson 2012, at 4 Hz (tables not obtainable)",
        Publication::Aquilio => "Aquilio 2017 (Chrome 60), corrected by its captures",
    },
    verdict: |verdict| match verdict {
        Verdict::Holds => "as published",
        Verdict::Corrected => "only as computed",
        Verdict::Predicted => "as computed",
        Verdict::Differs => "differs",
        Verdict::Open => "not measured",
    },
};

pub(super) const KOREAN: ClaimWords = ClaimWords {
    title: "다른 이들이 발표한 값과 여기서 측정한 값",
    explained: "계산값: 출처의 본문이나 이론. 2009년의 응답 헤더는 모두 계산값이다.",
    axis: "1 = 발표값, 없으면 계산값",
    published: "발표값",
    computed: "계산값",
    measured: "측정값",
    verdict_head: "판정",
    quantity: |quantity| match quantity {
        Quantity::PollHeads => "폴링 1회의 헤더 바이트".into(),
        Quantity::FrameHead => "WebSocket 메시지의 헤더 바이트".into(),
        Quantity::HeadRatio => "헤더 바이트, 폴링 : 메시지".into(),
        Quantity::RatioWithTcpIp => "TCP/IP 포함 바이트, 폴링 : 메시지".into(),
        Quantity::PollingBits(case) => format!("활용 사례 {case:?}, 폴링, bit/s"),
        Quantity::WebSocketBits(case) => format!("활용 사례 {case:?}, WebSocket, bit/s"),
        Quantity::PollingLatencyRatio => "평균 지연, 초당 1회 폴링 : WebSocket".into(),
        Quantity::BackToBackLatencyRatio => "평균 지연, 연속된 롱 폴링 : WebSocket".into(),
        Quantity::LongPollMean => "롱 폴링 평균 지연(편도 시간의 배수)".into(),
        Quantity::LongPollWorst => "롱 폴링 최대 지연(편도 시간의 배수, 상한)".into(),
        Quantity::LongPollRatioAt(ms) => format!("왕복 {ms} ms, 롱 폴링 : WebSocket"),
        Quantity::Knee => "응답당 1개일 때 꺾이는 왕복 시간(ms, 중간값)".into(),
        Quantity::RequestShare => "롱 폴링 중 요청 헤더 비율(%)".into(),
        Quantity::FiveUpdatesRatio => "업데이트 5개의 바이트, 롱 폴링 : WebSocket".into(),
    },
    source: |source| match source {
        Publication::Article => "Lubbers와 Greco의 원문(websocket.org)",
        Publication::Rfc6202 => "RFC 6202, 2.2절",
        Publication::Pimentel => "Pimentel과 Nickerson 2012, 4 Hz(결과 표는 구할 수 없었음)",
        Publication::Aquilio => "Aquilio 2017(Chrome 60), 자체 캡처로 보정",
    },
    verdict: |verdict| match verdict {
        Verdict::Holds => "발표값과 일치",
        Verdict::Corrected => "계산값과만 일치",
        Verdict::Predicted => "계산값과 일치",
        Verdict::Differs => "불일치",
        Verdict::Open => "측정하지 않음",
    },
};
