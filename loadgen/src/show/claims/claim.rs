//! What is a claim, and does a record confirm it?

use crate::show::claims::use_case::UseCase;

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
    pub measured: Option<f64>,
    /// By which part of itself the measured may differ.
    pub tolerance: f64,
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
    /// At which round trip in ms long polling gives way, at 4 updates/s with one in an answer.
    Knee,
    /// Which part of a long poll's bytes its request head is, in %.
    RequestShare,
    /// Bytes of five updates and of what opens the connection, long polling by WebSocket.
    FiveUpdatesRatio,
}

impl Quantity {
    /// Who claims it.
    pub const fn source(self) -> Publication {
        match self {
            Self::PollHeads
            | Self::FrameHead
            | Self::HeadRatio
            | Self::RatioWithTcpIp
            | Self::PollingBits(_)
            | Self::WebSocketBits(_)
            | Self::PollingLatencyRatio
            | Self::BackToBackLatencyRatio => Publication::Article,
            Self::LongPollMean | Self::LongPollWorst => Publication::Rfc6202,
            Self::LongPollRatioAt(_) | Self::Knee => Publication::Pimentel,
            Self::RequestShare | Self::FiveUpdatesRatio => Publication::Aquilio,
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
        let Some(measured) = self.measured else {
            return Verdict::Open;
        };
        let is_bound = matches!(self.quantity, Quantity::LongPollWorst);
        let near = |number: f64| match is_bound {
            true => measured <= (1.0 + self.tolerance) * number,
            false => (measured - number).abs() <= self.tolerance * number,
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
        let claim = |published, measured| Claim {
            quantity: Quantity::PollHeads,
            published,
            computed: 909.0,
            measured,
            tolerance: 0.01,
        };
        let verdict = |published, measured| claim(published, measured).verdict();
        assert_eq!(verdict(Some(871.0), Some(872.0)), Verdict::Holds);
        assert_eq!(verdict(Some(871.0), Some(908.0)), Verdict::Corrected);
        assert_eq!(verdict(None, Some(908.0)), Verdict::Predicted);
        assert_eq!(verdict(Some(871.0), Some(700.0)), Verdict::Differs);
        assert_eq!(verdict(Some(871.0), None), Verdict::Open);
    }
}
