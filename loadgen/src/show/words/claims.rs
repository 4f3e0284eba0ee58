//! Texts of the chart and the table of published claims.

use crate::show::{
    claims::{
        claim::{Basis, Publication, Quantity, Verdict},
        rfc6202::WorstLongPoll,
        use_case::UseCase,
    },
    number,
};

pub const TITLE: [&str; 2] = [
    "Published claims and the values of this record",
    "발표된 값과 이 기록의 값",
];
pub const EXPLAINED: [&str; 2] = [
    "Computed: by the source or by theory. Hollow dots: * by construction, ** by arithmetic.",
    "계산값: 출처의 본문이나 이론. 속이 빈 점: *는 설정값, **는 산술 계산.",
];
pub const AXIS: [&str; 2] = [
    "1 = published value (if none: computed)",
    "1 = 발표값(없으면 계산값)",
];

/// The columns of a table of claims.
pub const COLUMNS: [[&str; 7]; 2] = [
    [
        "claim",
        "published",
        "computed",
        "this record",
        "basis",
        "verdict",
        "source",
    ],
    [
        "주장",
        "발표값",
        "계산값",
        "이 기록",
        "근거",
        "판정",
        "출처",
    ],
];

/// The basis of a record's number.
pub const fn basis(basis: Basis) -> [&'static str; 2] {
    match basis {
        Basis::Measured => ["measured", "측정"],
        Basis::ByConstruction => ["by construction", "설정값"],
        Basis::ByArithmetic => ["by arithmetic", "산술 계산"],
    }
}

/// The number of claims, in total and by basis: measured, by construction, by arithmetic. The rest
/// is not in the record.
pub fn counts(all: usize, [measured, construction, arithmetic]: [usize; 3]) -> [String; 2] {
    let absent = all - measured - construction - arithmetic;
    [
        format!(
            "{all} claims: {measured} measured (on the wire or by the clock), {construction} by \
             construction, {arithmetic} by arithmetic, {absent} not in this record."
        ),
        format!(
            "주장 {all}개: 측정 {measured}개(전송된 바이트 또는 시계), 설정값 {construction}개, 산술 계산 {arithmetic}개, \
             이 기록에 없음 {absent}개."
        ),
    ]
}

/// Explains the brackets next to a number.
pub fn interval(repeats: usize) -> [String; 2] {
    [
        format!("In brackets: 95 % confidence interval of the mean, {repeats} repeats."),
        format!("대괄호: 평균의 95% 신뢰 구간, {repeats}회 반복."),
    ]
}

/// The row of the slowest long poll, and why it may exceed three transits.
pub fn worst(worst: &WorstLongPoll) -> [String; 2] {
    let WorstLongPoll {
        transits,
        scenario,
        repeat,
        above_three_us,
        late_us,
    } = worst;
    let ms = |us: f64| number::ms(us.max(0.0));
    let [mut english, mut korean] = [
        format!(
            "The slowest long poll of all rows took {transits:.2} transits: scenario {scenario}, repeat \
             {repeat}."
        ),
        format!(
            "모든 측정 가운데 롱 폴링의 최대 지연은 편도 시간의 {transits:.2}배입니다(시나리오 {scenario}, {repeat}번째 \
             반복)."
        ),
    ];
    if *above_three_us <= 0.0 {
        return [english, korean];
    }
    let above = ms(*above_three_us);
    let Some(late_us) = late_us else {
        english += &format!(
            " That is {above} more than 3 transits, spent in the server, the link and the load \
             generator. The record has no calibration of the link, so the link's share is unknown."
        );
        korean += &format!(
            " 편도 시간의 3배를 {above} 넘으며, 이는 서버와 링크, 부하 생성기의 처리 시간입니다. 이 기록에는 \
             링크의 보정 측정값이 없어 링크가 차지하는 비중은 알 수 없습니다."
        );
        return [english, korean];
    };
    let rest_us = above_three_us - 3.0 * late_us;
    let [each, three, rest] = [*late_us, 3.0 * late_us, rest_us].map(ms);
    english += &format!(
        " That is {above} more than 3 transits. In the calibration, a transit took {each} longer \
         than set (p99, at the nearest round-trip time). Three such transits explain "
    );
    korean += &format!(
        " 편도 시간의 3배를 {above} 넘습니다. 보정 측정에서는 편도 전송이 설정값보다 {each} 더 걸렸습니다(p99, 가장 \
         가까운 왕복 시간 기준). 편도 전송 3회로 "
    );
    if rest_us > 0.0 {
        english += &format!("{three}, but not the remaining {rest}.");
        korean += &format!("{three}까지 설명되고, 나머지 {rest}는 설명되지 않습니다.");
    } else {
        english += "this difference.";
        korean += "이 차이가 설명됩니다.";
    }
    [english, korean]
}

/// The claimed quantity, with its unit.
pub fn quantity(quantity: Quantity) -> [String; 2] {
    let [english, korean] = match quantity {
        Quantity::PollHeaders => ["header bytes of a poll", "폴링 1회의 헤더 바이트"],
        Quantity::FrameHeader => [
            "header bytes of a WebSocket message",
            "웹소켓 메시지의 헤더 바이트",
        ],
        Quantity::HeaderRatio => ["header bytes, poll : message", "헤더 바이트, 폴링 : 메시지"],
        Quantity::RatioWithTcpIp => [
            "bytes with TCP/IP, poll : message",
            "TCP/IP 포함 바이트, 폴링 : 메시지",
        ],
        Quantity::PollingBits(case) => return bits(case, ["polling, headers", "폴링, 헤더"]),
        Quantity::WebSocketBits(case) => {
            return bits(case, ["WebSocket, headers", "웹소켓, 헤더"]);
        }
        Quantity::PollingWireBits(case) => {
            return bits(case, ["polling, all on the wire", "폴링, 전송된 전체"]);
        }
        Quantity::WebSocketWireBits(case) => {
            return bits(case, ["WebSocket, all on the wire", "웹소켓, 전송된 전체"]);
        }
        Quantity::PollingLatencyRatio => [
            "mean latency, polling every 1 s : WebSocket",
            "평균 지연, 초당 1회 폴링 : 웹소켓",
        ],
        Quantity::BackToBackLatencyRatio => [
            "latency, back-to-back polls : WebSocket",
            "평균 지연, 연속된 롱 폴링 : 웹소켓",
        ],
        Quantity::LongPollMean => [
            "mean latency of a long poll, transits",
            "롱 폴링 평균 지연(편도 시간의 배수)",
        ],
        Quantity::LongPollWorst => [
            "slowest long poll, transits, at most",
            "롱 폴링 최대 지연(편도 시간의 배수, 상한)",
        ],
        Quantity::LongPollRatioAt(ms) => {
            return [
                format!("at rtt {ms} ms, long poll : WebSocket"),
                format!("왕복 {ms} ms, 롱 폴링 : 웹소켓"),
            ];
        }
        Quantity::Knee => [
            "knee, 1 update/response, rtt in ms (fitted)",
            "응답당 1개일 때 꺾이는 왕복 시간(ms, 회귀)",
        ],
        Quantity::RequestShare => [
            "request header, % of a long poll",
            "롱 폴링 중 요청 헤더 비율(%)",
        ],
        Quantity::FiveUpdatesRatio => [
            "bytes of 5 updates, long poll : WebSocket",
            "업데이트 5개의 바이트, 롱 폴링 : 웹소켓",
        ],
        Quantity::WebSocketBytes => ["bytes per update, WebSocket", "업데이트당 바이트, 웹소켓"],
        Quantity::Http1Ratio => [
            "bytes over HTTP/1.1, long poll : WebSocket",
            "HTTP/1.1에서의 바이트, 롱 폴링 : 웹소켓",
        ],
        Quantity::WebSocketTlsBytes => [
            "bytes per update, WebSocket + TLS",
            "업데이트당 바이트, 웹소켓 + TLS",
        ],
        Quantity::Http2LongPollBytes => [
            "bytes of a long poll, HTTP/2 + TLS",
            "롱 폴링 1회의 바이트, HTTP/2 + TLS",
        ],
        Quantity::Http2Ratio => [
            "bytes over TLS, HTTP/2 long poll : WebSocket",
            "TLS 사용 시 바이트, HTTP/2 롱 폴링 : 웹소켓",
        ],
    };
    [english.into(), korean.into()]
}

fn bits(case: UseCase, [english, korean]: [&str; 2]) -> [String; 2] {
    [
        format!("case {case:?}, {english}, bit/s"),
        format!("사례 {case:?}, {korean}, bit/s"),
    ]
}

pub const fn source(source: Publication) -> [&'static str; 2] {
    match source {
        Publication::Article => [
            "Lubbers and Greco, the article of 2009 (websocket.org)",
            "Lubbers와 Greco의 2009년 글(websocket.org)",
        ],
        Publication::Rfc6202 => ["RFC 6202, section 2.2", "RFC 6202, 2.2절"],
        Publication::Pimentel => [
            "Pimentel and Nickerson 2012, at 4 Hz (tables not available)",
            "Pimentel과 Nickerson 2012, 4 Hz(결과 표는 구할 수 없었음)",
        ],
        Publication::Aquilio => [
            "Aquilio 2017 (Chrome 60), corrected by its captures",
            "Aquilio 2017(Chrome 60), 출처의 캡처로 보정",
        ],
        Publication::Prediction => [
            "Our prediction for TLS and HTTP/2, 100 bytes of payload, with TCP/IP",
            "TLS와 HTTP/2에 대한 이 프로젝트의 예측(페이로드 100바이트, TCP/IP 포함)",
        ],
    }
}

pub const fn verdict(verdict: Verdict) -> [&'static str; 2] {
    match verdict {
        Verdict::Holds => ["as published", "발표값과 일치"],
        Verdict::Corrected => ["corrected", "계산값과만 일치"],
        Verdict::Predicted => ["as computed", "계산값과 일치"],
        Verdict::Differs => ["differs", "불일치"],
        Verdict::Open => ["not recorded", "기록에 없음"],
    }
}
