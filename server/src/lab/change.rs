//! The state of the lab, and the changes that the presenter may make.

use std::{fmt::Display, ops::RangeInclusive, time::Duration};

use actix_web::http::StatusCode;
use serde::{Deserialize, Deserializer, Serialize};

use super::{
    audience::Standing,
    proxy::Habit,
    servers::{ClusterState, ServerChange},
    vote::{Question, Tally, from_object},
};
use crate::{
    base::{Transport, limits::require_ticker_length},
    feed::ticker_handle::Ticking,
    http::problem::Problem,
};

/// The state of the lab, visible to all.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LabState {
    /// The polling interval.
    pub interval_us: u64,
    /// The state of the ticker, if it is the source.
    pub feed: Option<Ticking>,
    /// One for each transport, in their order.
    pub panels: Vec<PanelState>,
    /// The audience.
    pub audience: Standing,
    /// The current question and its votes.
    pub vote: Option<Tally>,
    /// The cluster, if the panels lead to one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cluster: Option<ClusterState>,
}

/// The state of the wire of one panel.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PanelState {
    pub transport: Transport,
    pub port: u16,
    pub rtt_us: u32,
    pub bandwidth_bit_per_s: Option<u64>,
    pub proxy: Option<Habit>,
    pub plugged: bool,
    /// The server of a cluster that sent the newest response.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub served_by: Option<String>,
}

/// A change; an absent field keeps its value.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Change {
    /// The transport whose wire changes; absent: all eight transports.
    #[serde(deserialize_with = "given")]
    pub transport: Option<Transport>,
    /// Round-trip time.
    #[serde(deserialize_with = "given")]
    pub rtt_us: Option<u32>,
    /// `null`: unlimited.
    #[serde(deserialize_with = "given")]
    pub bandwidth_bit_per_s: Option<Option<u64>>,
    /// `null`: no proxy.
    #[serde(deserialize_with = "given")]
    pub proxy: Option<Option<Habit>>,
    /// For this duration.
    #[serde(deserialize_with = "given")]
    pub unplug_us: Option<u64>,
    /// Whether clients on other hosts may publish.
    #[serde(deserialize_with = "given")]
    pub audience_may_publish: Option<bool>,
    /// The question of the vote; `null`: none.
    #[serde(deserialize_with = "given")]
    pub vote: Option<Option<Question>>,
    /// A server of the cluster.
    #[serde(deserialize_with = "given")]
    pub server: Option<ServerChange>,
    #[serde(deserialize_with = "given")]
    running: Option<bool>,
    #[serde(deserialize_with = "given")]
    rate_per_s: Option<f64>,
    #[serde(deserialize_with = "given")]
    payload_bytes: Option<usize>,
    #[serde(deserialize_with = "given")]
    publish: Option<bool>,
}

/// A field that is present has a value, even if it is `null`.
fn given<'de, T: Deserialize<'de>, D: Deserializer<'de>>(field: D) -> Result<Option<T>, D::Error> {
    T::deserialize(field).map(Some)
}

const RTT_US: RangeInclusive<u32> = 0..=1_000_000;
const BANDWIDTH_BIT_PER_S: RangeInclusive<u64> = 8_000..=100_000_000_000;
const UNPLUG_US: RangeInclusive<u64> = 1_000..=60_000_000;
const RATE_PER_S: RangeInclusive<f64> = 0.1..=100.0;
/// A longer payload would hide everything else in the picture. The ticker determines the minimum.
const PAYLOAD_BYTES: RangeInclusive<usize> = 0..=65_536;

impl Change {
    /// Parses a change.
    pub fn from_json(body: &[u8]) -> Result<Self, Problem> {
        from_object("change", body)
    }

    /// Whether the change applies to this transport.
    pub fn is_for(&self, transport: Transport) -> bool {
        self.transport.is_none_or(|meant| meant == transport)
    }

    /// The duration for which the wire is unplugged.
    pub fn unplug(&self) -> Option<Duration> {
        self.unplug_us.map(Duration::from_micros)
    }

    /// Whether one update is published now.
    pub fn publishes(&self) -> bool {
        self.publish == Some(true)
    }

    /// Rejects values that are out of range.
    pub fn require_range(&self) -> Result<(), Problem> {
        within("rtt_us", self.rtt_us, RTT_US)?;
        let bandwidth = self.bandwidth_bit_per_s.flatten();
        within("bandwidth_bit_per_s", bandwidth, BANDWIDTH_BIT_PER_S)?;
        within("unplug_us", self.unplug_us, UNPLUG_US)?;
        let question = self.vote.as_ref().and_then(Option::as_ref);
        question.map_or(Ok(()), Question::require_range)
    }

    /// The new state of the ticker, if there is one; or the reason why it cannot change.
    pub fn ticking(&self, now: Option<Ticking>) -> Result<Option<Ticking>, Problem> {
        within("rate_per_s", self.rate_per_s, RATE_PER_S)?;
        within("payload_bytes", self.payload_bytes, PAYLOAD_BYTES)?;
        let checked = self.payload_bytes.map_or(Ok(()), require_ticker_length);
        checked.map_err(|error| Problem::bad_request(format!("payload_bytes: {error}")))?;
        let Some(now) = now else {
            return self.require_no_ticker_change().map(|()| None);
        };
        Ok(Some(Ticking {
            running: self.running.unwrap_or(now.running),
            rate_per_s: self.rate_per_s.unwrap_or(now.rate_per_s),
            payload_bytes: self.payload_bytes.unwrap_or(now.payload_bytes),
        }))
    }

    fn require_no_ticker_change(&self) -> Result<(), Problem> {
        match (
            self.running,
            self.rate_per_s,
            self.payload_bytes,
            self.publish,
        ) {
            (None, None, None, None) => Ok(()),
            _ => Err(Problem::new(
                StatusCode::CONFLICT,
                "there is no ticker: start the server with --source ticker",
            )),
        }
    }
}

fn within<T: PartialOrd + Display>(
    name: &str,
    value: Option<T>,
    range: RangeInclusive<T>,
) -> Result<(), Problem> {
    match value {
        Some(value) if !range.contains(&value) => {
            let (least, most) = range.into_inner();
            let detail = format!("{name}: {value} is not in the range {least} to {most}");
            Err(Problem::bad_request(detail))
        }
        _ => Ok(()),
    }
}
