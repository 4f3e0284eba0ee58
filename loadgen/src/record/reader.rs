//! A record, read back from its folder.

use std::{collections::HashSet, path::Path};

use anyhow::{Context, bail};
use hdrhistogram::Histogram;
use server::Transport;

use crate::record::{
    arrow::Arrow,
    calibration::Check,
    captures::CapturedArrow,
    environment::Environment,
    folder::{CAPTURES, ENVIRONMENT, Folder, HISTOGRAMS, ROWS, SUITE},
    histograms::{self, Histograms, LATENCY},
    lines,
    measurement::Measurement,
    row::Row,
    suite::{Step, Suite},
};

/// A record, read back.
#[derive(Debug)]
pub struct Record {
    /// Where it lies.
    pub folder: Folder,
    /// What was measured.
    pub suite: Suite,
    /// On what.
    pub environment: Environment,
    /// How the instrument read what is known before it measured, each time that it did; none in
    /// records from before it was asked.
    pub calibrations: Vec<Vec<Check>>,
    /// All rows, in the order in which they were measured. Where the machine spoilt a measurement,
    /// its error comes before the row of the next try.
    pub rows: Vec<Row>,
    pub(super) histograms: Histograms,
    captures: Vec<CapturedArrow>,
}

impl Record {
    /// Reads a record back.
    pub fn read(path: &Path) -> anyhow::Result<Self> {
        if !path.join(ROWS).is_file() {
            bail!("{} is no record: there is no {ROWS} in it", path.display());
        }
        let text = |name: &str| lines::text(&path.join(name));
        let suite =
            Suite::parse(&text(SUITE)?).with_context(|| format!("{SUITE} of the record"))?;
        let environment = serde_json::from_str(&text(ENVIRONMENT)?)
            .with_context(|| format!("{ENVIRONMENT} of the record"))?;
        let folder = Folder(path.to_owned());
        let mut record = Self {
            suite,
            environment,
            calibrations: folder.calibrations()?,
            rows: lines::parse(&path.join(ROWS))?,
            histograms: Histograms::read(&path.join(HISTOGRAMS))?,
            captures: lines::parse(&path.join(CAPTURES))?,
            folder,
        };
        record.name_scenarios_as_in_rows();
        Ok(record)
    }

    /// Older records have a decimal point in the names of swept scenarios, newer ones a hyphen.
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

    /// Removes what a process that was killed left at the end of the files: torn lines, and
    /// histograms and captures whose row was not written.
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

    /// The rows that are no errors.
    fn measured(&self) -> impl Iterator<Item = &Row> {
        let rows = self.rows.iter();
        rows.filter(|row| row.measurement.error.is_none())
    }

    /// Refuses a record in which a histogram of a measurement is missing or damaged.
    pub fn check_histograms(&self) -> anyhow::Result<()> {
        for row in self.measured() {
            for kind in histograms::kinds(row.measurement.conditions.direction) {
                self.histograms.get(row, kind)?;
            }
        }
        Ok(())
    }

    /// The rows of a scenario that are no errors, of one transport.
    pub fn good_rows(&self, scenario: &str, transport: Transport) -> impl Iterator<Item = &Row> {
        self.measured().filter(move |row| {
            let row = &row.measurement;
            row.conditions.scenario == scenario && row.transport == transport
        })
    }

    /// The measurements of these rows.
    pub fn good(&self, scenario: &str, transport: Transport) -> Vec<&Measurement> {
        let rows = self.good_rows(scenario, transport);
        rows.map(|row| &row.measurement).collect()
    }

    /// Whether there is a measurement of a step that is no error.
    pub fn has_result(&self, step: &Step<'_>) -> bool {
        self.good_rows(&step.scenario.name, step.transport)
            .any(|row| row.repeat == step.repeat)
    }

    /// How many of the suite's measurements were not made; one that failed in every try was.
    pub fn missing(&self) -> usize {
        let is_made = |step: &&Step<'_>| {
            self.rows.iter().any(|row| {
                let made = &row.measurement;
                (
                    made.conditions.scenario.as_str(),
                    made.transport,
                    row.repeat,
                ) == (step.scenario.name.as_str(), step.transport, step.repeat)
            })
        };
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
                Some(all) => all.add(histogram).context("histograms of other bounds")?,
            }
        }
        Ok(all)
    }

    /// Whether there is a good first repeat of which is known what passed on the link.
    pub fn captured(&self, scenario: &str, transport: Transport) -> bool {
        !self.arrows(scenario, transport).is_empty()
    }

    /// What passed on the link in a scenario's first repeat, if that is no error; empty where it
    /// was not captured.
    pub fn arrows(&self, scenario: &str, transport: Transport) -> Vec<Arrow> {
        let mut rows = self.good_rows(scenario, transport);
        let first = rows.find(|row| row.repeat == 1);
        let captures = self.captures.iter();
        let captures = captures.filter(|capture| first.is_some_and(|row| capture.is_of(row)));
        captures.map(|capture| capture.arrow.clone()).collect()
    }
}
