//! Texts of the chart of the article's use cases.

use crate::show::{
    claims::use_case::UseCase,
    number::{grouped, trimmed},
};

pub const TITLE_LINEAR: [&str; 2] = [
    "Use cases A, B and C of 2009: published and measured",
    "2009년 활용 사례 A, B, C: 발표된 값과 측정한 값",
];
pub const TITLE_LOGARITHMIC: [&str; 2] = [
    "Use cases A, B and C of 2009, logarithmic axis",
    "2009년 활용 사례 A, B, C: 로그 눈금",
];

/// Explains the bars, published and measured.
pub const EXPLAINED: [&str; 2] = [
    "Headers at 1 update/s per client. Hatched: published; filled: bytes as sent (in 2 the \
     response is computed) × rate; outlined: 10 × B.",
    "클라이언트마다 초당 업데이트 1개를 받을 때의 헤더. 빗금: 발표된 값, 채움: 전송된 바이트(2의 응답 헤더는 \
     계산값) × 발행 속도, 테두리만: B의 10배.",
];
pub const UNIT: &str = "bit/s";
pub const BARS: [[&str; 5]; 2] = [
    [
        "polling, published",
        "polling, headers of 2009",
        "polling, headers of today",
        "websocket, published",
        "websocket, as sent",
    ],
    [
        "polling, 발표된 값",
        "polling, 2009년 헤더",
        "polling, 오늘날의 헤더",
        "websocket, 발표된 값",
        "websocket, 전송된 값",
    ],
];

/// Erratum: the published numbers.
pub const PUBLISHED: [&str; 2] = [
    "1, 4: as published: 871 bytes of headers per poll (visible characters only), 2 bytes of frame \
     header per message.",
    "1, 4: 발표된 값. 폴링 1회의 헤더 871바이트(보이는 문자만 센 값), 메시지당 프레임 헤더 2바이트.",
];

pub fn case(case: UseCase) -> [String; 2] {
    let clients = grouped(case.clients() as f64, 0);
    [
        format!("{case:?}: {clients} clients"),
        format!("{case:?}: 클라이언트 {clients}개"),
    ]
}

/// Bits per second of a use case that is computed from another.
pub fn scaled(bits: &str) -> String {
    format!("10 × B: {bits}")
}

/// Erratum: header bytes of a poll on the wire.
pub fn on_the_wire(bytes: Option<f64>) -> [String; 2] {
    let Some(bytes) = bytes.map(|bytes| trimmed(bytes, 1)) else {
        return [
            "2: on the wire the same headers have 909 bytes; use case A was not measured here."
                .into(),
            "2: 같은 헤더가 실제 전송에서는 909바이트. 여기서는 활용 사례 A를 측정하지 않음."
                .into(),
        ];
    };
    [
        format!(
            "2: on the wire the same headers have 909 bytes; here {bytes}, with the response header \
             computed from the article."
        ),
        format!(
            "2: 같은 헤더가 실제 전송에서는 909바이트이며, 여기서는 {bytes}바이트(응답 헤더는 2009년 글의 것으로 \
             계산)."
        ),
    ]
}

/// Erratum: bytes of the request header and the response header of a poll with today's headers.
pub fn today(headers: Option<(f64, f64)>) -> [String; 2] {
    let Some((request, response)) = headers else {
        return [
            "3: headers of a current browser: use case A was not measured here.".into(),
            "3: 오늘날 브라우저의 헤더: 여기서는 활용 사례 A를 측정하지 않음.".into(),
        ];
    };
    let [request, response, both] =
        [request, response, request + response].map(|bytes| trimmed(bytes, 1));
    [
        format!(
            "3: a current browser sends {request} bytes of headers, our server {response}: {both} bytes \
             per poll."
        ),
        format!(
            "3: 오늘날 브라우저의 요청 헤더 {request}바이트, 이 서버의 응답 헤더 {response}바이트: 폴링 1회에 \
             {both}바이트."
        ),
    ]
}

/// Erratum: all bytes of a poll and of a message, and the payload.
pub fn with_tcp_ip(bytes: Option<((f64, f64), f64)>) -> [String; 2] {
    let Some(((poll, frame), payload)) = bytes else {
        return [
            "With TCP/IP: use case A was not measured here; computed for the article's payload of 21 \
             bytes, 8.6 : 1."
                .into(),
            "TCP/IP 포함: 여기서는 활용 사례 A를 측정하지 않음. 2009년 글의 페이로드 21바이트로 계산하면 \
             8.6 : 1."
                .into(),
        ];
    };
    let payload = grouped(payload, 0);
    let [poll, frame, ratio] = [poll, frame, poll / frame].map(|number| trimmed(number, 1));
    [
        format!(
            "With TCP/IP and {payload} bytes of payload, 2 is {poll} bytes and 5 is {frame}: \
             {ratio} : 1; computed for the article's 21 bytes, 8.6 : 1."
        ),
        format!(
            "TCP/IP와 페이로드 {payload}바이트를 포함하면 2는 {poll}바이트, 5는 {frame}바이트로 \
             {ratio} : 1. 2009년 글의 21바이트로 계산하면 8.6 : 1."
        ),
    ]
}
