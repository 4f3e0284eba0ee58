//! Texts that several charts share.

use crate::{
    record::{Direction, Environment, HeaderProfile, Reconnect, Scenario, Wire, units::duration},
    show::number::{count, value_of},
};

/// The meaning of a high percentile of few updates over many clients.
pub const FAN_OUT: [&str; 2] = ["fan-out, not tail", "꼬리 지연이 아닌 팬아웃"];

/// The same as a sentence, from the number of updates.
pub fn few_updates(updates: f64) -> [String; 2] {
    let updates = value_of(updates);
    [
        format!(
            "With {updates} updates, high percentiles show fan-out (the spread of one update over the \
             clients), not tail latency (a rare, late update)."
        ),
        format!(
            "업데이트가 {updates}개이므로 높은 백분위수는 꼬리 지연이 아니라 팬아웃(업데이트 하나가 \
             클라이언트에 퍼지는 시간)을 나타냅니다."
        ),
    ]
}

/// The reason for a gap without a row.
pub const NOT_MEASURED: [&str; 2] = ["not recorded", "이 기록에 없음"];

/// The reason for a gap if a row counts no update.
pub const UNDELIVERED: [&str; 2] = ["no update was delivered", "전달된 업데이트 없음"];

/// The text in place of a missing measurement, with the reason.
pub fn gap([english, korean]: [&str; 2]) -> [String; 2] {
    [
        format!("no measurement: {english}"),
        format!("측정값 없음: {korean}"),
    ]
}

pub const fn wire(wire: Wire) -> &'static str {
    match wire {
        Wire::Http1 => "HTTP/1.1",
        Wire::Http1Tls => "HTTP/1.1 + TLS",
        Wire::Http2Tls => "HTTP/2 + TLS",
    }
}

pub fn conditions(scenario: &Scenario) -> [String; 2] {
    [scenario.words(), korean_conditions(scenario)]
}

pub fn scenario(name: &str, [english, korean]: [String; 2]) -> [String; 2] {
    [
        format!("Scenario “{name}”: {english}."),
        format!("시나리오 “{name}”: {korean}."),
    ]
}

/// The day and revision of a record, and whether the programs were optimised builds.
pub fn origin(record: &Environment) -> [String; 2] {
    let (day, revision) = (record.day(), record.revision.as_deref());
    let [revision, revision_ko] =
        ["unknown", "알 수 없음"].map(|unknown| revision.unwrap_or(unknown));
    let [slow, slow_ko] = match record.optimised {
        true => ["", ""],
        false => [", unoptimised build", ", 최적화하지 않은 빌드"],
    };
    [
        format!("Measured {day}, revision {revision}{slow}."),
        format!("{day} 측정, 리비전 {revision_ko}{slow_ko}."),
    ]
}

/// The number of repeats behind each value, and the number of runs without a result.
pub fn repeats(repeats: u32, failed: usize) -> [String; 2] {
    let [failed, failed_ko] = match failed {
        0 => Default::default(),
        failed => [
            format!(", {} without a result", count(failed, "run")),
            format!("(결과 없는 측정 {failed}회 제외)"),
        ],
    };
    match repeats {
        1 => [
            format!("one measurement each{failed}"),
            format!("각 1회 측정{failed_ko}"),
        ],
        repeats => [
            format!("medians of {repeats} repeats{failed}"),
            format!("{repeats}회 반복의 중앙값{failed_ko}"),
        ],
    }
}

/// Explains the error bars of a chart.
pub fn bars(repeats: u32) -> [String; 2] {
    [
        format!(
            "bars: 95 % interval of the mean, {} (range if wider than the value)",
            count(repeats as usize, "repeat")
        ),
        format!(
            "막대: 평균의 95% 신뢰 구간, {repeats}회 반복(구간이 값보다 넓으면 반복 측정의 범위)"
        ),
    ]
}

pub fn list(names: &[String]) -> [String; 2] {
    let english = match names {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    };
    [english, names.join(", ")]
}

pub fn logarithmic(axis: &str) -> [String; 2] {
    [format!("{axis}, logarithmic"), format!("{axis}, 로그 눈금")]
}

/// The Korean version of [`Scenario::words`].
fn korean_conditions(scenario: &Scenario) -> String {
    let mut conditions = vec![format!("클라이언트 {}개", scenario.clients)];
    match (scenario.rate_per_s, scenario.direction) {
        (Some(0.0), _) => conditions.push("업데이트 없음".into()),
        (Some(rate), Direction::Down) => conditions.push(format!("초당 업데이트 {rate}개")),
        (Some(rate), Direction::Up) => {
            conditions.push(format!("돌아가며 초당 업데이트 {rate}개 발행"));
        }
        (None, _) => {}
    }
    if let Some(bytes) = scenario.payload_bytes.filter(|_| !scenario.is_silent()) {
        conditions.push(format!("업데이트당 {bytes}바이트"));
    }
    for (name, span) in [("왕복 시간", scenario.rtt), ("지터", scenario.jitter)] {
        if !span.is_zero() {
            conditions.push(format!("{name} {}", duration(span)));
        }
    }
    conditions.extend(
        scenario
            .bandwidth
            .map(|bandwidth| format!("대역폭 {bandwidth}")),
    );
    if scenario.interval != Scenario::default().interval {
        conditions.push(format!("요청 간격 {}", duration(scenario.interval)));
    }
    conditions.extend(
        scenario
            .max
            .map(|max| format!("응답당 업데이트 최대 {max}개")),
    );
    if scenario.reconnect == Some(Reconnect::AtOnce) {
        conditions.push("모든 클라이언트가 동시에 재연결".into());
    }
    if scenario.header_profile != HeaderProfile::Browser {
        conditions.push(format!("{} 헤더", scenario.header_profile));
    }
    if scenario.cookie_bytes > 0 {
        conditions.push(format!("쿠키 {}바이트", scenario.cookie_bytes));
    }
    let brokers = scenario.brokers.filter(|&brokers| brokers > 0);
    conditions.extend(brokers.map(|brokers| format!("브로커 {brokers}대")));
    if scenario.servers > 1 {
        conditions.push(format!("서버 {}대", scenario.servers));
    }
    if scenario.tls {
        conditions.push(wire(Wire::of(scenario)).into());
    }
    conditions.push(format!("{}초 측정", scenario.duration.as_secs_f64()));
    conditions.join(", ")
}
