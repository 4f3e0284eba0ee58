//! What do the figures say in Korean?

use super::{
    Common, Comparison, Language, Latency, Over, Overhead, Words, claims, latency_summary,
    use_cases,
};
use crate::{
    record::{
        Class, Direction, arrow::What, profile::Profile, scenario::Scenario, sweep::Parameter,
    },
    show::{chart::Kind, number::value_of},
};

/// See [`super::Language::words`].
pub const WORDS: Words = Words {
    language: Language::Korean,
    common: Common {
        not_measured: "측정하지 않음",
        undelivered: "전달된 업데이트 없음",
        gap: |reason| format!("측정값 없음: {reason}"),
        conditions,
        scenario: |name, conditions| format!("시나리오 “{name}”: {conditions}."),
        origin: |day, revision, optimised| {
            let revision = revision.unwrap_or("알 수 없음");
            let slow = if optimised {
                ""
            } else {
                ", 최적화하지 않은 빌드"
            };
            format!("{day} 측정, 리비전 {revision}{slow}.")
        },
        repeats: |repeats, failed| {
            let failed = match failed {
                0 => String::new(),
                failed => format!("(결과 없는 측정 {failed}회 제외)"),
            };
            match repeats {
                1 => format!("각 1회 측정{failed}"),
                repeats => format!("{repeats}회 반복의 중앙값{failed}"),
            }
        },
        list: |names| names.join(", "),
        logarithmic: |axis| format!("{axis}, 로그 눈금"),
    },
    comparison: Comparison {
        title: |names| format!("{names}: 같은 피드를 메시지 하나하나 비교"),
        title_of_many: |many| format!("전송 방식 {many}가지: 같은 피드를 메시지 하나하나 비교"),
        down: |way| {
            format!(
                "시간은 아래로 흐르고, {way}. 같은 업데이트는 어느 쪽에서나 번호, 색, 높이가 같다."
            )
        },
        across: |way| {
            format!(
                "시간은 오른쪽으로 흐르고, {way}. 같은 업데이트는 번호와 색이 같다. 서버 위의 막대는 대기 \
                 시간이다."
            )
        },
        near: "추가한 지연은 없다",
        far: |time| format!("메시지는 편도로 {time} 걸린다"),
        browser: "브라우저",
        server: "서버",
        latency: "지연 시간",
        update: "업데이트",
        held: "보류",
        waits: |time| format!("{time} 대기"),
        what: |what, carries| match (what, carries) {
            (What::Request, _) => "요청",
            (What::Response, _) => "응답",
            (What::Handshake, false) => "핸드셰이크",
            (What::Handshake, true) => "핸드셰이크 + 프레임",
            (What::Chunk, _) => "청크",
            (What::Frame, _) => "프레임",
        },
        updates: |many| format!("업데이트 {many}개"),
        mean: |time| format!("평균 지연 시간 {time}"),
        shown: |first, last, shown, all| match shown == all {
            true => format!("업데이트 {all}개를 모두 그렸다."),
            false => format!(
                "캡처한 업데이트 {all}개 중 {first}번부터 {last}번까지 {shown}개를 그렸다. 합계: 측정 구간."
            ),
        },
        before: "접속하기 전의 업데이트에는 지연 시간이 없다.",
        crowded: "점, 글자 없는 화살표: 생략함.",
        bytes: |with_packets| match with_packets {
            true => "화살표: 소켓을 지난 바이트. 합계: TCP/IP 헤더 포함.",
            false => "소켓을 지난 바이트.",
        },
        unreadable: "캡처를 읽을 수 없음",
        uncaptured: "기록에 이 방식의 메시지 캡처가 없음",
    },
    overhead: Overhead {
        title: |direction| match direction {
            Direction::Down => "업데이트 하나에 함께 전송되는 바이트, 방식별",
            Direction::Up => "한 번 발행할 때 함께 전송되는 바이트, 방식별",
        },
        explained: |direction, repeats| match direction {
            Direction::Down => format!(
                "전달된 업데이트당 바이트(▼ 클라이언트로, ▲ 서버로), {repeats}. 연결을 여는 데 드는 \
                 바이트는 제외한다."
            ),
            Direction::Up => format!(
                "클라이언트가 발행한 업데이트당 바이트(양방향 합계), {repeats}. 연결을 여는 데 드는 \
                 바이트는 제외한다."
            ),
        },
        unit: |direction| match direction {
            Direction::Down => "업데이트당 바이트",
            Direction::Up => "발행당 바이트",
        },
        nothing: |direction| match direction {
            Direction::Down => "전달된 업데이트 없음",
            Direction::Up => "집계된 발행 없음",
        },
        overhead: "오버헤드",
        class: |class| match class {
            Class::Payload => "페이로드",
            Class::Format => "형식",
            Class::RequestHead => "요청 헤더",
            Class::ResponseHead => "응답 헤더",
            Class::Chunk => "청크",
            Class::WebsocketFrame => "websocket 프레임",
            Class::Idle => "유휴",
            Class::Setup => "연결 수립",
            Class::Tls => "TLS",
            Class::TcpIp => "TCP/IP",
        },
        shared: |updates| format!("응답 하나에 업데이트 약 {updates:.0}개가 함께 담긴다"),
        several: |requests| format!("업데이트 하나에 요청 {requests:.1}회가 든다"),
        with: |names, said| format!("{names}: {said}"),
        mind: |said| format!("주의: {said}."),
        told: |payload, overhead| {
            format!("페이로드 {payload:.1}바이트, 오버헤드 {overhead:.1}바이트")
        },
    },
    latency: Latency {
        title: "백분위수별 지연 시간: 보통의 업데이트부터 가장 늦은 업데이트까지",
        explained: "모든 반복에서 모든 클라이언트의 모든 업데이트를 예정 시각부터 도착까지 잰 값이며, 이름 옆의 \
                    값은 최댓값이다.",
        time: "지연 시간(ms)",
        part: "이 시간 안에 도착한 업데이트의 비율(%)",
        unreadable: "히스토그램을 읽을 수 없음",
        worst: |latency| format!("최대 {latency}"),
    },
    latency_summary: latency_summary::KOREAN,
    use_cases: use_cases::KOREAN,
    claims: claims::KOREAN,
    over: Over {
        title: |kind, of| {
            let subject = match kind {
                Kind::CpuOver => "전달된 업데이트당 서버 CPU 시간",
                Kind::MemoryOver => "서버 메모리",
                Kind::OverheadOver => "페이로드 대비 오버헤드",
                _ => "평균 지연 시간",
            };
            let over = match of {
                Parameter::Rtt => "왕복 시간",
                Parameter::Rate => "초당 업데이트 수",
                Parameter::Clients => "클라이언트 수",
                Parameter::Payload => "업데이트 크기",
            };
            format!("{over}에 따른 {subject}")
        },
        explained: |kind| match kind {
            Kind::CpuOver | Kind::MemoryOver => {
                "기호는 반복 측정의 중앙값, 막대는 평균의 95 % 신뢰 구간이다. 서버는 프로세스 하나다."
            }
            Kind::OverheadOver => {
                "기호는 반복 측정의 중앙값이며, 페이로드 외에 양방향으로 전송된 모든 바이트를 \
                 페이로드에 대한 %로 나타낸다."
            }
            _ => "기호는 반복 측정의 중앙값, 막대는 평균의 95 % 신뢰 구간, 가는 선은 이론값이다.",
        },
        unit: |kind| match kind {
            Kind::CpuOver => "마이크로초",
            Kind::MemoryOver => "MB",
            Kind::OverheadOver => "페이로드 대비 %",
            _ => "밀리초",
        },
        parameter,
        sweep: |name, conditions| format!("스윕 “{name}”, 기준 조건: {conditions}."),
        point: |figure, value| format!("{}에서 {figure}", value_of(value)),
        missing: |points| format!("결과 없음: {points}."),
        at_most: |max| format!(", 응답당 최대 {max}개"),
        grows: "꺾인 뒤의 값은 측정하는 동안 계속 커진다.",
        told: |parameter, lines| format!("가로축: {parameter}. {lines}."),
    },
};

fn parameter(parameter: Parameter) -> &'static str {
    match parameter {
        Parameter::Rtt => "왕복 시간(ms)",
        Parameter::Rate => "초당 업데이트 수",
        Parameter::Clients => "클라이언트 수",
        Parameter::Payload => "업데이트 크기(바이트)",
    }
}

/// As [`Scenario::words`] says them in English.
fn conditions(scenario: &Scenario) -> String {
    let mut said = vec![format!("클라이언트 {}개", scenario.clients)];
    match (scenario.rate_per_s, scenario.direction) {
        (Some(0.0), _) => said.push("업데이트 없음".into()),
        (Some(rate), Direction::Down) => said.push(format!("초당 업데이트 {rate}회")),
        (Some(rate), Direction::Up) => {
            said.push(format!("돌아가며 초당 업데이트 {rate}회 발행"));
        }
        (None, _) => {}
    }
    if let Some(bytes) = scenario.payload_bytes.filter(|_| !scenario.is_silent()) {
        said.push(format!("업데이트당 {bytes}바이트"));
    }
    for (name, span) in [("왕복 시간", scenario.rtt), ("지터", scenario.jitter)] {
        if !span.is_zero() {
            said.push(format!("{name} {}", humantime::format_duration(span)));
        }
    }
    if let Some(bandwidth) = scenario.bandwidth {
        said.push(format!("대역폭 {bandwidth}"));
    }
    if let Some(max) = scenario.max {
        said.push(format!("응답당 업데이트 최대 {max}개"));
    }
    if scenario.header_profile != Profile::Browser {
        said.push(format!("{} 헤더", scenario.header_profile.name()));
    }
    said.push(format!("{}초 측정", scenario.duration.as_secs_f64()));
    said.join(", ")
}
