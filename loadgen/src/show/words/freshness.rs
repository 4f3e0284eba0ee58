//! Texts about bytes at equal freshness.

use std::time::Duration;

use crate::{
    record::units::duration,
    show::{
        freshness::{AgePoint, EqualFreshness, Freshness, REFERENCE},
        number::{grouped, ms, trimmed},
        words::Words,
    },
};

pub const TITLE: [&str; 2] = [
    "Overhead by the mean age of updates",
    "업데이트의 평균 지연 시간에 따른 오버헤드",
];

pub const EXPLAINED: [&str; 2] = [
    "Marks are medians of the repeats; lines connect the polling intervals of a transport. \
     Lower and further left is better.",
    "기호는 반복 측정의 중앙값이고, 선은 같은 방식의 요청 간격별 값을 잇습니다. 왼쪽 아래일수록 \
     최신이며 바이트가 적습니다.",
];

/// The horizontal axis.
pub const AGE: [&str; 2] = ["mean age of an update, ms", "업데이트의 평균 지연 시간(ms)"];

/// The vertical axis.
pub const OVERHEAD: [&str; 2] = [
    "overhead per update, bytes, TCP/IP included",
    "업데이트당 오버헤드(바이트, TCP/IP 포함)",
];

/// The heading of the column of overheads in the chart.
pub fn at_age(age: &str) -> [String; 2] {
    [format!("bytes at {age}"), format!("{age}일 때 바이트")]
}

/// The note under the table of a README that explains the column of overheads at equal freshness.
pub fn note(age_ms: f64) -> [String; 2] {
    let age = ms(age_ms * 1000.0);
    [
        format!(
            "Overhead at equal freshness: with the polling interval in parentheses, updates have \
             the same mean age as those of {REFERENCE} ({age}). “>”: even with this interval, the \
             shortest that was measured, updates are older, so the overhead would be higher."
        ),
        format!(
            "지연 시간이 같을 때 오버헤드: 평균 지연 시간이 {REFERENCE}({age})과 같아지는 요청 간격(괄호 안)에서의 \
             값입니다. “>”는 측정한 가장 짧은 간격(괄호 안)에서도 지연 시간이 더 길어, 실제 오버헤드는 이 값보다 \
             크다는 뜻입니다."
        ),
    ]
}

/// One point of a transport, in the text version of the chart.
pub fn point(point: &AgePoint) -> [String; 2] {
    let (age, overhead) = (ms(point.age_ms * 1000.0), grouped(point.overhead, 0));
    let every = point
        .interval
        .map(|interval| format!(" ({})", duration(interval)));
    let every = every.unwrap_or_default();
    [
        format!("{overhead} bytes at {age}{every}"),
        format!("{age}에서 {overhead}바이트{every}"),
    ]
}

/// The overhead in bytes, or its bound.
pub fn bytes(equal: &EqualFreshness, digits: usize) -> String {
    let (bound, point) = bounded(equal);
    format!("{bound}{}", trimmed(point.overhead, digits))
}

/// The polling interval that belongs to the bytes.
pub fn interval(equal: &EqualFreshness) -> Option<Duration> {
    bounded(equal).1.interval
}

fn bounded(equal: &EqualFreshness) -> (&'static str, &AgePoint) {
    match equal {
        EqualFreshness::Is(point) => ("", point),
        EqualFreshness::MoreThan(point) => ("> ", point),
        EqualFreshness::LessThan(point) => ("< ", point),
    }
}

/// One sentence, short enough for a line of a chart: the overhead of each polling transport at the
/// reference's age, with its interval in parentheses. `None` if it is not known.
pub fn sentence(freshness: &Freshness, words: &Words) -> Option<String> {
    let age = ms(freshness.reference_ms()? * 1000.0);
    let each = freshness.curves.iter().filter_map(|(transport, _)| {
        let equal = freshness.equal(*transport)?;
        let interval = duration(interval(&equal)?);
        Some(format!("{transport} {} B ({interval})", bytes(&equal, 0)))
    });
    let each = each.collect::<Vec<_>>().join(", ");
    let sentence = words.of([
        format!("Overhead at {REFERENCE}'s age, {age}: {each}."),
        format!("{REFERENCE}의 지연 시간 {age}에서의 오버헤드: {each}."),
    ]);
    Some(sentence).filter(|_| !each.is_empty())
}
