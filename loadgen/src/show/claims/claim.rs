//! What is a claim, and does a record confirm it?

use crate::show::{claims::use_case::UseCase, statistics::Estimate};

/// A published number beside ours.
#[derive(Clone, Debug, PartialEq)]
pub struct Claim {
    /// What is claimed.
    pub quantity: Quantity,
    /// As printed; `None` where no number is available.
    pub published: Option<f64>,
    /// By arithmetic.
    pub computed: f64,
    /// In the record; `None` where it holds nothing that tells.
    pub recorded: Option<f64>,
    /// Over the repeats, where the number is an estimate of its own.
    pub estimate: Option<Estimate>,
    /// By which part of itself the recorded may differ.
    pub tolerance: f64,
}

/// What the number of a record rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// It was read from the wire or from the clock, and a measurement can contradict the claim.
    Measured,
    /// No measurement can contradict the claim: the load generator sends these bytes at this rate,
    /// RFC 6455 fixes them, or they are a constant (the response header of 2009).
    ByConstruction,
    /// It is computed from headers on the wire and from lengths that the source has.
    ByArithmetic,
}

impl Basis {
    /// All, in the order in which they are counted.
    pub const ALL: [Self; 3] = [Self::Measured, Self::ByConstruction, Self::ByArithmetic];
}

/// Who claims it.
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
    /// Our own, made before it was measured.
    Prediction,
}

/// What is claimed, with its unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantity {
    /// Bytes of both heads of a poll.
    PollHeads,
    /// Bytes of a WebSocket message's frame head.
    FrameHead,
    /// The first by the second.
    HeadRatio,
    /// All bytes of a poll by those of a WebSocket message, TCP/IP and 21 bytes of payload included.
    RatioWithTcpIp,
    /// Header bits a second of polling in a use case.
    PollingBits(UseCase),
    /// Header bits a second of WebSocket in a use case.
    WebSocketBits(UseCase),
    /// All bits a second on the wire of polling in a use case, TCP/IP included.
    PollingWireBits(UseCase),
    /// All bits a second on the wire of WebSocket in a use case, TCP/IP included.
    WebSocketWireBits(UseCase),
    /// Mean latency of a poll each second by that of WebSocket, 50 ms away.
    PollingLatencyRatio,
    /// Mean latency of requests back to back, long polls under many updates, by that of WebSocket.
    BackToBackLatencyRatio,
    /// Mean latency of rare updates by long polling, in transits.
    LongPollMean,
    /// Worst latency of long polling, in transits: no more than this.
    LongPollWorst,
    /// Mean latency of long polling by that of WebSocket, at 4 updates/s and so many ms of round
    /// trip.
    LongPollRatioAt(u64),
    /// From which round trip in ms on the queue of a long poll grows, at 4 updates/s with one in an
    /// answer; see [`knee`](super::knee).
    Knee,
    /// Which part of a long poll's bytes its request head is, in %.
    RequestShare,
    /// Bytes of five updates and of what opens the connection, long polling by WebSocket.
    FiveUpdatesRatio,
    /// All bytes of an update over a WebSocket in clear text, with TCP/IP.
    WebSocketBytes,
    /// All bytes of an update, long polling over HTTP/1.1 by WebSocket, both in clear text.
    Http1Ratio,
    /// All bytes of an update over a WebSocket with TLS.
    WebSocketTlsBytes,
    /// All bytes of an update by long polling over HTTP/2 with TLS.
    Http2LongPollBytes,
    /// The second by the first.
    Http2Ratio,
}

impl Quantity {
    /// What the number of a record rests on.
    pub const fn basis(self) -> Basis {
        match self {
            Self::PollHeads
            | Self::FrameHead
            | Self::HeadRatio
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

    /// Who claims it.
    pub const fn source(self) -> Publication {
        match self {
            Self::PollHeads
            | Self::FrameHead
            | Self::HeadRatio
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

/// How a claim stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// As it was published.
    Holds,
    /// As arithmetic corrects it.
    Corrected,
    /// There was no published number, and arithmetic is right.
    Predicted,
    /// Neither.
    Differs,
    /// The record does not tell.
    Open,
}

impl Claim {
    /// How it stands.
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
    fn a_verdict_tells_the_published_from_the_computed() {
        let claim = |published, recorded| Claim {
            quantity: Quantity::PollHeads,
            published,
            computed: 909.0,
            recorded,
            estimate: None,
            tolerance: 0.01,
        };
        let verdict = |published, recorded| claim(published, recorded).verdict();
        assert_eq!(verdict(Some(871.0), Some(872.0)), Verdict::Holds);
        assert_eq!(verdict(Some(871.0), Some(908.0)), Verdict::Corrected);
        assert_eq!(verdict(None, Some(908.0)), Verdict::Predicted);
        assert_eq!(verdict(Some(871.0), Some(700.0)), Verdict::Differs);
        assert_eq!(verdict(Some(871.0), None), Verdict::Open);
    }
}
