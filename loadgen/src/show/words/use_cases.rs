//! What do the use cases of the founding article say, in each language?

use crate::show::{claims::use_case::UseCase, number::grouped};

/// What the use cases say.
#[derive(Clone, Copy, Debug)]
pub struct UseCaseWords {
    /// Above the linear chart.
    pub title_linear: &'static str,
    /// Above the logarithmic one.
    pub title_logarithmic: &'static str,
    /// What is drawn, and how the printed is told from the measured.
    pub explained: &'static str,
    /// The axis.
    pub unit: &'static str,
    /// A use case with its clients.
    pub case: fn(UseCase, &str) -> String,
    /// The five bars.
    pub bars: [&'static str; 5],
    /// Bits a second of a use case that was not measured itself.
    pub scaled: fn(&str) -> String,
    /// Erratum: what was printed.
    pub printed: &'static str,
    /// Erratum: header bytes of a poll on the wire.
    pub on_the_wire: fn(Option<f64>) -> String,
    /// Erratum: bytes of both heads of a poll of today.
    pub today: fn(Option<(f64, f64)>) -> String,
    /// Erratum: all bytes of a poll and of a message, and their payload.
    pub with_tcp_ip: fn(Option<[f64; 3]>) -> String,
}

pub(super) const ENGLISH: UseCaseWords = UseCaseWords {
    title_linear: "Use cases A, B and C of 2009, printed and measured",
    title_logarithmic: "Use cases A, B and C of 2009, on a logarithmic axis",
    explained: "Heads of clients that get one update a second. Hatched: printed; filled: measured (2: \
                the answer's head computed); outlined: 10 × B.",
    unit: "bit/s",
    case: |case, clients| format!("{case:?}: {clients} clients"),
    bars: [
        "polling, printed",
        "polling, heads of 2009",
        "polling, heads of today",
        "websocket, printed",
        "websocket, measured",
    ],
    scaled: |bits| format!("10 × B: {bits}"),
    printed: "1, 4: as printed: 871 bytes of heads for a poll, the visible characters only; 2 bytes of \
              frame head for a message.",
    on_the_wire: |bytes| match bytes {
        Some(bytes) => format!(
            "2: on the wire the same heads have 909 bytes; here {}, the answer's head being the \
             article's and not ours.",
            grouped(bytes, 1)
        ),
        None => {
            "2: on the wire the same heads have 909 bytes; not measured in use case A here.".into()
        }
    },
    today: |heads| match heads {
        Some((request, response)) => format!(
            "3: a browser of today asks with {} bytes, our server answers with {}: {} bytes a poll.",
            grouped(request, 1),
            grouped(response, 1),
            grouped(request + response, 1)
        ),
        None => "3: what a browser of today sends is not measured in use case A here.".into(),
    },
    with_tcp_ip: |bytes| match bytes {
        Some([poll, frame, payload]) => format!(
            "With TCP/IP and {} bytes of payload, 2 is {} bytes and 5 is {}: {} : 1; computed for the \
             article's 21 bytes, 8.6 : 1.",
            grouped(payload, 0),
            grouped(poll, 1),
            grouped(frame, 1),
            grouped(poll / frame, 1)
        ),
        None => {
            "With TCP/IP: not measured in use case A here; computed for the article's 21 bytes of \
                 payload, 8.6 : 1."
                .into()
        }
    },
};

pub(super) const KOREAN: UseCaseWords = UseCaseWords {
    title_linear: "2009년 활용 사례 A, B, C: 발표된 값과 측정한 값",
    title_logarithmic: "2009년 활용 사례 A, B, C: 로그 눈금",
    explained: "클라이언트마다 초당 업데이트 1회를 받을 때의 헤더. 빗금: 발표된 값, 채움: 측정값(2의 응답 헤더는 \
                계산값), 테두리만: B의 10배.",
    unit: "bit/s",
    case: |case, clients| format!("{case:?}: 클라이언트 {clients}개"),
    bars: [
        "polling, 발표된 값",
        "polling, 2009년 헤더",
        "polling, 오늘날의 헤더",
        "websocket, 발표된 값",
        "websocket, 측정값",
    ],
    scaled: |bits| format!("10 × B: {bits}"),
    printed: "1, 4: 발표된 값. 폴링 1회의 헤더 871바이트(보이는 문자만 센 값), 메시지당 프레임 헤더 2바이트.",
    on_the_wire: |bytes| match bytes {
        Some(bytes) => format!(
            "2: 같은 헤더가 실제 전송에서는 909바이트이며, 여기서는 {}바이트. 응답 헤더는 이 서버의 것 대신 원문의 \
             것으로 계산.",
            grouped(bytes, 1)
        ),
        None => {
            "2: 같은 헤더가 실제 전송에서는 909바이트. 여기서는 활용 사례 A를 측정하지 않음.".into()
        }
    },
    today: |heads| match heads {
        Some((request, response)) => format!(
            "3: 오늘날 브라우저의 요청 헤더 {}바이트, 이 서버의 응답 헤더 {}바이트: 폴링 1회에 {}바이트.",
            grouped(request, 1),
            grouped(response, 1),
            grouped(request + response, 1)
        ),
        None => "3: 오늘날 브라우저가 보내는 헤더는 여기서 활용 사례 A로 측정하지 않음.".into(),
    },
    with_tcp_ip: |bytes| {
        match bytes {
        Some([poll, frame, payload]) => format!(
            "TCP/IP와 페이로드 {}바이트를 포함하면 2는 {}바이트, 5는 {}바이트로 {} : 1. 원문의 21바이트로 \
             계산하면 8.6 : 1.",
            grouped(payload, 0),
            grouped(poll, 1),
            grouped(frame, 1),
            grouped(poll / frame, 1)
        ),
        None => "TCP/IP 포함: 여기서는 활용 사례 A를 측정하지 않음. 원문의 페이로드 21바이트로 계산하면 8.6 : 1."
            .into(),
    }
    },
};
