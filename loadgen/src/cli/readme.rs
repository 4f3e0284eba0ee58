//! `loadgen readme`: writes the table and the chart of a record into the READMEs.

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
    /// Folder of the record from which the table of claims is made [default: the same record]
    #[arg(long)]
    claims: Option<PathBuf>,
}

impl ReadmeCommand {
    /// Rewrites the READMEs of the current folder.
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
