//! Texts of the charts of messages.

use crate::{record::What, show::number::count};

/// The distance between client and server if the link adds none.
pub const NEAR: [&str; 2] = ["no added delay", "추가한 지연은 없습니다"];
pub const BROWSER: [&str; 2] = ["browser", "브라우저"];
pub const SERVER: [&str; 2] = ["server", "서버"];
pub const LATENCY: [&str; 2] = ["latency", "지연 시간"];
pub const UPDATE: [&str; 2] = ["update", "업데이트"];

/// A request that the server holds until the next update.
pub const HELD: [&str; 2] = ["held", "보류"];

/// Updates that were published before the browser connected.
pub const BEFORE: [&str; 2] = [
    "Earlier updates have no latency.",
    "접속 전에 발행된 업데이트에는 지연 시간이 없습니다.",
];

/// Explains arrows without text, which are too close to each other.
pub const CROWDED: [&str; 2] = [
    "Dots and bare arrows: no room for text.",
    "점과 글자 없는 화살표: 공간이 부족해 글자를 생략.",
];

/// A reason for a gap.
pub const UNCAPTURED: [&str; 2] = [
    "the record has no capture of its messages",
    "기록에 이 방식의 메시지 캡처가 없음",
];

pub fn title(names: &str) -> [String; 2] {
    [
        format!("{names}: the same feed, message by message"),
        format!("{names}: 같은 피드의 메시지별 비교"),
    ]
}

/// The title if there are too many names.
pub fn title_of_many(number: usize) -> [String; 2] {
    [
        format!("{number} transports: the same feed, message by message"),
        format!("전송 방식 {number}가지: 같은 피드의 메시지별 비교"),
    ]
}

/// How to read the chart if time runs down, with the distance between client and server.
pub fn down(way: &str) -> [String; 2] {
    [
        format!(
            "Time runs down; {way}. An update has the same number and the same height on all \
             sides."
        ),
        format!(
            "시간은 아래로 흐르고, {way}. 같은 업데이트는 어느 쪽에서나 번호와 높이가 같습니다."
        ),
    ]
}

/// How to read the chart if time runs to the right, with the distance between client and server.
pub fn across(way: &str) -> [String; 2] {
    [
        format!(
            "Time runs to the right; {way}. Same number: same update. Bar at the server: it waits."
        ),
        format!(
            "시간은 오른쪽으로 흐르고, {way}. 같은 번호는 같은 업데이트입니다. 서버 위의 막대는 \
             대기 시간입니다."
        ),
    ]
}

pub fn far(time: &str) -> [String; 2] {
    [
        format!("a message takes {time} each way"),
        format!("메시지는 편도로 {time} 걸립니다"),
    ]
}

/// The waiting time of an update that finds no open request.
pub fn waits(time: &str) -> [String; 2] {
    [format!("waits {time}"), format!("{time} 대기")]
}

/// The kind of an arrow, and whether it carries updates.
pub const fn kind(what: What, carries: bool) -> [&'static str; 2] {
    match (what, carries) {
        (What::Request, _) => ["request", "요청"],
        (What::Response, _) => ["response", "응답"],
        (What::Handshake, false) => ["handshake", "핸드셰이크"],
        (What::Handshake, true) => ["handshake + frame", "핸드셰이크 + 프레임"],
        (What::Chunk, _) => ["chunk", "청크"],
        (What::Frame, _) => ["frame", "프레임"],
    }
}

pub fn updates(number: u64) -> [String; 2] {
    [
        count(number as usize, "update"),
        format!("업데이트 {number}개"),
    ]
}

pub fn mean(time: &str) -> [String; 2] {
    [
        format!("mean latency {time}"),
        format!("평균 지연 시간 {time}"),
    ]
}

/// The range and number of the updates that are drawn, and the number of captured ones.
pub fn shown(first: u64, last: u64, shown: usize, all: usize) -> [String; 2] {
    match shown == all {
        true => [
            format!("All updates are drawn ({all})."),
            format!("업데이트 {all}개를 모두 그렸습니다."),
        ],
        false => [
            format!(
                "Drawn: updates {first} to {last}, {shown} of {all} captured; totals: the measuring window."
            ),
            format!(
                "캡처한 업데이트 {all}개 중 {first}번부터 {last}번까지 {shown}개를 그렸습니다. 합계: 측정 구간."
            ),
        ],
    }
}

/// Explains the bytes of arrows and sums. Sums may include packet headers.
pub const fn bytes(with_packets: bool) -> [&'static str; 2] {
    match with_packets {
        true => [
            "Arrows: bytes on the sockets. Totals: with TCP/IP headers.",
            "화살표: 소켓으로 전송된 바이트. 합계: TCP/IP 헤더 포함.",
        ],
        false => ["Bytes on the sockets.", "소켓으로 전송된 바이트."],
    }
}
