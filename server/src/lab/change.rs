//! What can the presenter change, within which bounds, and how does it stand?

use std::{fmt::Display, ops::RangeInclusive, time::Duration};

use actix_web::http::StatusCode;
use serde::{Deserialize, Deserializer, Serialize};

use super::{audience::Standing, proxy::Habit};
use crate::{
    base::Transport,
    feed::{ticker::Ticker, ticker_handle::Ticking},
    http::problem::Problem,
};

/// How the lab stands, for all to see.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LabState {
    /// From request to request of clients that repeat.
    pub interval_us: u64,
    /// What the ticker does, where the source is one.
    pub feed: Option<Ticking>,
    /// One for each transport, in their order.
    pub panels: Vec<PanelState>,
    /// Who else is there.
    pub audience: Standing,
}

/// How the wire of one panel stands.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PanelState {
    pub transport: Transport,
    pub port: u16,
    pub rtt_us: u32,
    pub bandwidth_bit_per_s: Option<u64>,
    pub proxy: Option<Habit>,
    pub plugged: bool,
}

/// What is to be otherwise; what is absent stays.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Change {
    /// Whose wire is meant; absent: all eight.
    #[serde(deserialize_with = "given")]
    pub transport: Option<Transport>,
    /// There and back.
    #[serde(deserialize_with = "given")]
    pub rtt_us: Option<u32>,
    /// `null`: any number of bits, at once.
    #[serde(deserialize_with = "given")]
    pub bandwidth_bit_per_s: Option<Option<u64>>,
    /// `null`: none.
    #[serde(deserialize_with = "given")]
    pub proxy: Option<Option<Habit>>,
    /// For so long.
    #[serde(deserialize_with = "given")]
    pub unplug_us: Option<u64>,
    /// Whether those may publish who are not at this host.
    #[serde(deserialize_with = "given")]
    pub audience_may_publish: Option<bool>,
    #[serde(deserialize_with = "given")]
    running: Option<bool>,
    #[serde(deserialize_with = "given")]
    rate_per_s: Option<f64>,
    #[serde(deserialize_with = "given")]
    payload_bytes: Option<usize>,
    #[serde(deserialize_with = "given")]
    publish: Option<bool>,
}

/// What stands there is a value, also where it is `null`.
fn given<'de, T: Deserialize<'de>, D: Deserializer<'de>>(field: D) -> Result<Option<T>, D::Error> {
    T::deserialize(field).map(Some)
}

const RTT_US: RangeInclusive<u32> = 0..=1_000_000;
const BANDWIDTH_BIT_PER_S: RangeInclusive<u64> = 8_000..=100_000_000_000;
const UNPLUG_US: RangeInclusive<u64> = 1_000..=60_000_000;
const RATE_PER_S: RangeInclusive<f64> = 0.1..=100.0;
/// More would make a picture of nothing but payload; the least that works, the ticker tells.
const PAYLOAD_BYTES: RangeInclusive<usize> = 0..=65_536;

impl Change {
    /// Reads the presenter's words.
    pub fn from_json(body: &[u8]) -> Result<Self, Problem> {
        // By itself serde would take the values in an array too, in the order of the fields.
        if !body.trim_ascii_start().starts_with(b"{") {
            return Err(Problem::bad_request("the change is no JSON object"));
        }
        serde_json::from_slice(body)
            .map_err(|error| Problem::bad_request(format!("the change can't be read: {error}")))
    }

    /// Whether the wire of this transport is meant.
    pub fn is_for(&self, transport: Transport) -> bool {
        self.transport.is_none_or(|meant| meant == transport)
    }

    /// For how long the plug is to be out.
    pub fn unplug(&self) -> Option<Duration> {
        self.unplug_us.map(Duration::from_micros)
    }

    /// Whether one update is to be published now.
    pub fn publishes(&self) -> bool {
        self.publish == Some(true)
    }

    /// Refuses what no wire can be.
    pub fn require_range(&self) -> Result<(), Problem> {
        within("rtt_us", self.rtt_us, RTT_US)?;
        let bandwidth = self.bandwidth_bit_per_s.flatten();
        within("bandwidth_bit_per_s", bandwidth, BANDWIDTH_BIT_PER_S)?;
        within("unplug_us", self.unplug_us, UNPLUG_US)
    }

    /// What the ticker is to do, where there is one; or why it can't.
    pub fn ticking(&self, now: Option<Ticking>) -> Result<Option<Ticking>, Problem> {
        within("rate_per_s", self.rate_per_s, RATE_PER_S)?;
        within("payload_bytes", self.payload_bytes, PAYLOAD_BYTES)?;
        let checked = self.payload_bytes.map_or(Ok(()), Ticker::require_length);
        checked.map_err(|error| Problem::bad_request(format!("payload_bytes: {error}")))?;
        let Some(now) = now else {
            return self.refuse_what_a_ticker_is_told().map(|()| None);
        };
        Ok(Some(Ticking {
            running: self.running.unwrap_or(now.running),
            rate_per_s: self.rate_per_s.unwrap_or(now.rate_per_s),
            payload_bytes: self.payload_bytes.unwrap_or(now.payload_bytes),
        }))
    }

    fn refuse_what_a_ticker_is_told(&self) -> Result<(), Problem> {
        let told = [
            self.running.is_some(),
            self.rate_per_s.is_some(),
            self.payload_bytes.is_some(),
            self.publish.is_some(),
        ];
        if told.contains(&true) {
            return Err(Problem::new(
                StatusCode::CONFLICT,
                "there is no ticker to be told: start the server with --source ticker",
            ));
        }
        Ok(())
    }
}

fn within<T: PartialOrd + Display>(
    name: &str,
    value: Option<T>,
    range: RangeInclusive<T>,
) -> Result<(), Problem> {
    match value {
        Some(value) if !range.contains(&value) => {
            let (least, most) = (range.start(), range.end());
            let detail = format!("{name}: {value} is not from {least} to {most}");
            Err(Problem::bad_request(detail))
        }
        _ => Ok(()),
    }
}
