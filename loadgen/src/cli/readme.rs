//! How does a record get into the READMEs?

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::Args;

use crate::{record::Record, show::readme};

#[derive(Debug, Args)]
pub struct Readme {
    /// The record's folder
    record: PathBuf,
}

impl Readme {
    /// Writes the READMEs of this folder.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        readme::write(&Record::read(&self.record)?, Path::new("."))?;
        Ok(ExitCode::SUCCESS)
    }
}
