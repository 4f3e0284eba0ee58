//! `loadgen report`: writes the report of a record.

use std::{path::PathBuf, process::ExitCode};

use clap::Args;

use crate::{cli::output::print, record::Record, show::report};

#[derive(Debug, Args)]
pub struct ReportCommand {
    /// The record's folder
    record: PathBuf,
}

impl ReportCommand {
    /// Writes the report and the gallery, and prints the path of the report.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        let page = report::write(&Record::read(&self.record)?)?;
        print(&format!("{}\n", page.display()))?;
        Ok(ExitCode::SUCCESS)
    }
}
