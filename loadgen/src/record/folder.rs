//! Where do results lie, and how are they read back? A record is a folder whose data are written
//! once; charts and report are drawn from them.

use std::{
    fs::{self, File, OpenOptions},
    io::Write,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use anyhow::{Context, bail};
use base64::{Engine, prelude::BASE64_STANDARD};
use hdrhistogram::{
    Histogram,
    serialization::{
        Deserializer, V2DeflateSerializer,
        interval_log::{IntervalLogIterator, IntervalLogWriterBuilder, LogEntry, Tag},
    },
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use server::Transport;

use crate::record::{
    arrow::Arrow,
    calibration::{self, Check},
    conditions::Conditions,
    environment::Environment,
    measurement::Measurement,
    suite::{Step, Suite},
};

/// One row of a record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// Counts from 1.
    pub repeat: u32,
    /// The measurement.
    #[serde(flatten)]
    pub measurement: Measurement,
}

impl Row {
    /// Where its histogram lies in the record's folder.
    pub fn histogram(&self) -> String {
        let Measurement {
            transport,
            conditions: Conditions { scenario, .. },
            ..
        } = &self.measurement;
        format!("histograms/{scenario}-{transport}-{}.hlog", self.repeat)
    }
}

/// A record's folder.
#[derive(Clone, Debug)]
pub struct Folder(PathBuf);

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
}

const SUITE: &str = "suite.toml";
const ENVIRONMENT: &str = "environment.json";
const ROWS: &str = "measurements.jsonl";

/// Where the nth calibration lies in the record's folder, counted from 1.
fn calibration(nth: usize) -> String {
    match nth {
        1 => "calibration.json".into(),
        nth => format!("calibration-{nth:02}.json"),
    }
}

impl Folder {
    /// A new folder below `results`, named after the day, with `-02` and so on for the second of
    /// a day and later ones.
    pub fn create(results: &Path, suite: &str, environment: &Environment) -> anyhow::Result<Self> {
        fs::create_dir_all(results)
            .with_context(|| format!("can't write to {}", results.display()))?;
        let day = environment.day();
        let path = (1..100)
            .map(|nth| match nth {
                1 => results.join(day),
                nth => results.join(format!("{day}-{nth:02}")),
            })
            .find(|path| fs::create_dir(path).is_ok())
            .with_context(|| {
                format!("can't make a new folder for {day} in {}", results.display())
            })?;
        let folder = Self(path);
        fs::create_dir(folder.0.join("histograms"))?;
        fs::write(folder.0.join(SUITE), suite)?;
        let environment = serde_json::to_string_pretty(environment)?;
        fs::write(folder.0.join(ENVIRONMENT), environment + "\n")?;
        File::create_new(folder.0.join(ROWS))?;
        Ok(folder)
    }

    /// Takes away the last row of a record if it was not written to its end.
    pub fn drop_torn_row(path: &Path) -> anyhow::Result<()> {
        let path = path.join(ROWS);
        let rows = fs::read(&path).with_context(|| format!("can't read {}", path.display()))?;
        let whole = rows.iter().rposition(|&byte| byte == b'\n');
        let whole = whole.map_or(0, |end| end + 1);
        if whole < rows.len() {
            File::options()
                .write(true)
                .open(&path)?
                .set_len(whole as u64)?;
        }
        Ok(())
    }

    /// Where it lies.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// The name of the record.
    pub fn name(&self) -> String {
        let name = self.0.file_name().unwrap_or_default();
        name.to_string_lossy().into_owned()
    }

    /// Keeps what was found before anything was measured, beside what was found the last time.
    pub fn keep_calibration(&self, checks: &[Check]) -> anyhow::Result<()> {
        let checks = calibration::judged(checks);
        let path = self.0.join(calibration(self.calibrations().len() + 1));
        fs::write(path, serde_json::to_string_pretty(&checks)? + "\n")?;
        Ok(())
    }

    /// The names of the files that hold what the instrument read: one, and one more for each time
    /// that the record was resumed.
    pub fn calibrations(&self) -> Vec<String> {
        let names = (1..).map(calibration);
        names
            .take_while(|name| self.0.join(name).is_file())
            .collect()
    }

    /// Keeps a measurement as soon as it is made, with its histograms, each under its name, and
    /// with what passed on the link if the scenario asks for it.
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
        let mut rows = OpenOptions::new().append(true).open(self.0.join(ROWS))?;
        writeln!(rows, "{}", serde_json::to_string(&row)?)?;
        if row.measurement.error.is_none() {
            fs::write(self.0.join(row.histogram()), log(&row, histograms)?)?;
        }
        if step.scenario.capture {
            let path = self.capture_path(&step.scenario.name, step.transport, step.repeat);
            fs::create_dir_all(path.parent().expect("the path has a folder"))?;
            let lines: Result<String, _> = arrows
                .iter()
                .map(|arrow| serde_json::to_string(arrow).map(|line| line + "\n"))
                .collect();
            fs::write(path, lines?)?;
        }
        Ok(())
    }

    fn capture_path(&self, scenario: &str, transport: Transport, repeat: u32) -> PathBuf {
        self.0
            .join(format!("captures/{scenario}-{transport}-{repeat}.jsonl"))
    }
}

impl Record {
    /// Reads a record back.
    pub fn read(path: &Path) -> anyhow::Result<Self> {
        if !path.join(ROWS).is_file() {
            bail!("{} is no record: there is no {ROWS} in it", path.display());
        }
        let text = |name: &str| {
            let path = path.join(name);
            fs::read_to_string(&path).with_context(|| format!("can't read {}", path.display()))
        };
        let suite =
            Suite::parse(&text(SUITE)?).with_context(|| format!("{SUITE} of the record"))?;
        let environment = serde_json::from_str(&text(ENVIRONMENT)?)
            .with_context(|| format!("{ENVIRONMENT} of the record"))?;
        let folder = Folder(path.into());
        let mut calibrations = Vec::new();
        for name in folder.calibrations() {
            let checks = serde_json::from_str(&text(&name)?);
            calibrations.push(checks.with_context(|| format!("{name} of the record"))?);
        }
        Ok(Self {
            folder,
            suite,
            environment,
            calibrations,
            rows: lines(&text(ROWS)?).with_context(|| format!("{ROWS} of the record"))?,
        })
    }

    /// The rows of a scenario that are no errors, of one transport.
    pub fn good_rows(&self, scenario: &str, transport: Transport) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(move |row| {
            let row = &row.measurement;
            row.conditions.scenario == scenario && row.transport == transport && row.error.is_none()
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

    /// How many of the suite's measurements were not made, and how many failed in every try.
    pub fn gaps(&self) -> (usize, usize) {
        let steps = self.suite.steps();
        let open = steps.iter().filter(|step| !self.has_result(step));
        let (failed, missing): (Vec<&Step<'_>>, Vec<_>) = open.partition(|step| {
            self.rows.iter().any(|row| {
                let made = &row.measurement;
                (
                    made.conditions.scenario.as_str(),
                    made.transport,
                    row.repeat,
                ) == (step.scenario.name.as_str(), step.transport, step.repeat)
            })
        });
        (missing.len(), failed.len())
    }

    /// The latencies of a scenario and a transport, of all repeats together; `None` without one.
    pub fn latencies(
        &self,
        scenario: &str,
        transport: Transport,
    ) -> anyhow::Result<Option<Histogram<u64>>> {
        let mut all: Option<Histogram<u64>> = None;
        for row in self.good_rows(scenario, transport) {
            let path = self.folder.0.join(row.histogram());
            let log = fs::read(&path).with_context(|| format!("can't read {}", path.display()))?;
            let histogram = histogram(&log).with_context(|| format!("{}", path.display()))?;
            match &mut all {
                None => all = Some(histogram),
                Some(all) => all.add(histogram).context("histograms of other bounds")?,
            }
        }
        Ok(all)
    }

    /// Whether there is a good first repeat of which is known what passed on the link.
    pub fn captured(&self, scenario: &str, transport: Transport) -> bool {
        let mut rows = self.good_rows(scenario, transport);
        let path = self.folder.capture_path(scenario, transport, 1);
        rows.any(|row| row.repeat == 1) && path.is_file()
    }

    /// What passed on the link in a scenario's first repeat; empty where it was not captured.
    pub fn arrows(&self, scenario: &str, transport: Transport) -> anyhow::Result<Vec<Arrow>> {
        let path = self.folder.capture_path(scenario, transport, 1);
        match fs::read_to_string(&path) {
            Ok(text) => lines(&text).with_context(|| format!("{}", path.display())),
            Err(_) => Ok(Vec::new()),
        }
    }
}

fn lines<T: DeserializeOwned>(text: &str) -> anyhow::Result<Vec<T>> {
    let parse =
        |(nth, line)| serde_json::from_str(line).with_context(|| format!("line {}", nth + 1));
    text.lines().enumerate().map(parse).collect()
}

/// HdrHistogram's own interchange format, which its plotting tools read: one interval for the
/// window and each of the histograms, tagged with the transport and what was noted, the maximum in
/// milliseconds.
fn log(row: &Row, histograms: &[(&str, Histogram<u64>)]) -> anyhow::Result<Vec<u8>> {
    let Measurement {
        transport,
        conditions: Conditions { duration_s, .. },
        ..
    } = &row.measurement;
    let mut text = Vec::new();
    let mut serializer = V2DeflateSerializer::new();
    let mut log = IntervalLogWriterBuilder::new()
        .add_comment("in microseconds from the planned instant of each update")
        .with_start_time(SystemTime::UNIX_EPOCH)
        .with_max_value_divisor(1000.0)
        .begin_log_with(&mut text, &mut serializer)?;
    for (name, histogram) in histograms {
        let tag = match *name {
            "latency" => transport.to_string(),
            name => format!("{transport}-{name}"),
        };
        log.write_histogram(
            histogram,
            Duration::ZERO,
            Duration::from_secs_f64(*duration_s),
            Tag::new(&tag),
        )
        .map_err(|error| anyhow::anyhow!("the histogram can't be written: {error:?}"))?;
    }
    Ok(text)
}

/// The first of a log: the latencies.
fn histogram(log: &[u8]) -> anyhow::Result<Histogram<u64>> {
    let interval = IntervalLogIterator::new(log).find_map(|entry| match entry {
        Ok(LogEntry::Interval(interval)) => Some(interval),
        _ => None,
    });
    let interval = interval.context("there is no interval in the log")?;
    let bytes = BASE64_STANDARD.decode(interval.encoded_histogram())?;
    Deserializer::new()
        .deserialize(&mut bytes.as_slice())
        .map_err(|error| anyhow::anyhow!("the histogram can't be read: {error}"))
}
