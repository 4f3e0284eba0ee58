//! `loadgen calibrate`: verifies the instrument.

use std::process::ExitCode;

use clap::Args;
use humantime::Duration;
use server::settings;

use crate::{
    cli::{
        output::{exit_code, print_message, print_result},
        stop::unless_stopped,
    },
    measure::calibrate,
    record::calibration,
    show::table,
};

#[derive(Debug, Args)]
pub struct CalibrateCommand {
    /// Time for which each delay is measured
    #[arg(long, default_value = "2s", value_parser = settings::span)]
    duration: Duration,
    /// Print the checks as one JSON array
    #[arg(long)]
    json: bool,
}

impl CalibrateCommand {
    /// Runs all checks and prints them. The exit code is 1 if one fails.
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        let progress = |check: &str| print_message(&format!("calibration: {check}"));
        let checks = calibrate::calibrate(self.duration.into(), &progress);
        let checks = unless_stopped(checks, "calibration; there is no result").await?;
        let judged = calibration::judged(&checks);
        print_result(self.json, &judged, || table::of_checks(&checks))?;
        let complaint = calibration::complaint(&checks);
        if let Some(complaint) = &complaint {
            print_message(&format!("loadgen: {complaint}"));
        }
        Ok(exit_code(complaint.is_none()))
    }
}
