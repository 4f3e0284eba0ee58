//! How is a suite measured? Step by step, each kept as soon as it is made.

use std::{path::Path, time::Duration};

use indicatif::{ProgressBar, ProgressStyle};

use crate::{
    environment::Environment,
    record::Folder,
    run::{self, Outcome, Phase},
    scenario::Scenario,
    suite::{Step, Suite},
};

/// Measures all of a suite into a new folder below `results`. `stop` ends it early, after which
/// what was measured is kept.
pub async fn record(
    suite_path: &Path,
    results: &Path,
    stop: impl Future<Output = ()>,
) -> anyhow::Result<Folder> {
    let (suite, text) = Suite::read(suite_path)?;
    for part in &suite.scenarios {
        part.scenario.require_room()?;
    }
    let folder = Folder::create(results, &text, &Environment::read())?;
    let steps = suite.steps();
    let bar = Bar::new(&steps);
    tokio::pin!(stop);
    for (nth, step) in steps.iter().enumerate() {
        bar.show(step, nth, None);
        let progress = |phase| bar.show(step, nth, Some(phase));
        let outcome = tokio::select! {
            outcome = run::run(step.transport, step.scenario, None, &progress) => outcome
                // What could not be measured is a row too, and no reason to lose the others.
                .unwrap_or_else(|error| Outcome::void(step, &format!("{error:#}"))),
            () = &mut stop => {
                bar.bar.finish_and_clear();
                eprintln!("stopped: {nth} of {} measurements are kept", steps.len());
                break;
            }
        };
        if let Some(error) = &outcome.measurement.error {
            bar.bar
                .suspend(|| eprintln!("{} {}: {error}", step.scenario.name, step.transport));
        }
        folder.keep(step, &outcome)?;
    }
    bar.bar.finish_and_clear();
    Ok(folder)
}

/// What runs, and how much is left. Where nobody watches a terminal, one line for each step.
struct Bar {
    bar: ProgressBar,
    lengths: Vec<Duration>,
}

impl Bar {
    fn new(steps: &[Step<'_>]) -> Self {
        let lengths: Vec<_> = steps.iter().map(|step| length(step.scenario)).collect();
        let all: Duration = lengths.iter().sum();
        let bar = ProgressBar::new(all.as_millis() as u64);
        let style = ProgressStyle::with_template("{bar:30} {percent:>3} %  {msg}");
        bar.set_style(style.expect("the template is valid"));
        eprintln!("{} measurements, about {}", steps.len(), minutes(all));
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
            eprintln!("[{}/{}] {text}", nth + 1, self.lengths.len());
        }
        self.bar.set_message(text);
    }
}

/// How long a measurement takes, start and drain included.
fn length(scenario: &Scenario) -> Duration {
    const BESIDES: Duration = Duration::from_millis(1_200);
    scenario.warm_up + scenario.duration + BESIDES + scenario.rtt * 2
}

fn minutes(span: Duration) -> String {
    match span.as_secs() {
        seconds @ 0..90 => format!("{seconds} s"),
        seconds => format!("{} min", seconds.div_ceil(60)),
    }
}
