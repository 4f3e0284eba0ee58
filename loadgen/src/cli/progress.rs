//! Progress of a suite: which step is being measured, and the estimated time that is left.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use crate::{
    cli::output::print_message,
    measure::{
        bench::{Progress, length},
        run::Phase,
    },
    record::{Check, Step, Suite},
    show::table,
};

/// A progress bar on a terminal, or one line for each step if standard error is not a terminal.
pub struct TerminalProgress {
    bar: ProgressBar,
    lengths: Vec<Duration>,
}

impl TerminalProgress {
    /// Creates a bar for these steps and prints their number and the estimated time.
    pub fn new(steps: &[Step<'_>]) -> Self {
        // Steps of a batch are measured at the same time, so only the first adds time.
        let lengths = Suite::batches(steps).flat_map(|batch| {
            let others = batch.iter().skip(1).map(|_| Duration::ZERO);
            batch.iter().take(1).map(length).chain(others)
        });
        let lengths: Vec<_> = lengths.collect();
        let all: Duration = lengths.iter().sum();
        let bar = ProgressBar::new(all.as_millis() as u64);
        let style = ProgressStyle::with_template("{bar:30} {percent:>3} %  {msg}");
        bar.set_style(style.expect("the template is valid"));
        let (number, all) = (steps.len(), minutes(all));
        print_message(&format!("{number} measurements, about {all}"));
        Self { bar, lengths }
    }

    /// Removes the bar from the terminal.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

impl Progress for TerminalProgress {
    fn calibrates(&self, what: &str) {
        self.bar.set_message(format!("calibration: {what}"));
    }

    fn calibrated(&self, checks: &[Check]) {
        let text = format!("calibration:\n{}", table::of_checks(checks));
        self.bar.suspend(|| print_message(&text));
    }

    fn measures(&self, step: &Step<'_>, nth: usize, phase: Option<Phase>) {
        let left: Duration = self.lengths[nth..].iter().sum();
        let (name, repeat, transport) = (&step.scenario.name, step.repeat, step.transport);
        let (doing, left) = (phase.map_or("starting", Phase::words), minutes(left));
        let text = format!("{name}, repeat {repeat}: {transport} {doing}; {left} left");
        let done: Duration = self.lengths[..nth].iter().sum();
        self.bar.set_position(done.as_millis() as u64);
        if self.bar.is_hidden() && phase.is_none() {
            print_message(&format!("[{}/{}] {text}", nth + 1, self.lengths.len()));
        }
        self.bar.set_message(text);
    }

    fn failed(&self, step: &Step<'_>, why: &str) {
        let what = format!("{} {}: {why}", step.scenario.name, step.transport);
        self.bar.suspend(|| print_message(&what));
    }
}

fn minutes(span: Duration) -> String {
    match span.as_secs() {
        seconds @ 0..90 => format!("{seconds} s"),
        seconds => format!("{} min", seconds.div_ceil(60)),
    }
}
