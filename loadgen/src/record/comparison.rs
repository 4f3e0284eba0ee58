//! What came out of the comparison with a browser: one transport, measured by both.

use serde::Serialize;
use server::Transport;

use crate::record::{
    exchange::Exchange,
    measurement::{LatencyUs, Measurement},
};

/// One transport, measured by the load generator and by a browser in the same scenario.
#[derive(Clone, Debug, Serialize)]
pub struct Comparison {
    /// Which transport.
    pub transport: Transport,
    /// What the load generator measured.
    pub load_generator: Side,
    /// What the browser measured.
    pub browser: Side,
    /// Where they differ and why, or that they agree: a sentence each.
    pub why: Vec<String>,
}

impl Comparison {
    /// Whether either side is no measurement.
    pub fn is_error(&self) -> bool {
        let sides = [&self.load_generator, &self.browser];
        sides.iter().any(|side| side.measurement.error.is_some())
    }
}

/// What one of the two measured, and what the wire says of it.
#[derive(Clone, Debug, Serialize)]
pub struct Side {
    /// The measurement.
    #[serde(flatten)]
    pub measurement: Measurement,
    /// Latency as in the measurement, but to the client's end of the link.
    pub wire_latency_us: LatencyUs,
    /// Bytes of the request of the median size, as this side counts them; for a stream, of the
    /// request that opens it.
    pub request_head_bytes: Option<usize>,
    /// Bytes of the head of its response.
    pub response_head_bytes: Option<usize>,
    /// Requests sent inside the window; for a stream, all requests. Null over TLS.
    pub requests: Option<usize>,
    /// Median time from request to request, where a client asks every interval.
    pub asks_every_us: Option<u64>,
    /// Heads of the whole run for which this side counts the same bytes as the wire.
    pub heads_as_on_the_wire: usize,
    /// The request of the median size, as on the wire.
    #[serde(skip)]
    pub sample: Option<Exchange>,
}

impl Side {
    /// A measurement of which the wire says nothing yet.
    pub fn of(measurement: Measurement) -> Self {
        Self {
            measurement,
            wire_latency_us: LatencyUs::default(),
            request_head_bytes: None,
            response_head_bytes: None,
            requests: None,
            asks_every_us: None,
            heads_as_on_the_wire: 0,
            sample: None,
        }
    }
}
