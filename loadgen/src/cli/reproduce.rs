//! How are published numbers set beside those of a record?

use std::{path::PathBuf, process::ExitCode};

use clap::Args;

use crate::{
    cli::output::print,
    record::Record,
    show::{claims, table},
};

#[derive(Debug, Args)]
pub struct ReproduceCommand {
    /// The record's folder
    record: PathBuf,
}

impl ReproduceCommand {
    /// Prints the table of claims.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        let claims = claims::of_record(&Record::read(&self.record)?);
        print(&table::of_claims(&claims))?;
        Ok(ExitCode::SUCCESS)
    }
}
