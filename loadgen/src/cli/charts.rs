//! `loadgen charts`: draws the charts of a record.

use std::{path::PathBuf, process::ExitCode};

use clap::Args;
use server::Transport;

use crate::{
    cli::output::{print, print_message},
    record::Record,
    show::{
        chart::{self, Drawn, png::Fonts},
        table,
    },
};

#[derive(Debug, Args)]
pub struct ChartsCommand {
    /// The record's folder
    record: PathBuf,
    /// Draw only the messages of these transports side by side, such as
    /// long-polling,sse,websocket: two to eight transports that the record has captured
    #[arg(long, value_delimiter = ',', value_name = "TRANSPORTS")]
    compare: Vec<Transport>,
}

impl ChartsCommand {
    /// Draws the charts and prints their paths.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        let record = Record::read(&self.record)?;
        let paths = match self.compare.is_empty() {
            true => draw_all(&record)?,
            false => {
                let charts = chart::beside_each_other(&record, &self.compare)?;
                report_refused(chart::write(&record, &charts, &Fonts::installed())?)
            }
        };
        for path in paths {
            print(&format!("{}\n", path.display()))?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// Prints why a PNG was not drawn, which is not a failure, and returns the paths of the charts.
fn report_refused(drawn: Drawn) -> Vec<PathBuf> {
    for reason in &drawn.refused {
        print_message(&format!("loadgen: {reason}"));
    }
    drawn.paths
}

/// Writes all charts of a record and its table of claims.
pub fn draw_all(record: &Record) -> anyhow::Result<Vec<PathBuf>> {
    let mut paths = report_refused(chart::draw(record, &Fonts::installed())?);
    paths.push(table::write_claims(record)?);
    Ok(paths)
}
