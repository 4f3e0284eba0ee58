//! What do the charts of messages say, in each language?

use crate::{record::What, show::number::count};

/// What the charts of messages say.
#[derive(Clone, Copy, Debug)]
pub struct MessageWords {
    /// Above all, with the names of the sides.
    pub title: fn(&str) -> String,
    /// Above all, where there are too many names.
    pub title_of_many: fn(usize) -> String,
    /// How to read it where time runs down, from what lies between the two ends.
    pub down: fn(&str) -> String,
    /// How to read it where time runs to the right.
    pub across: fn(&str) -> String,
    /// No distance between the two ends.
    pub near: &'static str,
    /// How long each way takes.
    pub far: fn(&str) -> String,
    /// One end.
    pub browser: &'static str,
    /// The other end.
    pub server: &'static str,
    /// A column.
    pub latency: &'static str,
    /// A column.
    pub update: &'static str,
    /// A request that waits at the server for an update.
    pub held: &'static str,
    /// An update that waits at the server for a request.
    pub waits: fn(&str) -> String,
    /// An arrow, and whether it carries updates.
    pub what: fn(What, bool) -> &'static str,
    /// Of a whole run.
    pub updates: fn(u64) -> String,
    /// Of a whole run.
    pub mean: fn(&str) -> String,
    /// The first and the last update that is shown, how many these are, and of how many.
    pub shown: fn(u64, u64, usize, usize) -> String,
    /// Updates that were there before the browser came.
    pub before: &'static str,
    /// Where things lie too close.
    pub crowded: &'static str,
    /// What is counted on the arrows and underneath, there with the headers of packets or without.
    pub bytes: fn(bool) -> &'static str,
    /// A reason for a gap.
    pub uncaptured: &'static str,
}

pub(super) const ENGLISH: MessageWords = MessageWords {
    title: |names| format!("{names}: the same feed, message by message"),
    title_of_many: |many| format!("{many} transports: the same feed, message by message"),
    down: |way| {
        format!(
            "Time runs down; {way}. An update has the same number, colour and height on all \
             sides."
        )
    },
    across: |way| {
        format!("Time runs right; {way}. Same number and colour, same update; a bar: it waits.")
    },
    near: "nothing but the machine lies between",
    far: |time| format!("a message takes {time} each way"),
    browser: "browser",
    server: "server",
    latency: "latency",
    update: "update",
    held: "held",
    waits: |time| format!("waits {time}"),
    what: |what, carries| match (what, carries) {
        (What::Request, _) => "request",
        (What::Response, _) => "response",
        (What::Handshake, false) => "handshake",
        (What::Handshake, true) => "handshake + frame",
        (What::Chunk, _) => "chunk",
        (What::Frame, _) => "frame",
    },
    updates: |many| count(many as usize, "update"),
    mean: |time| format!("mean latency {time}"),
    shown: |first, last, shown, all| match shown == all {
        true => format!("All updates are drawn: {all}."),
        false => format!(
            "Drawn: updates {first} to {last}, {shown} of {all} captured; sums: the window."
        ),
    },
    before: "Earlier ones have no latency.",
    crowded: "Dots, bare arrows: no room.",
    bytes: |with_packets| match with_packets {
        true => "Arrows: bytes on the sockets. Sums: with TCP/IP headers.",
        false => "Bytes on the sockets.",
    },
    uncaptured: "the record has no capture of its messages",
};

pub(super) const KOREAN: MessageWords = MessageWords {
    title: |names| format!("{names}: 같은 피드를 메시지 하나하나 비교"),
    title_of_many: |many| format!("전송 방식 {many}가지: 같은 피드를 메시지 하나하나 비교"),
    down: |way| {
        format!("시간은 아래로 흐르고, {way}. 같은 업데이트는 어느 쪽에서나 번호, 색, 높이가 같다.")
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
    uncaptured: "기록에 이 방식의 메시지 캡처가 없음",
};
