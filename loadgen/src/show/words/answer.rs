//! The words of the answer at the beginning of the READMEs.

use crate::show::number::value_of;

/// The overhead of an update.
pub struct Overhead {
    /// Its payload.
    pub payload_bytes: usize,
    /// Long polling and WebSocket over HTTP/1.1.
    pub http1: [f64; 2],
    /// Long polling over HTTP/2, WebSocket over HTTP/1.1, both with TLS.
    pub today: [f64; 2],
}

/// The mean latency at a distance.
pub struct Distance {
    /// The round trip in milliseconds.
    pub rtt_ms: f64,
    /// The rate of the updates.
    pub rate_per_s: f64,
    /// Long polling and WebSocket, in milliseconds.
    pub mean_ms: [f64; 2],
}

/// The answer in one sentence: the overhead in 2009 and today.
pub fn answer(bytes: &Overhead) -> [String; 2] {
    let payload = bytes.payload_bytes;
    let ratio = |[long_poll, websocket]: [f64; 2]| format!("{:.1}", long_poll / websocket);
    let [http1, http1_websocket] = bytes.http1.map(|bytes| format!("{bytes:.0}"));
    let [today, today_websocket] = bytes.today.map(|bytes| format!("{bytes:.0}"));
    let (then_ratio, now_ratio) = (ratio(bytes.http1), ratio(bytes.today));
    [
        format!(
            "To deliver an update of {payload} bytes, long polling has **{then_ratio} times** the \
             overhead of WebSocket over HTTP/1.1 without TLS, the web of 2009 ({http1} to \
             {http1_websocket} bytes, with TCP/IP and the headers of a current browser), and \
             **{now_ratio} times** on today’s web, with TLS and HTTP/2 ({today} to \
             {today_websocket} bytes)."
        ),
        format!(
            "{payload}바이트 업데이트 하나를 전달할 때 롱 폴링의 오버헤드는 2009년의 웹처럼 TLS 없는 \
             HTTP/1.1에서 웹소켓의 **{then_ratio}배**(최신 브라우저의 헤더와 TCP/IP를 포함해 {http1}바이트 \
             대 {http1_websocket}바이트)이고, TLS와 HTTP/2를 쓰는 오늘날의 웹에서는 **{now_ratio}배**({today}바이트 대 {today_websocket}바이트)입니다."
        ),
    ]
}

/// The latency, and the comparison that the article made.
pub fn details(latency: &Distance, headers: [f64; 2]) -> [String; 2] {
    let [poll, frame] = headers.map(value_of);
    let (rtt, rate) = (value_of(latency.rtt_ms), value_of(latency.rate_per_s));
    let [late, websocket_late] = latency.mean_ms.map(|ms| format!("{ms:.0}"));
    [
        format!(
            "The bytes are measured at one update per second. At a round trip of {rtt} ms and {rate} \
             updates/s, an update arrives after {late} ms on average with long polling, where updates \
             can share a response, and after {websocket_late} ms with WebSocket. With TLS, long \
             polling uses HTTP/2 and WebSocket HTTP/1.1. The 2009 article that promoted WebSocket \
             compared it with polling, without TCP/IP: {poll} bytes of headers for each poll, {frame} \
             for each message."
        ),
        format!(
            "바이트는 업데이트가 초당 1개일 때의 값입니다. 왕복 시간이 {rtt} ms이고 초당 업데이트가 {rate}개일 때, 업데이트가 도착하기까지 평균적으로 롱 \
             폴링은 {late} ms, 웹소켓은 {websocket_late} ms가 걸립니다. TLS를 쓸 때 롱 폴링은 HTTP/2로, \
             웹소켓은 HTTP/1.1로 보냅니다. 웹소켓을 널리 알린 2009년 글은 폴링과 비교하고 TCP/IP를 \
             제외했으며, 헤더를 폴링 1회에 {poll}바이트, 메시지 하나에 {frame}바이트로 세었습니다."
        ),
    ]
}
