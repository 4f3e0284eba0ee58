//! A sweep: one parameter varies, all other conditions stay the same.

use std::time::Duration;

use anyhow::{Context, ensure};
use serde::Deserialize;
use strum::EnumDiscriminants;

use crate::record::{Direction, Scenario, SuitePart};

/// A parameter and the values that it takes, one scenario each.
#[derive(Clone, Debug, PartialEq, Deserialize, EnumDiscriminants)]
#[serde(rename_all = "snake_case")]
#[strum_discriminants(name(Parameter), doc = "The parameter that varies.")]
pub enum Sweep {
    /// Round-trip times, with their unit: `50ms`.
    Rtt(Vec<String>),
    /// Updates per second. At rate 0 there are no updates in either direction, and the window is
    /// long enough to measure the cost of idle clients.
    #[serde(rename = "rate_per_s")]
    Rate(Vec<f64>),
    /// Numbers of clients.
    Clients(Vec<usize>),
    /// Sizes of an update, in bytes.
    #[serde(rename = "payload_bytes")]
    Payload(Vec<usize>),
    /// Sizes of a cookie, in bytes.
    #[serde(rename = "cookie_bytes")]
    Cookie(Vec<usize>),
    /// Polling intervals, with their unit: `50ms`.
    Interval(Vec<String>),
}

/// The shortest window of rate 0 in a sweep. It contains a whole hold of a long poll (25 s) and two
/// heartbeats of a stream (every 15 s).
const LEAST_SILENT_WINDOW: Duration = Duration::from_secs(31);

/// The place of a scenario in a sweep.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    /// The name of the sweep in the suite's file.
    pub sweep: String,
    /// The parameter that varies.
    pub parameter: Parameter,
}

impl Parameter {
    /// The name of the parameter, with its unit.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Rtt => "round-trip time, ms",
            Self::Rate => "updates per second",
            Self::Clients => "clients",
            Self::Payload => "update size, bytes",
            Self::Cookie => "cookie size, bytes",
            Self::Interval => "polling interval, ms",
        }
    }

    /// A scenario between two others, with the parameter at this fraction of the difference.
    pub fn between(self, from: &Scenario, to: &Scenario, fraction: f64) -> Scenario {
        let (low, high) = (self.of(from), self.of(to));
        let mut scenario = from.clone();
        self.set(&mut scenario, low + (high - low) * fraction);
        scenario
    }

    fn set(self, scenario: &mut Scenario, value: f64) {
        match self {
            Self::Rtt => scenario.rtt = Duration::from_secs_f64(value / 1000.0),
            Self::Rate => scenario.rate_per_s = Some(value),
            Self::Clients => scenario.clients = value.round() as usize,
            Self::Payload => scenario.payload_bytes = Some(value.round() as usize),
            Self::Cookie => scenario.cookie_bytes = value.round() as usize,
            Self::Interval => scenario.interval = Duration::from_secs_f64(value / 1000.0),
        }
    }

    /// Its value in a scenario: milliseconds, updates per second, clients or bytes.
    pub fn of(self, scenario: &Scenario) -> f64 {
        match self {
            Self::Rtt => scenario.rtt.as_secs_f64() * 1000.0,
            Self::Rate => scenario.rate_per_s.unwrap_or(0.0),
            Self::Clients => scenario.clients as f64,
            Self::Payload => scenario.payload_bytes.unwrap_or(0) as f64,
            Self::Cookie => scenario.cookie_bytes as f64,
            Self::Interval => scenario.interval.as_secs_f64() * 1000.0,
        }
    }
}

impl Sweep {
    /// Each value with its text in the suite.
    fn values(&self) -> anyhow::Result<Vec<(String, f64)>> {
        match self {
            Self::Rtt(texts) => spans(texts, "round-trip time"),
            Self::Interval(texts) => spans(texts, "interval"),
            Self::Rate(rates) => Ok(rates.iter().map(|&rate| (rate.to_string(), rate)).collect()),
            Self::Clients(counts) | Self::Payload(counts) | Self::Cookie(counts) => {
                let value = |count: &usize| (count.to_string(), *count as f64);
                Ok(counts.iter().map(value).collect())
            }
        }
    }

    /// The scenarios of a sweep: one for each value, named after it.
    pub(super) fn expand(&self, base: &SuitePart) -> anyhow::Result<Vec<SuitePart>> {
        let (parameter, sweep) = (Parameter::from(self), &base.scenario.name);
        let values = self.values()?;
        ensure!(!values.is_empty(), "the sweep '{sweep}' has no values");
        let part = |(text, value): (String, f64)| {
            let mut part = base.clone();
            let scenario = &mut part.scenario;
            parameter.set(scenario, value);
            if parameter == Parameter::Rate && scenario.is_silent() {
                scenario.direction = Direction::Down;
                scenario.duration = scenario.duration.max(LEAST_SILENT_WINDOW);
            }
            scenario.name = format!("{sweep}-{}", text.replace('.', "-"));
            part.point = Some(Point {
                sweep: sweep.clone(),
                parameter,
            });
            part
        };
        Ok(values.into_iter().map(part).collect())
    }
}

/// Durations with their unit, each also in milliseconds.
fn spans(texts: &[String], what: &str) -> anyhow::Result<Vec<(String, f64)>> {
    let span = |text: &String| {
        let span = humantime::parse_duration(text).with_context(|| {
            format!("'{text}' is not a valid {what}: write it with its unit, such as 20ms")
        })?;
        Ok((text.clone(), span.as_secs_f64() * 1000.0))
    };
    texts.iter().map(span).collect()
}
