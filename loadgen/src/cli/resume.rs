//! What can be asked of a record that was stopped?

use std::{path::PathBuf, process::ExitCode};

use clap::Args;

use crate::{cli::record::measure, measure::bench::Bench};

#[derive(Debug, Args)]
pub struct ResumeCommand {
    /// The record's folder
    record: PathBuf,
    /// Measure only these scenarios or sweeps of the suite, such as knee,case-a [default: all that
    /// are left]
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    only: Vec<String>,
}

impl ResumeCommand {
    /// Measures what is missing, and prints what came out.
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        measure(&Bench::resume(&self.record, self.only)?).await
    }
}
