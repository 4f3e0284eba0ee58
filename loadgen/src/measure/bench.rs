//! How is a suite measured? Calibrated first, then step by step, each kept as soon as it is made.

use std::{path::Path, pin::pin, time::Duration};

use anyhow::bail;
use futures_util::future::join_all;
use indicatif::{ProgressBar, ProgressStyle};

use crate::{
    cli::output::tell,
    measure::{
        calibrate, capture,
        clients::BETWEEN_CONNECTS,
        invalid::Invalid,
        run::{self, Outcome, Phase},
    },
    record::{
        again::Again,
        calibration::{Check, Unit},
        environment::Environment,
        folder::{Folder, Record},
        suite::{Step, Suite},
    },
    show::table,
};

/// How long each delay is read back before a suite.
const CALIBRATION_WINDOW: Duration = Duration::from_millis(500);
/// So often is a measurement made that the machine spoilt.
const TRIES: u32 = 3;

/// Measures all of a suite into a new folder below `results`. `stop` ends it early, after which
/// what was measured is kept; `None` where nothing was.
pub async fn record(
    suite_path: &Path,
    results: &Path,
    stop: impl Future<Output = ()>,
) -> anyhow::Result<Option<Folder>> {
    let (suite, text) = Suite::read(suite_path)?;
    let steps = suite.steps();
    for batch in Suite::batches(&steps) {
        batch[0].scenario.require_room(batch.len())?;
    }
    let folder = || Folder::create(results, &text, &Environment::read());
    measure_all(folder, &steps, stop).await
}

/// Goes on with a record that was stopped: what has a result is not measured again. `None` where
/// `stop` came before anything was measured.
pub async fn resume(path: &Path, stop: impl Future<Output = ()>) -> anyhow::Result<Option<Folder>> {
    Folder::drop_torn_row(path)?;
    let record = Record::read(path)?;
    let now = Environment::read();
    if let [differs, ..] = record.environment.differences(&now)[..] {
        bail!(
            "{} was begun with another {differs}, and one record is of one: begin a new one",
            path.display()
        );
    }
    let steps = record.suite.steps();
    let left: Vec<_> = steps
        .into_iter()
        .filter(|step| !record.has_result(step))
        .collect();
    measure_all(|| Ok(record.folder.clone()), &left, stop).await
}

/// The folder is asked for after the calibration: a record without any row would tell nothing.
async fn measure_all(
    folder: impl FnOnce() -> anyhow::Result<Folder>,
    steps: &[Step<'_>],
    stop: impl Future<Output = ()>,
) -> anyhow::Result<Option<Folder>> {
    let bar = Bar::new(steps);
    let mut stop = pin!(stop);
    let checks = tokio::select! {
        checks = calibrated(&bar) => checks?,
        () = &mut stop => {
            bar.bar.finish_and_clear();
            tell("stopped during the calibration, before anything was measured");
            return Ok(None);
        }
    };
    let warning = off(&checks);
    let folder = folder()?;
    folder.keep_calibration(&checks)?;
    let all = async {
        let mut nth = 0;
        for batch in Suite::batches(steps) {
            let made = batch
                .iter()
                .enumerate()
                .map(|(more, step)| measure(step, nth + more, &folder, &bar, &warning));
            let kept: anyhow::Result<()> = join_all(made).await.into_iter().collect();
            kept?;
            nth += batch.len();
        }
        anyhow::Ok(())
    };
    tokio::select! {
        measured = all => {
            bar.bar.finish_and_clear();
            measured?;
        }
        () = stop => {
            bar.bar.finish_and_clear();
            tell(&format!(
                "stopped; what was measured is kept, and this goes on with it:\n\
                 loadgen resume {}",
                folder.path().display()
            ));
        }
    }
    Ok(Some(folder))
}

/// What the instrument read of what is known, asked again where something was off. One that counts
/// wrong measures nothing.
async fn calibrated(bar: &Bar) -> anyhow::Result<Vec<Check>> {
    let told = |what: &str| bar.bar.set_message(format!("calibrates: {what}"));
    let mut checks = Vec::new();
    for _ in 0..TRIES {
        checks = calibrate::calibrate(CALIBRATION_WINDOW, &told).await?;
        if checks.iter().all(Check::holds) {
            break;
        }
    }
    bar.bar
        .suspend(|| tell(&format!("calibration:\n{}", table::of_checks(&checks))));
    let wrong = |check: &&Check| check.unit == Unit::Bytes && !check.holds();
    if let Some(check) = checks.iter().find(wrong) {
        bail!(
            "the calibration failed, so nothing was measured: {}",
            check.what
        );
    }
    Ok(checks)
}

/// What every row says where delays were off, also when asked again.
fn off(checks: &[Check]) -> Option<Invalid> {
    let off = checks.iter().filter(|check| !check.holds());
    let off: Vec<_> = off.map(|check| check.what.as_str()).collect();
    (!off.is_empty()).then(|| Invalid::NotCalibrated(off.join("; ")))
}

/// Measures a step and keeps it; once more, up to a bound, where the machine spoilt it. What was
/// spoilt is kept too, as an error.
async fn measure(
    step: &Step<'_>,
    nth: usize,
    folder: &Folder,
    bar: &Bar,
    warning: &Option<Invalid>,
) -> anyhow::Result<()> {
    bar.show(step, nth, None);
    for _ in 0..TRIES {
        let progress = |phase| bar.show(step, nth, Some(phase));
        let outcome = run::run(step.transport, step.scenario, None, &progress).await;
        // What could not be measured is a row too, and no reason to lose the others.
        let mut outcome = outcome.unwrap_or_else(|error| {
            let why = Invalid::NotStarted(format!("{error:#}"));
            Outcome::void(step.transport, step.scenario, why)
        });
        let warnings = &mut outcome.measurement.warnings;
        warnings.extend(warning.as_ref().map(Invalid::words));
        let arrows = capture::arrows(&outcome.passages);
        folder.keep(step, &outcome.measurement, &outcome.histograms, &arrows)?;
        let Some(why) = &outcome.void else { break };
        let what = format!("{} {}: {}", step.scenario.name, step.transport, why.words());
        bar.bar.suspend(|| tell(&what));
        if !why.is_retryable() {
            break;
        }
    }
    Ok(())
}

/// What runs, and how much is left. Where nobody watches a terminal, one line for each step.
struct Bar {
    bar: ProgressBar,
    lengths: Vec<Duration>,
}

impl Bar {
    fn new(steps: &[Step<'_>]) -> Self {
        // Of those that are made at once, the first counts.
        let lengths = Suite::batches(steps).flat_map(|batch| {
            let others = batch.iter().skip(1).map(|_| Duration::ZERO);
            batch.iter().take(1).map(length).chain(others)
        });
        let lengths: Vec<_> = lengths.collect();
        let all: Duration = lengths.iter().sum();
        let bar = ProgressBar::new(all.as_millis() as u64);
        let style = ProgressStyle::with_template("{bar:30} {percent:>3} %  {msg}");
        bar.set_style(style.expect("the template is valid"));
        tell(&format!(
            "{} measurements, about {}",
            steps.len(),
            minutes(all)
        ));
        Self { bar, lengths }
    }

    fn show(&self, step: &Step<'_>, nth: usize, phase: Option<Phase>) {
        let left: Duration = self.lengths[nth..].iter().sum();
        let Step {
            scenario,
            transport,
            repeat,
        } = step;
        let doing = phase.map_or("starts", Phase::words);
        let name = &scenario.name;
        let text = format!(
            "{name}, repeat {repeat}: {transport} {doing}; {} left",
            minutes(left)
        );
        let done: Duration = self.lengths[..nth].iter().sum();
        self.bar.set_position(done.as_millis() as u64);
        if self.bar.is_hidden() && phase.is_none() {
            tell(&format!("[{}/{}] {text}", nth + 1, self.lengths.len()));
        }
        self.bar.set_message(text);
    }
}

/// How long a measurement takes, start and drain included.
fn length(step: &Step<'_>) -> Duration {
    const RESERVED_FILES: Duration = Duration::from_millis(300);
    let scenario = step.scenario;
    let asking = match Again::of(step.transport, scenario.interval) {
        // The last client begins after an interval, and has its last answer after another.
        Again::EveryInterval(interval) => interval.mul_f64(1.7),
        Again::AtOnce | Again::KeptOpen => BETWEEN_CONNECTS * scenario.clients as u32,
    };
    scenario.warm_up + scenario.duration + asking + RESERVED_FILES + scenario.rtt * 4
}

fn minutes(span: Duration) -> String {
    match span.as_secs() {
        seconds @ 0..90 => format!("{seconds} s"),
        seconds => format!("{} min", seconds.div_ceil(60)),
    }
}
