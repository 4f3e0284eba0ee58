//! A comparison of the load generator with a browser.

use serde::Serialize;
use server::Transport;

use crate::record::{
    exchange::Exchange,
    measurement::{LatencyUs, Measurement},
};

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
