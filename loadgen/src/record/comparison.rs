//! A comparison of the load generator with a browser.

use serde::Serialize;
use server::Transport;

use crate::record::{LatencyUs, Measurement};

/// One transport, measured by the load generator and by a browser in the same scenario.
#[derive(Clone, Debug, Serialize)]
pub struct Comparison {
    /// The transport.
    pub transport: Transport,
    /// The load generator's measurement.
    pub load_generator: Side,
    /// The browser's measurement.
    pub browser: Side,
    /// Sentences that explain each difference, or state that the two agree.
    pub why: Vec<String>,
}

impl Comparison {
    /// Whether the measurement of either side failed.
    pub fn is_error(&self) -> bool {
        let sides = [&self.load_generator, &self.browser];
        sides.iter().any(|side| side.measurement.error.is_some())
    }
}

/// The measurement of one side, and the same quantities observed on the wire.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Side {
    /// The measurement.
    #[serde(flatten)]
    pub measurement: Measurement,
    /// Latency as in the measurement, but to the client's end of the link.
    pub wire_latency_us: LatencyUs,
    /// Header bytes of the request of median size, as counted by this side; for a stream, of the
    /// request that opens it.
    pub request_head_bytes: Option<usize>,
    /// Header bytes of its response.
    pub response_head_bytes: Option<usize>,
    /// Requests sent inside the window; for a stream, all requests. Null over TLS.
    pub requests: Option<usize>,
    /// Median time from request to request of a transport that polls.
    pub asks_every_us: Option<u64>,
    /// The number of headers in the whole run for which this side counts the same bytes as the wire.
    pub headers_as_on_the_wire: usize,
    /// The request of median size, as on the wire.
    #[serde(skip)]
    pub sample: Option<Exchange>,
}

impl Side {
    /// A measurement without observations on the wire.
    pub fn of(measurement: Measurement) -> Self {
        Self {
            measurement,
            ..Self::default()
        }
    }
}

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
