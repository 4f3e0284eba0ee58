//! Checks that a record is consistent. Charts and report are drawn only from a consistent record.

use std::collections::HashSet;

use anyhow::{Context, bail, ensure};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::record::{
    Conditions, LatencyUs, Measurement, Record, Row,
    folder::{HISTOGRAMS, ROWS, SUITE},
    histograms,
};

impl Record {
    /// Fails with the first contradiction between the rows, the histograms and the suite. The
    /// message names the file, the row and both values.
    pub fn check_consistency(&self) -> anyhow::Result<()> {
        let rows = self.folder.path().join(ROWS);
        let rows = rows.display();
        ensure!(
            !self.rows.is_empty(),
            "{rows} has no rows: nothing was measured"
        );
        let mut keys = HashSet::new();
        for row in &self.rows {
            let name = || format!("{rows}, {}", row.words());
            self.check_suite(row).with_context(name)?;
            if row.measurement.error.is_some() {
                continue;
            }
            ensure!(
                keys.insert(row.key()),
                "{}: two rows without an error, but a repeat has only one",
                name()
            );
            check_audit(&row.measurement).with_context(name)?;
            check_bytes(&row.measurement).with_context(name)?;
            self.check_latencies(row).with_context(name)?;
        }
        self.check_tags(&keys)
    }

    /// Checks that the conditions of a row are those of the suite.
    fn check_suite(&self, row: &Row) -> anyhow::Result<()> {
        let of = &row.measurement;
        let Some(part) = self.suite.part(&of.conditions.scenario) else {
            bail!("{SUITE} does not have this scenario");
        };
        ensure!(
            part.transports.contains(&of.transport),
            "{SUITE} does not measure this transport in this scenario"
        );
        ensure!(
            (1..=part.repeats).contains(&row.repeat),
            "{SUITE} sets the number of repeats to {}",
            part.repeats
        );
        let row = serde_json::to_value(&of.conditions)?;
        for (key, suite) in object(&Conditions::of(of.transport, &part.scenario))? {
            // An old row lacks some keys, and has the interval of page refresh before rounding.
            let is_old = row[&key].is_null() || key == "interval_us";
            ensure!(
                is_old || row[&key] == suite,
                "{key} is {}, but {suite} in {SUITE}",
                row[&key]
            );
        }
        Ok(())
    }

    /// Checks that the latencies of a row are those of its histograms.
    fn check_latencies(&self, row: &Row) -> anyhow::Result<()> {
        let of = &row.measurement;
        for &kind in histograms::kinds(of.conditions.direction) {
            let publish = of.publish.as_ref();
            let (name, times) = match kind {
                histograms::ACCEPTED => ("accepted_us", publish.map(|of| of.accepted_us)),
                histograms::ROUND_TRIP => ("round_trip_us", publish.map(|of| of.round_trip_us)),
                _ => ("latency_us", Some(of.latency_us)),
            };
            let times = times
                .with_context(|| format!("publish is null, but there is a histogram {kind}"))?;
            let recorded = object(&LatencyUs::of(&self.histograms.get(row, kind)?))?;
            for (key, row) in object(&times)? {
                let recorded = &recorded[&key];
                ensure!(
                    row == *recorded,
                    "{name}.{key} is {row}, but {recorded} in the histogram in {HISTOGRAMS}"
                );
            }
        }
        Ok(())
    }

    /// Checks that every histogram belongs to a row.
    fn check_tags(&self, keys: &HashSet<String>) -> anyhow::Result<()> {
        let mut tags: Vec<_> = self.histograms.tags().collect();
        tags.sort_unstable();
        for tag in tags {
            let key = tag.rsplit_once('/').map_or(tag, |(key, _)| key);
            ensure!(
                keys.contains(key),
                "{}: no row in {ROWS} belongs to the histogram with the tag '{tag}' (after a crash, \
                 `loadgen resume` removes it)",
                self.folder.path().join(HISTOGRAMS).display()
            );
        }
        Ok(())
    }
}

/// Checks that each expected update was received once and has a latency.
fn check_audit(of: &Measurement) -> anyhow::Result<()> {
    let expected = of.updates_expected;
    let counts = [
        ("updates_received", of.updates_received, expected),
        ("latency_us.count", of.latency_us.count, expected),
        ("lost", of.lost, 0),
        ("duplicated", of.duplicated, 0),
        ("reordered", of.reordered, 0),
    ];
    for (name, count, due) in counts {
        ensure!(
            count == due,
            "{name} is {count} instead of {due}, with updates_expected {expected}"
        );
    }
    Ok(())
}

/// Checks that the total of the bytes is the sum of their classes.
fn check_bytes(of: &Measurement) -> anyhow::Result<()> {
    /// Tolerance for rounding: old records round each class to a tenth.
    const ROUNDING: f64 = 0.5;
    let Some(total) = of.bytes_per_update.total else {
        return Ok(());
    };
    let sum = of.bytes_per_update.sum();
    ensure!(
        (sum - total).abs() <= ROUNDING,
        "bytes_per_update.total is {total}, but its classes add up to {sum:.3}"
    );
    Ok(())
}

/// The keys and values of a part of a row.
fn object(part: &impl Serialize) -> anyhow::Result<Map<String, Value>> {
    Ok(serde_json::from_value(serde_json::to_value(part)?)?)
}
