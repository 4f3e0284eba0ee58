//! Rewrites a header, so that all later code interprets it in the same way.

use actix_web::http::Uri;
use httparse::{Header, Request};

use super::elements;

/// A header that may have to be rewritten.
pub struct Rewrite<'a, 'b> {
    /// The header as received.
    pub request: &'a Request<'a, 'b>,
    /// The new value of `Host`.
    pub authority: Option<String>,
    /// The connection will be upgraded.
    pub upgrade: bool,
}

impl Rewrite<'_, '_> {
    pub fn is_needed(&self) -> bool {
        let plain = |value: &[u8], word: &str| value.eq_ignore_ascii_case(word.as_bytes());
        let changes = |field: &Header<'_>| match field.name.to_ascii_lowercase().as_str() {
            "expect" => true,
            "upgrade" => !self.upgrade || !plain(field.value, "websocket"),
            "connection" if self.upgrade => !plain(field.value, "upgrade"),
            "connection" => elements(field.value).any(|it| it.eq_ignore_ascii_case("upgrade")),
            "host" | "idempotency-key" => false,
            _ => field.value.is_empty(),
        };
        self.authority.is_some() || self.request.headers.iter().any(changes)
    }

    pub fn bytes(&self, uri: &Uri) -> Vec<u8> {
        let request = self.request;
        let target = match (&self.authority, uri.path_and_query()) {
            // It writes "/" where the path is empty (RFC 9112, section 3.2.1).
            (Some(_), Some(target)) => target.to_string(),
            _ => request.path.unwrap_or_default().to_owned(),
        };
        let method = request.method.unwrap_or_default();
        let version = request.version.unwrap_or_default();
        let mut bytes = format!("{method} {target} HTTP/1.{version}\r\n").into_bytes();
        let mut field = |name: &str, value: &[u8]| {
            bytes.extend_from_slice(name.as_bytes());
            bytes.extend_from_slice(b": ");
            bytes.extend_from_slice(value);
            bytes.extend_from_slice(b"\r\n");
        };
        for Header { name, value } in request.headers.iter() {
            match name.to_ascii_lowercase().as_str() {
                "host" if self.authority.is_some() => {}
                "host" => field(name, value),
                "connection" if self.upgrade => {}
                "connection" => {
                    // Otherwise actix-http would treat the connection as upgraded.
                    let others = elements(value).filter(|it| !it.eq_ignore_ascii_case("upgrade"));
                    let others: Vec<_> = others.collect();
                    if !others.is_empty() {
                        field(name, others.join(", ").as_bytes());
                    }
                }
                "expect" | "upgrade" => {}
                // An empty key is an error of the client.
                "idempotency-key" => field(name, value),
                _ if value.is_empty() => {}
                _ => field(name, value),
            }
        }
        if let Some(authority) = &self.authority {
            field("Host", authority.as_bytes());
        }
        if self.upgrade {
            field("Connection", b"Upgrade");
            field("Upgrade", b"websocket");
        }
        bytes.extend_from_slice(b"\r\n");
        bytes
    }
}
