//! How does a record get into the READMEs?

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::Args;

use crate::{record::Record, show::readme};

#[derive(Debug, Args)]
pub struct ReadmeCommand {
    /// The record's folder
    record: PathBuf,
}

impl ReadmeCommand {
    /// Writes the READMEs of this folder.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        readme::write(&Record::read(&self.record)?, Path::new("."))?;
        Ok(ExitCode::SUCCESS)
    }
}
