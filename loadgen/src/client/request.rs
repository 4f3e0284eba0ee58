//! The requests of a client, with the headers of a real browser, those of the article, or the
//! minimum.

use server::{Transport, base::position::Position};

use crate::record::{ARTICLE_REQUEST_BYTES, HeaderProfile};

/// RFC 6455, section 1.3: the sample nonce. A browser takes a random one of the same length.
const KEY: &str = "dGhlIHNhbXBsZSBub25jZQ==";
/// The server's response to that key in `Sec-WebSocket-Accept` (the same section).
pub const ACCEPT: &str = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

/// A browser takes a random mask for each frame; one of the same length costs as much.
pub const MASK: [u8; 4] = [0x5a, 0x3c, 0x96, 0xe1];

impl HeaderProfile {
    /// The request of a transport for the updates after `position`, at most `max` per response, as on
    /// the wire.
    pub fn request(
        self,
        transport: Transport,
        host: &str,
        position: Option<Position>,
        max: Option<usize>,
    ) -> Vec<u8> {
        let after = position.map(|position| format!("after={position}"));
        let max = max.map(|max| format!("max={max}"));
        let query: Vec<_> = after.into_iter().chain(max).collect();
        let separator = if query.is_empty() { "" } else { "?" };
        let target = format!("/{transport}{separator}{}", query.join("&"));
        filled(self.template(transport), &target, host, 0)
    }

    /// The header of the request that publishes `length` bytes of JSON, as on the wire.
    pub fn publish(self, host: &str, length: usize) -> Vec<u8> {
        let template = match self {
            Self::Browser => include_str!("../../headers/browser/publish.http"),
            Self::Article2009 => include_str!("../../headers/article-2009/publish.http"),
            Self::Minimal => include_str!("../../headers/minimal/publish.http"),
        };
        filled(template, "/updates", host, length)
    }

    const fn template(self, transport: Transport) -> &'static str {
        match (self, transport) {
            (Self::Browser, Transport::PageRefresh) => {
                include_str!("../../headers/browser/page-refresh.http")
            }
            (Self::Browser, Transport::Polling | Transport::LongPolling) => {
                include_str!("../../headers/browser/fetch.http")
            }
            (Self::Browser, Transport::HiddenFrame | Transport::ForeverFrame) => {
                include_str!("../../headers/browser/frame.http")
            }
            (Self::Browser, Transport::HttpStreaming) => {
                include_str!("../../headers/browser/fetch-stream.http")
            }
            (Self::Browser, Transport::Sse) => {
                include_str!("../../headers/browser/event-source.http")
            }
            (Self::Browser, Transport::WebSocket) => {
                include_str!("../../headers/browser/websocket.http")
            }
            (Self::Article2009, Transport::WebSocket) => {
                include_str!("../../headers/article-2009/websocket.http")
            }
            (Self::Article2009, _) => include_str!("../../headers/article-2009/get.http"),
            (Self::Minimal, Transport::WebSocket) => {
                include_str!("../../headers/minimal/websocket.http")
            }
            (Self::Minimal, _) => include_str!("../../headers/minimal/get.http"),
        }
    }
}

/// A template with its placeholders filled in and line ends as on the wire.
fn filled(template: &str, target: &str, host: &str, length: usize) -> Vec<u8> {
    let header = template
        .replace("{target}", target)
        .replace("{host}", host)
        .replace("{length}", &length.to_string())
        .replace("{key}", KEY)
        .replace('\n', "\r\n");
    // The article's cookie is padded so that the header has 716 bytes with our path and host.
    const FILL: &str = "{fill}";
    let missing = (ARTICLE_REQUEST_BYTES + FILL.len()).saturating_sub(header.len());
    header.replace(FILL, &"x".repeat(missing)).into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_has_the_size_of_the_captured_one_except_for_placeholders() {
        use Transport::*;
        // The captures have other targets, such as /lp?k=fetch-lp, and the referer /?m=all.
        const REFERER: usize = "?m=all".len();
        let check = |transport, captured_bytes: usize, target: &str, captured_target: &str| {
            let header = HeaderProfile::Browser.request(transport, "127.0.0.1:9601", None, None);
            let expected = captured_bytes + target.len() - captured_target.len() - REFERER;
            assert_eq!(header.len(), expected, "{target}");
        };
        check(LongPolling, 547, "/long-polling", "/lp?k=fetch-lp");
        check(
            HttpStreaming,
            512,
            "/http-streaming",
            "/stream?k=fetch-stream",
        );
        check(Sse, 557, "/sse", "/sse?k=sse");
        check(
            ForeverFrame,
            689,
            "/forever-frame",
            "/iframe-lp?k=iframe-lp",
        );
        // The handshake carries no referer.
        check(WebSocket, 502 + REFERER, "/websocket", "/ws?k=ws");
    }

    #[test]
    fn the_articles_header_always_has_716_bytes() {
        for (transport, host, seq) in [
            (Transport::Sse, "127.0.0.1:80", None),
            (Transport::Polling, "127.0.0.1:54321", Some(7)),
            (Transport::LongPolling, "[::1]:54321", Some(u64::MAX)),
        ] {
            let position = seq.map(|seq| Position::of_update(seq, 0));
            let header = HeaderProfile::Article2009.request(transport, host, position, None);
            assert_eq!(header.len(), ARTICLE_REQUEST_BYTES);
        }
    }

    #[test]
    fn the_minimal_header_is_a_request_line_and_a_host() {
        let position = Position::of_update(3, 1_763_890_000_123_456);
        let header =
            HeaderProfile::Minimal.request(Transport::Polling, "h:1", Some(position), Some(1));
        assert_eq!(
            header,
            b"GET /polling?after=3.iy6m&max=1 HTTP/1.1\r\nHost: h:1\r\n\r\n"
        );
    }
}
