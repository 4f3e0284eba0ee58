//! What does a client say to ask? The request heads of a real browser.

use server::Transport;

/// Captured from Chromium 156 on `http://127.0.0.1`; see METHODOLOGY.md.
const fn browser(transport: Transport) -> &'static str {
    match transport {
        Transport::PageRefresh => include_str!("../heads/browser/page-refresh.http"),
        Transport::Polling | Transport::LongPolling => include_str!("../heads/browser/fetch.http"),
        Transport::HiddenFrame | Transport::ForeverFrame => {
            include_str!("../heads/browser/frame.http")
        }
        Transport::HttpStreaming => include_str!("../heads/browser/fetch-stream.http"),
        Transport::Sse => include_str!("../heads/browser/event-source.http"),
        Transport::WebSocket => include_str!("../heads/browser/websocket.http"),
    }
}

/// The request head of a transport, as on the wire.
///
/// `place` is the `seq` after which the client goes on; `key` is needed by the handshake of a
/// WebSocket only.
pub fn request(transport: Transport, host: &str, place: Option<u64>, key: &str) -> Vec<u8> {
    let after = place.map_or(String::new(), |seq| format!("?after={seq}"));
    browser(transport)
        .replace("{target}", &format!("/{transport}{after}"))
        .replace("{host}", host)
        .replace("{key}", key)
        .replace('\n', "\r\n")
        .into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_has_the_size_of_the_captured_one_but_for_what_the_run_fills_in() {
        let size = |transport, place| {
            request(
                transport,
                "127.0.0.1:9601",
                place,
                "4fnpl7ifXxvemR11zqX11w==",
            )
            .len()
        };
        // The captures ask for /lp?k=fetch-lp and the like, with the referer /?m=all.
        let path = |name: &str, captured: &str| name.len() as i64 - captured.len() as i64;
        let referer = "?m=all".len() as i64;
        let expected = |captured_size: i64, name: &str, captured: &str| {
            (captured_size + path(name, captured) - referer) as usize
        };
        assert_eq!(
            size(Transport::LongPolling, Some(42)),
            expected(547, "/long-polling?after=42", "/lp?k=fetch-lp")
        );
        assert_eq!(
            size(Transport::HttpStreaming, None),
            expected(512, "/http-streaming", "/stream?k=fetch-stream")
        );
        assert_eq!(
            size(Transport::Sse, None),
            expected(557, "/sse", "/sse?k=sse")
        );
        assert_eq!(
            size(Transport::ForeverFrame, None),
            expected(689, "/forever-frame", "/iframe-lp?k=iframe-lp")
        );
        // The handshake carries no referer.
        assert_eq!(
            size(Transport::WebSocket, None),
            expected(502 + referer, "/websocket", "/ws?k=ws")
        );
    }
}
