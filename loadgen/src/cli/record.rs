//! `loadgen record`: measures a suite into a new record.

use std::{path::PathBuf, process::ExitCode};

use clap::Args;

use crate::{
    cli::{
        charts::draw_all,
        output::{exit_code, print, print_message},
        progress::TerminalProgress,
        stop::{INTERRUPTED, stop_signal},
    },
    measure::{
        bench::{Bench, BenchEnd},
        environment::quoted,
    },
    record::Record,
    show::{report, table},
};

#[derive(Debug, Args)]
pub struct RecordCommand {
    /// The suite's file (TOML)
    suite: PathBuf,
    /// Folder in which the record's folder is created
    #[arg(long, default_value = "results")]
    results: PathBuf,
    /// Measure only these scenarios or sweeps of the suite, such as knee,case-a, or these servers,
    /// such as ours,nchan; `loadgen resume` can measure the others later [default: all]
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    only: Vec<String>,
    /// Measure at most this many repeats; `loadgen resume` can measure the others later [default:
    /// the suite's number]
    #[arg(long, hide_default_value = true, default_value_t = u32::MAX, value_parser = clap::value_parser!(u32).range(1..))]
    repeats: u32,
}

impl RecordCommand {
    /// Measures the suite and prints its tables.
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        let bench = Bench::new(&self.suite, self.only, self.repeats, &self.results)?;
        measure(&bench).await
    }
}

/// Measures all steps of a bench, draws the record and prints its tables. The exit code is 1 if a
/// measurement failed in every attempt.
pub async fn measure(bench: &Bench) -> anyhow::Result<ExitCode> {
    // Caught before the first output, so that every stop is reported.
    let stop = stop_signal();
    for missing in &bench.missing {
        print_message(&missing.to_string());
    }
    let bar = TerminalProgress::new(&bench.steps());
    let end = bench.measure(&bar, stop).await;
    bar.finish();
    let end = end?;
    let is_stopped = matches!(end, BenchEnd::Stopped(_));
    let folder = match end {
        BenchEnd::Nothing => {
            print_message("stopped during the calibration; nothing was measured");
            return Ok(INTERRUPTED.into());
        }
        BenchEnd::Stopped(folder) => {
            print_message(&format!(
                "stopped; the finished measurements are kept. To continue:\n\
                 loadgen resume {}",
                quoted(folder.path().to_string_lossy())
            ));
            folder
        }
        BenchEnd::Complete(folder) => folder,
    };
    let record = Record::read(folder.path())?;
    if record.rows.is_empty() {
        // Stopped during the first measurement: there is nothing to draw.
        return Ok(INTERRUPTED.into());
    }
    draw_all(&record)?;
    let page = report::write(&record)?;
    let tables = table::of_record(&record);
    print(&format!("{tables}\nreport: {}\n", page.display()))?;
    Ok(match is_stopped {
        true => INTERRUPTED.into(),
        false => exit_code(bench.steps().iter().all(|step| record.has_result(step))),
    })
}
