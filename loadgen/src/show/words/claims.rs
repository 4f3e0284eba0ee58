//! What does the chart of published claims say?

use crate::show::claims::claim::{Publication, Quantity, Verdict};

pub const TITLE: [&str; 2] = [
    "What others published, and what was measured here",
    "다른 이들이 발표한 값과 여기서 측정한 값",
];
pub const EXPLAINED: [&str; 2] = [
    "Computed: by the source or by theory; the 2009 response head is always computed.",
    "계산값: 출처의 본문이나 이론. 2009년의 응답 헤더는 모두 계산값이다.",
];
pub const AXIS: [&str; 2] = [
    "1 = published, or else computed",
    "1 = 발표값, 없으면 계산값",
];

/// The columns of a table of claims.
pub const COLUMNS: [[&str; 6]; 2] = [
    [
        "claim",
        "published",
        "computed",
        "measured",
        "verdict",
        "source",
    ],
    ["주장", "발표값", "계산값", "측정값", "판정", "출처"],
];

/// What is claimed, with its unit.
pub fn quantity(quantity: Quantity) -> [String; 2] {
    let [english, korean] = match quantity {
        Quantity::PollHeads => ["header bytes of a poll", "폴링 1회의 헤더 바이트"],
        Quantity::FrameHead => [
            "header bytes of a WebSocket message",
            "WebSocket 메시지의 헤더 바이트",
        ],
        Quantity::HeadRatio => ["header bytes, poll : message", "헤더 바이트, 폴링 : 메시지"],
        Quantity::RatioWithTcpIp => [
            "bytes with TCP/IP, poll : message",
            "TCP/IP 포함 바이트, 폴링 : 메시지",
        ],
        Quantity::PollingBits(case) => {
            return [
                format!("use case {case:?}, polling, bit/s"),
                format!("활용 사례 {case:?}, 폴링, bit/s"),
            ];
        }
        Quantity::WebSocketBits(case) => {
            return [
                format!("use case {case:?}, WebSocket, bit/s"),
                format!("활용 사례 {case:?}, WebSocket, bit/s"),
            ];
        }
        Quantity::PollingLatencyRatio => [
            "mean latency, poll a second : WebSocket",
            "평균 지연, 초당 1회 폴링 : WebSocket",
        ],
        Quantity::BackToBackLatencyRatio => [
            "latency, polls back to back : WebSocket",
            "평균 지연, 연속된 롱 폴링 : WebSocket",
        ],
        Quantity::LongPollMean => [
            "mean latency of a long poll, transits",
            "롱 폴링 평균 지연(편도 시간의 배수)",
        ],
        Quantity::LongPollWorst => [
            "worst of a long poll, transits, at most",
            "롱 폴링 최대 지연(편도 시간의 배수, 상한)",
        ],
        Quantity::LongPollRatioAt(ms) => {
            return [
                format!("at rtt {ms} ms, long poll : WebSocket"),
                format!("왕복 {ms} ms, 롱 폴링 : WebSocket"),
            ];
        }
        Quantity::Knee => [
            "knee with one an answer, rtt in ms (middle)",
            "응답당 1개일 때 꺾이는 왕복 시간(ms, 중간값)",
        ],
        Quantity::RequestShare => [
            "request head, % of a long poll",
            "롱 폴링 중 요청 헤더 비율(%)",
        ],
        Quantity::FiveUpdatesRatio => [
            "bytes of 5 updates, long poll : WebSocket",
            "업데이트 5개의 바이트, 롱 폴링 : WebSocket",
        ],
    };
    [english.into(), korean.into()]
}

pub const fn source(source: Publication) -> [&'static str; 2] {
    match source {
        Publication::Article => [
            "Lubbers and Greco, the founding article (websocket.org)",
            "Lubbers와 Greco의 원문(websocket.org)",
        ],
        Publication::Rfc6202 => ["RFC 6202, section 2.2", "RFC 6202, 2.2절"],
        Publication::Pimentel => [
            "Pimentel and Nickerson 2012, at 4 Hz (tables not obtainable)",
            "Pimentel과 Nickerson 2012, 4 Hz(결과 표는 구할 수 없었음)",
        ],
        Publication::Aquilio => [
            "Aquilio 2017 (Chrome 60), corrected by its captures",
            "Aquilio 2017(Chrome 60), 자체 캡처로 보정",
        ],
    }
}

pub const fn verdict(verdict: Verdict) -> [&'static str; 2] {
    match verdict {
        Verdict::Holds => ["as published", "발표값과 일치"],
        Verdict::Corrected => ["only as computed", "계산값과만 일치"],
        Verdict::Predicted => ["as computed", "계산값과 일치"],
        Verdict::Differs => ["differs", "불일치"],
        Verdict::Open => ["not measured", "측정하지 않음"],
    }
}
