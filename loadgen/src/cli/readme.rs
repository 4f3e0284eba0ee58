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
    /// The folder of the record for the table of claims [default: the same]
    #[arg(long)]
    claims: Option<PathBuf>,
}

impl ReadmeCommand {
    /// Writes the READMEs of this folder.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        let record = Record::read(&self.record)?;
        record.check_consistency()?;
        let claims = self.claims.as_deref().map(Record::read).transpose()?;
        let claims = claims.as_ref().unwrap_or(&record);
        claims.check_consistency()?;
        readme::write(&record, claims, Path::new("."))?;
        Ok(ExitCode::SUCCESS)
    }
}
