//! `loadgen compare`: compares two records.

use std::{path::PathBuf, process::ExitCode};

use clap::Args;

use crate::{
    cli::output::{exit_code, print, print_message},
    record::Record,
    show::compare,
};

#[derive(Debug, Args)]
pub struct CompareCommand {
    /// The baseline record
    #[arg(value_name = "A")]
    first: PathBuf,
    /// The record to compare with it
    #[arg(value_name = "B")]
    second: PathBuf,
    /// Exit with 1 if a value of B is worse by more than this percentage, such as 10%, and the
    /// confidence intervals do not overlap, if B lacks a value that A has, or if a value has a
    /// single repeat
    #[arg(long, value_parser = compare::percent)]
    threshold: Option<f64>,
}

impl CompareCommand {
    /// Prints the comparison. The exit code is 1 if the second record exceeds the threshold.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        let (first, second) = (Record::read(&self.first)?, Record::read(&self.second)?);
        let compared = compare::compare(&first, &second)?;
        let differences = first.environment.differences(&second.environment);
        if !differences.is_empty() {
            print_message(&format!(
                "loadgen: the records were not measured under the same conditions: {}",
                differences.join(", ")
            ));
        }
        print(&compared.table())?;
        let failures = self.threshold.map(|percent| compared.failures(percent));
        let failures = failures.unwrap_or_default();
        for failure in &failures {
            print_message(&format!("loadgen: {failure}"));
        }
        Ok(exit_code(failures.is_empty()))
    }
}
