//! Families of metrics with a label, as Prometheus has them.

use prometheus::{IntCounterVec, IntGaugeVec, Opts, Registry, core::Collector};

/// Gauges of this name, one for each value of the label `by`.
pub fn gauges(registry: &Registry, name: &str, help: &str, by: &str) -> IntGaugeVec {
    let gauges = IntGaugeVec::new(Opts::new(name, help), &[by]).expect("the name is valid");
    register(registry, gauges.clone());
    gauges
}

/// Counters of this name, one for each value of the label `by`.
pub fn counters(registry: &Registry, name: &str, help: &str, by: &str) -> IntCounterVec {
    let counters = IntCounterVec::new(Opts::new(name, help), &[by]).expect("the name is valid");
    register(registry, counters.clone());
    counters
}

/// Adds a metric to those of `GET /metrics`.
pub fn register(registry: &Registry, metric: impl Collector + 'static) {
    registry
        .register(Box::new(metric))
        .expect("each name is registered once");
}
