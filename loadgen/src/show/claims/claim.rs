//! Published claims, and the verdict of a record.

use crate::show::{claims::use_case::UseCase, statistics::Estimate};

/// A published number and ours.
#[derive(Clone, Debug, PartialEq)]
pub struct Claim {
    /// The claimed quantity.
    pub quantity: Quantity,
    /// The published number; `None` if none is available.
    pub published: Option<f64>,
    /// The computed number.
    pub computed: f64,
    /// The number of the record; `None` if the record has none.
    pub recorded: Option<f64>,
    /// The estimate over the repeats, if the number is one.
    pub estimate: Option<Estimate>,
    /// The relative tolerance of the recorded number.
    pub tolerance: f64,
}

/// The basis of a record's number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// Measured on the wire or by the clock, so that a measurement can contradict the claim.
    Measured,
    /// By construction, so that no measurement can contradict the claim: the load generator sends these
    /// bytes at this rate, RFC 6455 defines them, or they are a constant (the response header of 2009).
    ByConstruction,
    /// Computed from headers on the wire and lengths in the source.
    ByArithmetic,
}

impl Basis {
    /// All, in the order of tables.
    pub const ALL: [Self; 3] = [Self::Measured, Self::ByConstruction, Self::ByArithmetic];
}

/// The source of a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Publication {
    /// See [`article`](super::article).
    Article,
    /// See [`rfc6202`](super::rfc6202).
    Rfc6202,
    /// See [`pimentel`](super::pimentel).
    Pimentel,
    /// See [`aquilio`](super::aquilio).
    Aquilio,
    /// Our own prediction, made before measuring.
    Prediction,
}

/// A claimed quantity, with its unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantity {
    /// Bytes of request and response header of a poll.
    PollHeaders,
    /// Bytes of a WebSocket message's frame header.
    FrameHeader,
    /// The ratio of the first to the second.
    HeaderRatio,
    /// Ratio of all bytes of a poll to those of a WebSocket message, with TCP/IP and 21 bytes of
    /// payload.
    RatioWithTcpIp,
    /// Header bits per second of polling in a use case.
    PollingBits(UseCase),
    /// Header bits per second of WebSocket in a use case.
    WebSocketBits(UseCase),
    /// All bits per second on the wire of polling in a use case, TCP/IP included.
    PollingWireBits(UseCase),
    /// All bits per second on the wire of WebSocket in a use case, TCP/IP included.
    WebSocketWireBits(UseCase),
    /// Ratio of the mean latency of a poll every second to that of WebSocket, 50 ms away.
    PollingLatencyRatio,
    /// Ratio of the mean latency of back-to-back requests (long polls at a high rate) to that of
    /// WebSocket.
    BackToBackLatencyRatio,
    /// Mean latency of rare updates by long polling, in transits.
    LongPollMean,
    /// Maximum latency of long polling, in transits: at most this.
    LongPollWorst,
    /// Ratio of the mean latency of long polling to that of WebSocket, at 4 updates/s and this
    /// round-trip time in ms.
    LongPollRatioAt(u64),
    /// The round-trip time in ms beyond which the queue of a long poll grows, at 4 updates/s with one
    /// per response; see [`knee`](super::knee).
    Knee,
    /// The share of the request header in the bytes of a long poll, in %.
    RequestShare,
    /// Ratio of the bytes of five updates with connection setup, long polling to WebSocket.
    FiveUpdatesRatio,
    /// All bytes of an update over a WebSocket in clear text, with TCP/IP.
    WebSocketBytes,
    /// Ratio of all bytes of an update, long polling over HTTP/1.1 to WebSocket, both in clear text.
    Http1Ratio,
    /// All bytes of an update over a WebSocket with TLS.
    WebSocketTlsBytes,
    /// All bytes of an update by long polling over HTTP/2 with TLS.
    Http2LongPollBytes,
    /// The ratio of the second to the first.
    Http2Ratio,
}

impl Quantity {
    /// The basis of a record's number.
    pub const fn basis(self) -> Basis {
        match self {
            Self::PollHeaders
            | Self::FrameHeader
            | Self::HeaderRatio
            | Self::RatioWithTcpIp
            | Self::PollingBits(_)
            | Self::WebSocketBits(_) => Basis::ByConstruction,
            Self::RequestShare | Self::FiveUpdatesRatio => Basis::ByArithmetic,
            Self::PollingWireBits(_)
            | Self::WebSocketWireBits(_)
            | Self::PollingLatencyRatio
            | Self::BackToBackLatencyRatio
            | Self::LongPollMean
            | Self::LongPollWorst
            | Self::LongPollRatioAt(_)
            | Self::Knee
            | Self::WebSocketBytes
            | Self::Http1Ratio
            | Self::WebSocketTlsBytes
            | Self::Http2LongPollBytes
            | Self::Http2Ratio => Basis::Measured,
        }
    }

    /// The source of the claim.
    pub const fn source(self) -> Publication {
        match self {
            Self::PollHeaders
            | Self::FrameHeader
            | Self::HeaderRatio
            | Self::RatioWithTcpIp
            | Self::PollingBits(_)
            | Self::WebSocketBits(_)
            | Self::PollingWireBits(_)
            | Self::WebSocketWireBits(_)
            | Self::PollingLatencyRatio
            | Self::BackToBackLatencyRatio => Publication::Article,
            Self::LongPollMean | Self::LongPollWorst => Publication::Rfc6202,
            Self::LongPollRatioAt(_) | Self::Knee => Publication::Pimentel,
            Self::RequestShare | Self::FiveUpdatesRatio => Publication::Aquilio,
            Self::WebSocketBytes
            | Self::Http1Ratio
            | Self::WebSocketTlsBytes
            | Self::Http2LongPollBytes
            | Self::Http2Ratio => Publication::Prediction,
        }
    }
}

/// The verdict on a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The record agrees with the published number.
    Holds,
    /// The record agrees only with the computed number.
    Corrected,
    /// No number was published, and the record agrees with the computed one.
    Predicted,
    /// The record agrees with neither.
    Differs,
    /// The record has no number.
    Open,
}

impl Claim {
    /// A claim without a published number.
    pub const fn new(
        quantity: Quantity,
        computed: f64,
        recorded: Option<f64>,
        tolerance: f64,
    ) -> Self {
        Self {
            quantity,
            published: None,
            computed,
            recorded,
            estimate: None,
            tolerance,
        }
    }

    /// The same claim with its published number.
    pub const fn published(self, number: f64) -> Self {
        Self {
            published: Some(number),
            ..self
        }
    }

    /// The verdict.
    pub fn verdict(&self) -> Verdict {
        let Some(recorded) = self.recorded else {
            return Verdict::Open;
        };
        let is_bound = matches!(self.quantity, Quantity::LongPollWorst);
        let near = |number: f64| match is_bound {
            true => recorded <= (1.0 + self.tolerance) * number,
            false => (recorded - number).abs() <= self.tolerance * number,
        };
        match self.published {
            Some(published) if near(published) => Verdict::Holds,
            Some(_) if near(self.computed) => Verdict::Corrected,
            None if near(self.computed) => Verdict::Predicted,
            _ => Verdict::Differs,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_verdict_distinguishes_published_and_computed_numbers() {
        let verdict = |published, recorded| {
            let claim = Claim::new(Quantity::PollHeaders, 909.0, recorded, 0.01);
            Claim { published, ..claim }.verdict()
        };
        assert_eq!(verdict(Some(871.0), Some(872.0)), Verdict::Holds);
        assert_eq!(verdict(Some(871.0), Some(908.0)), Verdict::Corrected);
        assert_eq!(verdict(None, Some(908.0)), Verdict::Predicted);
        assert_eq!(verdict(Some(871.0), Some(700.0)), Verdict::Differs);
        assert_eq!(verdict(Some(871.0), None), Verdict::Open);
    }
}
