//! What can be asked of the calibration?

use std::process::ExitCode;

use clap::Args;
use humantime::Duration;
use server::settings;

use crate::{
    cli::{
        output::{print, tell},
        stop::{INTERRUPTED, unless_stopped},
    },
    measure::calibrate,
    record::calibration,
    show::table,
};

#[derive(Debug, Args)]
pub struct CalibrateCommand {
    /// How long each delay is read back
    #[arg(long, default_value = "2s", value_parser = settings::span)]
    duration: Duration,
    /// Print the checks as one JSON array
    #[arg(long)]
    json: bool,
}

impl CalibrateCommand {
    /// Makes all checks and prints them. The exit code is 1 if one does not hold.
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        let told = |what: &str| tell(&format!("calibrates: {what}"));
        let checks = calibrate::calibrate(self.duration.into(), &told);
        let Some(checks) = unless_stopped(checks, "calibration: nothing is known").await? else {
            return Ok(INTERRUPTED.into());
        };
        match self.json {
            true => print(&(serde_json::to_string(&calibration::judged(&checks))? + "\n"))?,
            false => print(&table::of_checks(&checks))?,
        }
        Ok(match calibration::complaint(&checks) {
            None => ExitCode::SUCCESS,
            Some(complaint) => {
                tell(&format!("loadgen: {complaint}"));
                ExitCode::FAILURE
            }
        })
    }
}
