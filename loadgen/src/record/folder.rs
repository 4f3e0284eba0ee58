//! The folder of a record: its files, and adding a measurement to them. Data are written once;
//! charts and report are drawn from them.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
};

use anyhow::Context;
use hdrhistogram::Histogram;

use crate::record::{
    Arrow, Check, Environment, Measurement, Row, Step, arrow, calibration, histograms, lines,
};

/// A record's folder.
#[derive(Clone, Debug)]
pub struct Folder(pub(super) PathBuf);

/// The rows, one JSON object per line.
pub const ROWS: &str = "measurements.jsonl";
/// The measured suite.
pub const SUITE: &str = "suite.toml";
/// The environment.
pub const ENVIRONMENT: &str = "environment.json";
/// All calibrations, each with its checks.
pub const CALIBRATIONS: &str = "calibration.json";
/// The histograms of all measurements, in HdrHistogram's log format.
pub const HISTOGRAMS: &str = "histograms.hlog";
/// The captured messages, one JSON object per line.
pub const CAPTURES: &str = "captures.jsonl";

impl Folder {
    /// A new folder below `results`, named after the day, with `-02` and so on for the second of
    /// a day and later ones.
    pub fn create(results: &Path, suite: &str, environment: &Environment) -> anyhow::Result<Self> {
        Self::require_writable(results)?;
        let day = environment.day();
        let path = (1..100)
            .map(|nth| match nth {
                1 => results.join(day),
                nth => results.join(format!("{day}-{nth:02}")),
            })
            .find(|path| fs::create_dir(path).is_ok())
            .with_context(|| {
                let results = results.display();
                format!("can't create a new folder for {day} in {results}")
            })?;
        fs::write(path.join(SUITE), suite)?;
        let environment = serde_json::to_string_pretty(environment)?;
        fs::write(path.join(ENVIRONMENT), environment + "\n")?;
        fs::write(path.join(HISTOGRAMS), histograms::HEADER)?;
        File::create_new(path.join(ROWS))?;
        Ok(Self(path))
    }

    /// An error if no file can be created in a folder. Creates the folder if it does not exist.
    pub fn require_writable(folder: &Path) -> anyhow::Result<()> {
        let made = fs::create_dir_all(folder).and_then(|()| tempfile::tempfile_in(folder));
        made.map(drop)
            .with_context(|| format!("can't write to {}", folder.display()))
    }

    /// Its path.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// The name of the record.
    pub fn name(&self) -> String {
        let name = self.0.file_name().unwrap_or_default();
        name.to_string_lossy().into_owned()
    }

    /// Adds a calibration to those of the record.
    pub fn keep_calibration(&self, checks: &[Check]) -> anyhow::Result<()> {
        let mut all = self.calibrations()?;
        all.push(checks.into());
        let all: Vec<_> = all.iter().map(|one| calibration::judged(one)).collect();
        // Renamed, so that a killed process does not leave half of the file.
        let written = self.0.join("calibration.json.new");
        fs::write(&written, serde_json::to_string_pretty(&all)? + "\n")?;
        Ok(fs::rename(written, self.0.join(CALIBRATIONS))?)
    }

    /// All calibrations in order; none if the record has no such file.
    pub fn calibrations(&self) -> anyhow::Result<Vec<Vec<Check>>> {
        Ok(lines::json(&self.0.join(CALIBRATIONS))?.unwrap_or_default())
    }

    /// Saves a measurement: its histograms, each with its kind, then its captured messages if the
    /// scenario asks for them, then its row. Of an error only the row is saved, so that no tag occurs
    /// twice when the step is measured again.
    pub fn keep(
        &self,
        step: &Step<'_>,
        measurement: &Measurement,
        histograms: &[(&str, Histogram<u64>)],
        arrows: &[Arrow],
    ) -> anyhow::Result<()> {
        let row = Row {
            repeat: step.repeat,
            measurement: measurement.clone(),
        };
        if row.measurement.error.is_none() {
            let log = histograms::log(&row, histograms)?;
            lines::append(&self.0.join(HISTOGRAMS), &log)?;
            if step.scenario.capture {
                let arrows = arrow::lines(&row, arrows)?;
                lines::append(&self.0.join(CAPTURES), arrows.as_bytes())?;
            }
        }
        let line = serde_json::to_string(&row)? + "\n";
        lines::append(&self.0.join(ROWS), line.as_bytes())
    }
}
