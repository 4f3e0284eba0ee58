//! Measuring a suite: calibrate, then measure step by step and save each row immediately.

use std::{
    path::{Path, PathBuf},
    pin::pin,
    time::Duration,
};

use anyhow::bail;
use futures_util::future::join_all;
use server::cluster;
use strum::VariantArray;
use thiserror::Error;

use crate::{
    measure::{
        calibrate,
        receivers::BETWEEN_CONNECTS,
        run::{self, Outcome, Phase},
        server_process,
        warning::Warning,
    },
    record::{
        Again, Check, Environment, Folder, Invalid, Peer, Record, Scenario, Step, Suite, Unit,
    },
};

/// Time for which each delay is measured before a suite.
const CALIBRATION_WINDOW: Duration = Duration::from_millis(500);
/// Maximum number of attempts for a measurement that the machine disturbs.
const ATTEMPTS: u32 = 3;

/// Receives progress while a suite is measured.
pub trait Progress: Sync {
    /// A check of the calibration starts.
    fn calibrates(&self, what: &str);
    /// The calibration is over.
    fn calibrated(&self, checks: &[Check]);
    /// The nth step, counted from 0, enters a phase; `None`: the step starts.
    fn measures(&self, step: &Step<'_>, nth: usize, phase: Option<Phase>);
    /// An attempt of a step failed.
    fn failed(&self, step: &Step<'_>, why: &str);
}

/// How measuring a suite ended.
#[derive(Debug)]
pub enum BenchEnd {
    /// Stopped before anything was measured; there is no new folder.
    Nothing,
    /// Stopped; the finished measurements are kept.
    Stopped(Folder),
    /// All steps were measured.
    Complete(Folder),
}

/// The planned measurements, and the record for them.
#[derive(Debug)]
pub struct Bench {
    source: Source,
    /// Names of scenarios, sweeps and servers; if there are any, only these are measured.
    only: Vec<String>,
    /// At most this many repeats are measured.
    most_repeats: u32,
    /// What is not measured, because software is missing.
    pub missing: Vec<Missing>,
}

/// Measurements that can't be made here, because software is missing.
#[derive(Clone, Debug, Error)]
pub enum Missing {
    /// Those of a peer, and the software that it needs.
    #[error("{0} is not measured: {1} is not installed")]
    Peer(Peer, String),
    /// Those with brokers, and how to install them.
    #[error("scenarios with brokers are not measured: {0}")]
    Brokers(String),
}

impl Missing {
    fn is_needed_by(&self, scenario: &Scenario) -> bool {
        match self {
            Self::Peer(peer, _) => scenario.target == Some(*peer),
            Self::Brokers(_) => scenario.has_brokers(),
        }
    }
}

#[derive(Debug)]
enum Source {
    /// A new record.
    New {
        /// The suite.
        suite: Suite,
        /// The text of the suite's file.
        text: String,
        /// The folder in which the record's folder is created.
        results: PathBuf,
    },
    /// A record that was stopped.
    Resumed(Box<Record>),
}

impl Bench {
    /// Measures a suite, or `only` some scenarios of it, with at most this many repeats, into a new
    /// folder below `results`.
    pub fn new(
        suite: &Path,
        only: Vec<String>,
        most_repeats: u32,
        results: &Path,
    ) -> anyhow::Result<Self> {
        let (suite, text) = Suite::read(suite)?;
        suite.require(&only)?;
        Folder::require_writable(results)?;
        let source = Source::New {
            suite,
            text,
            results: results.into(),
        };
        let bench = Self::of(source, only, most_repeats)?;
        for batch in Suite::batches(&bench.steps()) {
            batch[0].scenario.require_room(batch.len())?;
        }
        Ok(bench)
    }

    /// Measures the steps without a result in a stopped record, or `only` some scenarios of it.
    pub fn resume(path: &Path, only: Vec<String>) -> anyhow::Result<Self> {
        let record = Record::read(path)?;
        let now = Environment::read().with_broker();
        if let [differs, ..] = record.environment.differences(&now)[..] {
            let path = path.display();
            bail!("{path} was started with another {differs}: start a new record");
        }
        record.suite.require(&only)?;
        record.check_histograms()?;
        Folder::require_writable(path)?;
        record.cut_unfinished()?;
        Self::of(Source::Resumed(Box::new(record)), only, u32::MAX)
    }

    fn of(source: Source, only: Vec<String>, most_repeats: u32) -> anyhow::Result<Self> {
        let mut bench = Self {
            source,
            only,
            most_repeats,
            missing: Vec::new(),
        };
        let steps = bench.steps();
        let mut missing = Vec::new();
        for &peer in Peer::VARIANTS {
            if steps.iter().any(|step| step.scenario.target == Some(peer)) {
                let what = server_process::missing(peer)?;
                missing.extend(what.map(|what| Missing::Peer(peer, what)));
            }
        }
        if steps.iter().any(|step| step.scenario.has_brokers())
            && let Err(why) = cluster::require_broker()
        {
            missing.push(Missing::Brokers(why.to_string()));
        }
        bench.missing = missing;
        Ok(bench)
    }

    /// The planned measurements, in order.
    pub fn steps(&self) -> Vec<Step<'_>> {
        let (suite, record) = match &self.source {
            Source::New { suite, .. } => (suite, None),
            Source::Resumed(record) => (&record.suite, Some(record)),
        };
        let mut steps = suite.steps();
        steps.retain(|step| {
            let is_open = record.is_none_or(|record| !record.has_result(step));
            let mut missing = self.missing.iter();
            let is_missing = missing.any(|missing| missing.is_needed_by(step.scenario));
            let is_wanted = is_open && !is_missing && step.repeat <= self.most_repeats;
            is_wanted && (self.only.is_empty() || suite.is_one_of(&step.scenario.name, &self.only))
        });
        steps
    }

    fn folder(&self) -> anyhow::Result<Folder> {
        match &self.source {
            Source::New { text, results, .. } => {
                let mut steps = self.steps().into_iter();
                let environment = match steps.any(|step| step.scenario.has_brokers()) {
                    true => Environment::read().with_broker(),
                    false => Environment::read(),
                };
                Folder::create(results, text, &environment)
            }
            Source::Resumed(record) => Ok(record.folder.clone()),
        }
    }

    /// Calibrates, then measures all steps until `stop`. A complete record is not changed.
    pub async fn measure(
        &self,
        progress: &impl Progress,
        stop: impl Future<Output = ()>,
    ) -> anyhow::Result<BenchEnd> {
        if let Source::Resumed(record) = &self.source
            && self.steps().is_empty()
        {
            return Ok(BenchEnd::Complete(record.folder.clone()));
        }
        let mut stop = pin!(stop);
        let checks = tokio::select! {
            checks = calibrated(progress) => checks?,
            () = &mut stop => return Ok(BenchEnd::Nothing),
        };
        let warning = not_calibrated(&checks);
        // Created after the calibration, to avoid a record without rows.
        let folder = self.folder()?;
        folder.keep_calibration(&checks)?;
        let steps = self.steps();
        let all = async {
            let mut nth = 0;
            for batch in Suite::batches(&steps) {
                let made = batch.iter().enumerate().map(|(more, step)| {
                    let alone = batch.len() == 1;
                    measure(step, nth + more, alone, &folder, progress, &warning)
                });
                let kept: anyhow::Result<()> = join_all(made).await.into_iter().collect();
                kept?;
                nth += batch.len();
            }
            anyhow::Ok(())
        };
        tokio::select! {
            measured = all => measured?,
            () = stop => return Ok(BenchEnd::Stopped(folder)),
        }
        Ok(BenchEnd::Complete(folder))
    }
}

/// Runs the checks, again if one fails. An error if bytes are counted wrongly.
async fn calibrated(progress: &impl Progress) -> anyhow::Result<Vec<Check>> {
    let report = |what: &str| progress.calibrates(what);
    let mut checks = Vec::new();
    for _ in 0..ATTEMPTS {
        checks = calibrate::calibrate(CALIBRATION_WINDOW, &report).await?;
        if checks.iter().all(Check::holds) {
            break;
        }
    }
    progress.calibrated(&checks);
    let wrong = |check: &&Check| check.unit == Unit::Bytes && !check.holds();
    if let Some(Check { what, .. }) = checks.iter().find(wrong) {
        bail!("the calibration failed, so nothing was measured: {what}");
    }
    Ok(checks)
}

/// The warning for every row if a delay was outside its bound in all attempts.
fn not_calibrated(checks: &[Check]) -> Option<Warning> {
    let off = checks.iter().filter(|check| !check.holds());
    let off: Vec<_> = off.map(|check| check.what.as_str()).collect();
    (!off.is_empty()).then(|| Warning::NotCalibrated(off.join("; ")))
}

/// Measures a step, alone or together with others, and saves it. It is repeated, at most [`ATTEMPTS`]
/// times, if the machine disturbed it; a disturbed measurement is saved as an error.
async fn measure(
    step: &Step<'_>,
    nth: usize,
    alone: bool,
    folder: &Folder,
    progress: &impl Progress,
    warning: &Option<Warning>,
) -> anyhow::Result<()> {
    progress.measures(step, nth, None);
    for _ in 0..ATTEMPTS {
        let phase = |phase| progress.measures(step, nth, Some(phase));
        let outcome = run::run(step.transport, step.scenario, None, &phase).await;
        // A step that could not be measured becomes a row too, so that the others continue.
        let mut outcome = outcome.unwrap_or_else(|error| {
            let why = Invalid::NotStarted(format!("{error:#}"));
            Outcome::invalid(step.transport, step.scenario, &why)
        });
        if !alone {
            // All runs share one kernel.
            outcome.measurement.server.kernel_bytes_per_client = None;
        }
        let warnings = &mut outcome.measurement.warnings;
        warnings.extend(warning.as_ref().map(Warning::to_string));
        let arrows = outcome.capture.arrows();
        folder.keep(step, &outcome.measurement, &outcome.histograms, &arrows)?;
        let row = &outcome.measurement;
        if let Some(why) = &row.error {
            progress.failed(step, why);
        }
        if !row.is_retryable() {
            break;
        }
    }
    Ok(())
}

/// Estimated time of a measurement, including start and drain.
pub fn length(step: &Step<'_>) -> Duration {
    const START_AND_DRAIN: Duration = Duration::from_millis(300);
    /// Brokers elect leaders, and the servers wait for the stream.
    const START_OF_BROKERS: Duration = Duration::from_secs(3);
    let scenario = step.scenario;
    let connecting = match Again::of(step.transport, scenario.interval) {
        // The last client starts after one interval and has its last response after another.
        Again::EveryInterval(interval) => interval.mul_f64(1.7),
        Again::AtOnce | Again::KeptOpen => BETWEEN_CONNECTS * scenario.clients as u32,
    };
    let start_and_drain = match scenario.has_brokers() {
        true => START_AND_DRAIN + START_OF_BROKERS,
        false => START_AND_DRAIN,
    };
    scenario.warm_up + scenario.duration + connecting + start_and_drain + scenario.rtt * 4
}
