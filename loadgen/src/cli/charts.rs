//! Which charts of a record can be asked for?

use std::{path::PathBuf, process::ExitCode};

use clap::Args;
use server::Transport;

use crate::{
    cli::output::{print, tell},
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
    /// Instead, draw the messages of these beside each other, such as
    /// long-polling,sse,websocket: two to eight that the record has captured
    #[arg(long, value_delimiter = ',', value_name = "TRANSPORTS")]
    compare: Vec<Transport>,
}

impl ChartsCommand {
    /// Draws, and prints the paths of what was drawn.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        let record = Record::read(&self.record)?;
        let paths = match self.compare.is_empty() {
            true => draw_all(&record)?,
            false => {
                let charts = chart::beside_each_other(&record, &self.compare)?;
                told(chart::write(&record, &charts, &Fonts::installed())?)
            }
        };
        for path in paths {
            print(&format!("{}\n", path.display()))?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// The paths of what was drawn. A PNG that cannot be drawn is reported, and is no failure.
fn told(drawn: Drawn) -> Vec<PathBuf> {
    for reason in &drawn.refused {
        tell(&format!("loadgen: {reason}"));
    }
    drawn.paths
}

/// Writes all charts of a record, and its claims as a table.
pub fn draw_all(record: &Record) -> anyhow::Result<Vec<PathBuf>> {
    let mut paths = told(chart::draw(record, &Fonts::installed())?);
    paths.push(table::write_claims(record)?);
    Ok(paths)
}
