//! A request and its response header, as on the wire.

/// A request and its response header, as on the wire.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Exchange {
    /// When the first byte of the request left the client, in microseconds since the Unix epoch.
    pub asked_us: u64,
    /// The request header.
    pub request: Vec<u8>,
    /// The response header, as far as it has arrived.
    pub response: Vec<u8>,
}

impl Exchange {
    /// Path and query of the request.
    pub fn target(&self) -> String {
        let line = self.request.split(|&byte| byte == b'\r').next();
        let line = String::from_utf8_lossy(line.unwrap_or_default());
        line.split(' ').nth(1).unwrap_or_default().into()
    }

    /// Whether the request header is complete.
    pub fn is_asked(&self) -> bool {
        self.request.ends_with(HEADER_END)
    }

    /// Whether the response header is complete.
    pub fn is_answered(&self) -> bool {
        self.response.ends_with(HEADER_END)
    }
}

/// The empty line that ends a header (RFC 9112, section 2.1).
const HEADER_END: &[u8] = b"\r\n\r\n";
