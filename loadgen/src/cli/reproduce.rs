//! `loadgen reproduce`: compares published claims with a record.

use std::{path::PathBuf, process::ExitCode};

use clap::Args;

use crate::{cli::output::print, record::Record, show::table};

#[derive(Debug, Args)]
pub struct ReproduceCommand {
    /// The record's folder
    record: PathBuf,
}

impl ReproduceCommand {
    /// Prints the table of claims.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        print(&table::of_claims(&Record::read(&self.record)?))?;
        Ok(ExitCode::SUCCESS)
    }
}
