//! A record, read back from its folder.

use std::{collections::HashSet, path::Path};

use anyhow::{Context, ensure};
use hdrhistogram::Histogram;
use server::Transport;

use crate::record::{
    Arrow, Check, Environment, Folder, Measurement, Row, Step, Suite, Torture,
    arrow::CapturedArrow,
    folder::{CAPTURES, ENVIRONMENT, HISTOGRAMS, ROWS, SUITE},
    histograms::{self, Histograms, LATENCY},
    lines,
    torture::TORTURE,
};

/// A record, read back.
#[derive(Debug)]
pub struct Record {
    /// Its folder.
    pub folder: Folder,
    /// The suite that was measured.
    pub suite: Suite,
    /// The environment in which it was measured.
    pub environment: Environment,
    /// The calibrations before each part of the record; empty in old records.
    pub calibrations: Vec<Vec<Check>>,
    /// All rows, in the order of measurement. If the machine disturbed a measurement, its error comes
    /// before the row of the next attempt.
    pub rows: Vec<Row>,
    /// The result of a torture that was added to the record.
    pub torture: Option<Torture>,
    pub(super) histograms: Histograms,
    captures: Vec<CapturedArrow>,
}

impl Record {
    /// Reads a record back.
    pub fn read(path: &Path) -> anyhow::Result<Self> {
        ensure!(
            path.join(ROWS).is_file(),
            "{} is not a record: it has no {ROWS}",
            path.display()
        );
        let text = |name: &str| lines::text(&path.join(name));
        let suite = Suite::parse(&text(SUITE)?);
        let environment = serde_json::from_str(&text(ENVIRONMENT)?);
        let folder = Folder(path.to_owned());
        let mut record = Self {
            suite: suite.context(format!("{SUITE} of the record"))?,
            environment: environment.context(format!("{ENVIRONMENT} of the record"))?,
            calibrations: folder.calibrations()?,
            rows: lines::parse(&path.join(ROWS))?,
            histograms: Histograms::read(&path.join(HISTOGRAMS))?,
            captures: lines::parse(&path.join(CAPTURES))?,
            torture: lines::json(&path.join(TORTURE))?,
            folder,
        };
        record.name_scenarios_as_in_rows();
        Ok(record)
    }

    /// Names of swept scenarios have a decimal point in old records, and a hyphen in new ones.
    fn name_scenarios_as_in_rows(&mut self) {
        let names = self.rows.iter();
        let names = names.map(|row| &row.measurement.conditions.scenario);
        for old in names.filter(|name| name.contains('.')) {
            let new = old.replace('.', "-");
            let mut parts = self.suite.scenarios.iter_mut();
            if let Some(part) = parts.find(|part| part.scenario.name == new) {
                part.scenario.name.clone_from(old);
            }
        }
    }

    /// Removes incomplete data that a killed process left at the end of the files: torn lines, and
    /// histograms and captures without a row.
    pub fn cut_unfinished(&self) -> anyhow::Result<()> {
        let path = self.folder.path();
        let keys: HashSet<_> = self.measured().map(Row::key).collect();
        lines::cut(&path.join(ROWS), |_| true)?;
        lines::cut(&path.join(HISTOGRAMS), |line| {
            histograms::key(line).is_none_or(|key| keys.contains(key))
        })?;
        lines::cut(&path.join(CAPTURES), |line| {
            let capture: Option<CapturedArrow> = serde_json::from_str(line).ok();
            capture.is_none_or(|capture| self.measured().any(|row| capture.is_of(row)))
        })
    }

    /// The rows without an error.
    fn measured(&self) -> impl Iterator<Item = &Row> {
        let rows = self.rows.iter();
        rows.filter(|row| row.measurement.error.is_none())
    }

    /// An error if a histogram of a measurement is missing or damaged.
    pub fn check_histograms(&self) -> anyhow::Result<()> {
        for row in self.measured() {
            for kind in histograms::kinds(row.measurement.conditions.direction) {
                self.histograms.get(row, kind)?;
            }
        }
        Ok(())
    }

    /// The rows without an error of a scenario and a transport.
    pub fn good_rows(&self, scenario: &str, transport: Transport) -> impl Iterator<Item = &Row> {
        self.measured().filter(move |row| {
            let row = &row.measurement;
            row.conditions.scenario == scenario && row.transport == transport
        })
    }

    /// The measurements of the rows without an error.
    pub fn good(&self, scenario: &str, transport: Transport) -> Vec<&Measurement> {
        let rows = self.good_rows(scenario, transport);
        rows.map(|row| &row.measurement).collect()
    }

    /// Whether a step has a row without an error.
    pub fn has_result(&self, step: &Step<'_>) -> bool {
        self.measured().any(|row| row.is_of(step))
    }

    /// The number of the suite's measurements that were not made. A measurement that failed in every
    /// attempt counts as made.
    pub fn missing(&self) -> usize {
        let is_made = |step: &&Step<'_>| self.rows.iter().any(|row| row.is_of(step));
        let steps = self.suite.steps();
        steps.len() - steps.iter().filter(is_made).count()
    }

    /// The latencies of a scenario and a transport, of all repeats together; `None` without one.
    pub fn latencies(
        &self,
        scenario: &str,
        transport: Transport,
    ) -> anyhow::Result<Option<Histogram<u64>>> {
        let mut all: Option<Histogram<u64>> = None;
        for row in self.good_rows(scenario, transport) {
            let histogram = self.histograms.get(row, LATENCY)?;
            match &mut all {
                None => all = Some(histogram),
                Some(all) => all
                    .add(histogram)
                    .context("the bounds of the histograms differ")?,
            }
        }
        Ok(all)
    }

    /// Whether the first repeat is without an error and was captured.
    pub fn captured(&self, scenario: &str, transport: Transport) -> bool {
        !self.arrows(scenario, transport).is_empty()
    }

    /// The captured messages of a scenario's first repeat; empty if it failed or was not captured.
    pub fn arrows(&self, scenario: &str, transport: Transport) -> Vec<Arrow> {
        let mut rows = self.good_rows(scenario, transport);
        let first = rows.find(|row| row.repeat == 1);
        let captures = self.captures.iter();
        let captures = captures.filter(|capture| first.is_some_and(|row| capture.is_of(row)));
        captures.map(|capture| capture.arrow.clone()).collect()
    }
}
