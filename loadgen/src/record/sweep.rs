//! How is one parameter varied while all else stays?

use std::time::Duration;

use anyhow::{Context, bail};
use serde::Deserialize;

use crate::record::scenario::Scenario;

/// A parameter and the values that it takes, one scenario each.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sweep {
    /// Round trips, with their unit: `50ms`.
    Rtt(Vec<String>),
    /// Updates per second.
    RatePerS(Vec<f64>),
    /// Numbers of clients.
    Clients(Vec<usize>),
    /// Lengths of an update, in bytes.
    PayloadBytes(Vec<usize>),
}

/// What is varied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parameter {
    /// The round trip.
    Rtt,
    /// The rate.
    Rate,
    /// The number of clients.
    Clients,
    /// The length of an update.
    Payload,
}

/// Where a scenario stands in a sweep.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    /// The name of the sweep in the suite's file.
    pub sweep: String,
    /// What is varied.
    pub parameter: Parameter,
}

impl Parameter {
    /// As it is said, with its unit.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Rtt => "round trip, ms",
            Self::Rate => "updates per second",
            Self::Clients => "clients",
            Self::Payload => "bytes of an update",
        }
    }

    /// A scenario between two, whose parameter lies at this part of the way.
    pub fn between(self, from: &Scenario, to: &Scenario, part: f64) -> Scenario {
        let (low, high) = (self.of(from), self.of(to));
        let value = low + (high - low) * part;
        let mut scenario = from.clone();
        match self {
            Self::Rtt => scenario.rtt = Duration::from_secs_f64(value / 1000.0),
            Self::Rate => scenario.rate_per_s = Some(value),
            Self::Clients => scenario.clients = value.round() as usize,
            Self::Payload => scenario.payload_bytes = Some(value.round() as usize),
        }
        scenario
    }

    /// Its value in a scenario: milliseconds, updates per second, clients or bytes.
    pub fn of(self, scenario: &Scenario) -> f64 {
        match self {
            Self::Rtt => scenario.rtt.as_secs_f64() * 1000.0,
            Self::Rate => scenario.rate_per_s.unwrap_or(0.0),
            Self::Clients => scenario.clients as f64,
            Self::Payload => scenario.payload_bytes.unwrap_or(0) as f64,
        }
    }
}

impl Sweep {
    /// What a scenario with this sweep stands for: a scenario for each value, named after it.
    pub fn expand(&self, scenario: &Scenario) -> anyhow::Result<Vec<(Scenario, Option<Point>)>> {
        match self {
            Self::Rtt(values) => each(scenario, Parameter::Rtt, values, |scenario, text| {
                scenario.rtt = humantime::parse_duration(text)
                    .with_context(|| format!("'{text}' is no round trip such as 0ms or 50ms"))?;
                Ok(())
            }),
            Self::RatePerS(values) => each(scenario, Parameter::Rate, values, |scenario, rate| {
                scenario.rate_per_s = Some(*rate);
                Ok(())
            }),
            Self::Clients(values) => {
                each(scenario, Parameter::Clients, values, |scenario, clients| {
                    scenario.clients = *clients;
                    Ok(())
                })
            }
            Self::PayloadBytes(values) => {
                each(scenario, Parameter::Payload, values, |scenario, bytes| {
                    scenario.payload_bytes = Some(*bytes);
                    Ok(())
                })
            }
        }
    }
}

fn each<T: ToString>(
    base: &Scenario,
    parameter: Parameter,
    values: &[T],
    set: impl Fn(&mut Scenario, &T) -> anyhow::Result<()>,
) -> anyhow::Result<Vec<(Scenario, Option<Point>)>> {
    let one = |value: &T| {
        let mut scenario = base.clone();
        set(&mut scenario, value)?;
        let value = value.to_string().replace('.', "-");
        scenario.name = format!("{}-{value}", base.name);
        let sweep = base.name.clone();
        Ok((scenario, Some(Point { sweep, parameter })))
    };
    if values.is_empty() {
        bail!("the sweep '{}' has no values", base.name);
    }
    values.iter().map(one).collect()
}
