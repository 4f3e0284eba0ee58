//! What do the charts of messages say?

use crate::{record::What, show::number::count};

/// The distance between the two ends where the link adds none.
pub const NEAR: [&str; 2] = ["nothing but the machine lies between", "추가한 지연은 없다"];
pub const BROWSER: [&str; 2] = ["browser", "브라우저"];
pub const SERVER: [&str; 2] = ["server", "서버"];
pub const LATENCY: [&str; 2] = ["latency", "지연 시간"];
pub const UPDATE: [&str; 2] = ["update", "업데이트"];

/// A request that waits at the server for an update.
pub const HELD: [&str; 2] = ["held", "보류"];

/// Updates that were published before the browser connected.
pub const BEFORE: [&str; 2] = [
    "Earlier ones have no latency.",
    "접속하기 전의 업데이트에는 지연 시간이 없다.",
];

/// Where arrows lie too close for their texts.
pub const CROWDED: [&str; 2] = [
    "Dots, bare arrows: no room.",
    "점, 글자 없는 화살표: 생략함.",
];

/// A reason for a gap.
pub const UNCAPTURED: [&str; 2] = [
    "the record has no capture of its messages",
    "기록에 이 방식의 메시지 캡처가 없음",
];

pub fn title(names: &str) -> [String; 2] {
    [
        format!("{names}: the same feed, message by message"),
        format!("{names}: 같은 피드를 메시지 하나하나 비교"),
    ]
}

/// The title where there are too many names.
pub fn title_of_many(many: usize) -> [String; 2] {
    [
        format!("{many} transports: the same feed, message by message"),
        format!("전송 방식 {many}가지: 같은 피드를 메시지 하나하나 비교"),
    ]
}

/// How to read it where time runs down, with the distance between the two ends.
pub fn down(way: &str) -> [String; 2] {
    [
        format!(
            "Time runs down; {way}. An update has the same number, colour and height on all \
             sides."
        ),
        format!(
            "시간은 아래로 흐르고, {way}. 같은 업데이트는 어느 쪽에서나 번호, 색, 높이가 같다."
        ),
    ]
}

/// How to read it where time runs to the right, with the distance between the two ends.
pub fn across(way: &str) -> [String; 2] {
    [
        format!("Time runs right; {way}. Same number and colour, same update; a bar: it waits."),
        format!(
            "시간은 오른쪽으로 흐르고, {way}. 같은 업데이트는 번호와 색이 같다. 서버 위의 막대는 대기 \
             시간이다."
        ),
    ]
}

pub fn far(time: &str) -> [String; 2] {
    [
        format!("a message takes {time} each way"),
        format!("메시지는 편도로 {time} 걸린다"),
    ]
}

/// An update that waits at the server for a request.
pub fn waits(time: &str) -> [String; 2] {
    [format!("waits {time}"), format!("{time} 대기")]
}

/// An arrow, and whether it carries updates.
pub const fn what(what: What, carries: bool) -> [&'static str; 2] {
    match (what, carries) {
        (What::Request, _) => ["request", "요청"],
        (What::Response, _) => ["response", "응답"],
        (What::Handshake, false) => ["handshake", "핸드셰이크"],
        (What::Handshake, true) => ["handshake + frame", "핸드셰이크 + 프레임"],
        (What::Chunk, _) => ["chunk", "청크"],
        (What::Frame, _) => ["frame", "프레임"],
    }
}

pub fn updates(many: u64) -> [String; 2] {
    [count(many as usize, "update"), format!("업데이트 {many}개")]
}

pub fn mean(time: &str) -> [String; 2] {
    [
        format!("mean latency {time}"),
        format!("평균 지연 시간 {time}"),
    ]
}

/// The first and the last update that is shown, their number, and the number of all.
pub fn shown(first: u64, last: u64, shown: usize, all: usize) -> [String; 2] {
    match shown == all {
        true => [
            format!("All updates are drawn: {all}."),
            format!("업데이트 {all}개를 모두 그렸다."),
        ],
        false => [
            format!(
                "Drawn: updates {first} to {last}, {shown} of {all} captured; sums: the window."
            ),
            format!(
                "캡처한 업데이트 {all}개 중 {first}번부터 {last}번까지 {shown}개를 그렸다. 합계: 측정 구간."
            ),
        ],
    }
}

/// What is counted on the arrows and in the sums; the sums may include packet headers.
pub const fn bytes(with_packets: bool) -> [&'static str; 2] {
    match with_packets {
        true => [
            "Arrows: bytes on the sockets. Sums: with TCP/IP headers.",
            "화살표: 소켓을 지난 바이트. 합계: TCP/IP 헤더 포함.",
        ],
        false => ["Bytes on the sockets.", "소켓을 지난 바이트."],
    }
}
