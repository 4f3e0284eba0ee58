//! A request and the head of its response, as on the wire.

/// A request and the head of its response, as on the wire.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Exchange {
    /// When the first byte of the request left the client, in microseconds since the Unix epoch.
    pub asked_us: u64,
    /// The head of the request.
    pub request: Vec<u8>,
    /// The head of the response, as far as it has come.
    pub response: Vec<u8>,
}

impl Exchange {
    /// Path and query of the request.
    pub fn target(&self) -> String {
        let line = self.request.split(|&byte| byte == b'\r').next();
        let line = String::from_utf8_lossy(line.unwrap_or_default());
        line.split(' ').nth(1).unwrap_or_default().into()
    }

    /// Whether the head of the request is complete.
    pub fn is_asked(&self) -> bool {
        self.request.ends_with(HEAD_END)
    }

    /// Whether the head of the response is complete.
    pub fn is_answered(&self) -> bool {
        self.response.ends_with(HEAD_END)
    }
}

/// The empty line that ends a head (RFC 9112, section 2.1).
const HEAD_END: &[u8] = b"\r\n\r\n";
