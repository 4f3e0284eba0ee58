//! `loadgen torture`: what clients receive while brokers and servers fail.

use std::{fs, path::PathBuf, process::ExitCode, time};

use anyhow::Context;
use clap::Args;
use humantime::Duration;
use server::{base::limits, settings};

use crate::{
    cli::{
        output::{exit_code, print_message, print_result, spinner},
        stop::unless_stopped,
    },
    record::{Folder, torture::TORTURE},
    show::{number::grouped, torture::of_torture},
    torture::{self, Progress, TortureOptions, faults::FaultKind},
};

#[derive(Debug, Args)]
pub struct TortureCommand {
    /// Three NATS brokers and three servers on this machine, the only arrangement; requires root,
    /// because each broker is started in a network namespace
    #[arg(long, required = true)]
    cluster: bool,
    /// Without disconnecting brokers from the network; does not require root
    #[arg(long)]
    no_partition: bool,
    /// Time for which updates are published and faults occur
    #[arg(long, default_value = "10m", value_parser = settings::span)]
    duration: Duration,
    /// Number of clients of each transport
    #[arg(long, default_value = "100", value_parser = clap::value_parser!(u16).range(1..))]
    clients: u16,
    /// Updates per second
    #[arg(long, default_value = "40", value_parser = limits::rate)]
    rate: f64,
    /// Print the result as one JSON object
    #[arg(long)]
    json: bool,
    /// Also write the result to torture.json in this folder
    #[arg(long, value_name = "FOLDER")]
    record: Option<PathBuf>,
}

impl TortureCommand {
    /// Runs it and prints the result. The exit code is 1 if an update was lost or duplicated.
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        if let Some(folder) = &self.record {
            Folder::require_writable(folder)?;
        }
        let options = self.options();
        let bar = spinner();
        let begin = time::Instant::now();
        let progress = |progress| match progress {
            Progress::Event(event) => {
                let seconds = begin.elapsed().as_secs();
                bar.suspend(|| print_message(&format!("{seconds:4} s  {event}")));
            }
            Progress::Running(time, deliveries) => {
                let (seconds, deliveries) = (time.as_secs(), grouped(deliveries as f64, 0));
                let of = self.duration;
                bar.set_message(format!("{seconds} s of {of}: {deliveries} deliveries"));
            }
        };
        let run = torture::run(&options, &progress);
        let result = unless_stopped(run, "run; there is no result").await?;
        bar.finish_and_clear();
        if let Some(folder) = &self.record {
            let file = folder.join(TORTURE);
            let pretty = serde_json::to_string_pretty(&result)? + "\n";
            fs::write(&file, pretty).with_context(|| format!("can't write {}", file.display()))?;
        }
        print_result(self.json, &result, || of_torture(&result))?;
        Ok(exit_code(result.is_passed()))
    }

    fn options(&self) -> TortureOptions {
        let faults = FaultKind::ALL.into_iter();
        let faults = faults.filter(|fault| !self.no_partition || !fault.needs_namespaces());
        TortureOptions {
            brokers: 3,
            servers: 3,
            clients: self.clients.into(),
            rate_per_s: self.rate,
            duration: self.duration.into(),
            faults: faults.collect(),
            longest_fault: time::Duration::MAX,
            pause: time::Duration::from_secs(5),
        }
    }
}
