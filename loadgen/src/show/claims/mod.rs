//! What have others published, what does arithmetic expect, and what is measured?
//!
//! - [`article`]: the founding article, of polling once a second with the heads of 2009.
//! - [`rfc6202`]: known issues of long polling.
//! - [`pimentel`]: one-way latency between continents.
//! - [`aquilio`]: captured bytes of five updates.

use std::{fs, path::PathBuf};

use anyhow::Context;
use server::Transport;

use crate::{
    record::{folder::Record, measurement::Measurement},
    show::{statistics::median, table},
};

pub mod aquilio;
pub mod article;
pub mod pimentel;
pub mod rfc6202;

/// A published figure beside ours.
#[derive(Clone, Debug, PartialEq)]
pub struct Claim {
    /// What is claimed.
    pub quantity: Quantity,
    /// As printed; `None` where no figure could be had.
    pub published: Option<f64>,
    /// By arithmetic.
    pub computed: f64,
    /// In the record; `None` where it holds nothing that tells.
    pub measured: Option<f64>,
    /// By which part of itself the measured may differ.
    tolerance: f64,
}

/// Who claims it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// See [`article`].
    Article,
    /// See [`rfc6202`].
    Rfc6202,
    /// See [`pimentel`].
    Pimentel,
    /// See [`aquilio`].
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
    PollingBits(article::UseCase),
    /// Header bits a second of WebSocket in a use case.
    WebSocketBits(article::UseCase),
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
    pub const fn source(self) -> Source {
        match self {
            Self::PollHeads
            | Self::FrameHead
            | Self::HeadRatio
            | Self::RatioWithTcpIp
            | Self::PollingBits(_)
            | Self::WebSocketBits(_)
            | Self::PollingLatencyRatio
            | Self::BackToBackLatencyRatio => Source::Article,
            Self::LongPollMean | Self::LongPollWorst => Source::Rfc6202,
            Self::LongPollRatioAt(_) | Self::Knee => Source::Pimentel,
            Self::RequestShare | Self::FiveUpdatesRatio => Source::Aquilio,
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
    /// There was no figure, and arithmetic is right.
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
        let near = |figure: f64| match is_bound {
            true => measured <= (1.0 + self.tolerance) * figure,
            false => (measured - figure).abs() <= self.tolerance * figure,
        };
        match self.published {
            Some(published) if near(published) => Verdict::Holds,
            Some(_) if near(self.computed) => Verdict::Corrected,
            None if near(self.computed) => Verdict::Predicted,
            _ => Verdict::Differs,
        }
    }
}

/// All claims, with what a record has to say of them; those of one source together.
pub fn of_record(record: &Record) -> Vec<Claim> {
    let mut claims = article::claims(record);
    claims.extend(rfc6202::claims(record));
    claims.extend(pimentel::claims(record));
    claims.extend(aquilio::claims(record));
    claims
}

/// Where the table of claims lies in the record's folder.
pub const TABLE: &str = "claims.txt";

/// Writes the table of a record's claims into its folder.
pub fn write(record: &Record) -> anyhow::Result<PathBuf> {
    let path = record.folder.path().join(TABLE);
    let text = table::of_claims(&of_record(record));
    fs::write(&path, text).with_context(|| format!("can't write {}", path.display()))?;
    Ok(path)
}

/// The median of a transport's good rows of a kind, in any scenario.
fn of_kind(
    record: &Record,
    transport: Transport,
    kind: impl Fn(&Measurement) -> bool,
    of: impl Fn(&Measurement) -> Option<f64>,
) -> Option<f64> {
    let rows = record.rows.iter().map(|row| &row.measurement);
    let good = rows.filter(|row| row.error.is_none() && row.transport == transport);
    let rows: Vec<_> = good.filter(|row| kind(row)).collect();
    median(&rows, of)
}

fn ratio(one: Option<f64>, other: Option<f64>) -> Option<f64> {
    let other = other.filter(|&other| other > 0.0);
    one.zip(other).map(|(one, other)| one / other)
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
