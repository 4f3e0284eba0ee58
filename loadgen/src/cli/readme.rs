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
    /// Folder of the record of `just bench wires`, for the answer at the beginning [default: the
    /// answer stays as it is]
    #[arg(long)]
    wires: Option<PathBuf>,
    /// Folder of the record of brokers, for the table of what they add [default: the table stays as
    /// it is]
    #[arg(long)]
    cluster: Option<PathBuf>,
}

impl ReadmeCommand {
    /// Rewrites the READMEs of the current folder.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        let record = consistent(&self.record)?;
        let claims = self.claims.as_deref().map(consistent).transpose()?;
        let wires = self.wires.as_deref().map(consistent).transpose()?;
        let cluster = self.cluster.as_deref().map(consistent).transpose()?;
        let claims = claims.as_ref().unwrap_or(&record);
        let (wires, cluster) = (wires.as_ref(), cluster.as_ref());
        readme::write(&record, claims, wires, cluster, Path::new("."))?;
        Ok(ExitCode::SUCCESS)
    }
}

/// Reads a record. An error if it is inconsistent.
fn consistent(folder: &Path) -> anyhow::Result<Record> {
    let record = Record::read(folder)?;
    record.check_consistency()?;
    Ok(record)
}
