//! How can two records be compared?

use std::{path::PathBuf, process::ExitCode};

use clap::Args;

use crate::{
    cli::output::{print, tell},
    record::Record,
    show::compare,
};

#[derive(Debug, Args)]
pub struct CompareCommand {
    /// The record to start from
    #[arg(value_name = "A")]
    first: PathBuf,
    /// The record that is held against it
    #[arg(value_name = "B")]
    second: PathBuf,
    /// End with exit code 1 where B is worse by more than this, such as 10%, and the intervals
    /// part, or where B has nothing to judge it by
    #[arg(long, value_parser = compare::percent)]
    threshold: Option<f64>,
}

impl CompareCommand {
    /// Prints both records. The exit code is 1 if the second one is worse than the threshold.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        let (first, second) = (Record::read(&self.first)?, Record::read(&self.second)?);
        let compared = compare::compare(&first, &second)?;
        let differences = first.environment.differences(&second.environment);
        if !differences.is_empty() {
            tell(&format!(
                "loadgen: the records differ in more than their numbers: {}",
                differences.join(", ")
            ));
        }
        print(&compared.table())?;
        let failures = self.threshold.map(|percent| compared.failures(percent));
        let failures = failures.unwrap_or_default();
        for failure in &failures {
            tell(&format!("loadgen: {failure}"));
        }
        Ok(match failures.is_empty() {
            true => ExitCode::SUCCESS,
            false => ExitCode::FAILURE,
        })
    }
}
