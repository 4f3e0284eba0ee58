//! `loadgen browser`: measures each transport in a real browser and in the load generator.

use std::{path::PathBuf, process::ExitCode, time::Duration as Span};

use clap::Args;
use humantime::Duration;
use indicatif::{ProgressBar, ProgressStyle};
use server::{Transport, base::limits, settings};

use crate::{
    browser::{BrowserRun, Chromium},
    cli::{
        output::{exit_code, print_result},
        stop::unless_stopped,
    },
    measure::run::Phase,
    record::{Comparison, HttpVersion, Scenario},
    show,
};

#[derive(Debug, Args)]
pub struct BrowserCommand {
    /// Transports to measure, such as sse,websocket [default: all]
    #[arg(long, value_delimiter = ',', value_name = "TRANSPORTS")]
    transport: Vec<Transport>,
    /// Updates per second
    #[arg(long, default_value = "10", value_parser = limits::rate)]
    rate: f64,
    /// Length of each measuring window
    #[arg(long, default_value = "10s", value_parser = settings::span)]
    duration: Duration,
    /// Size of each update in bytes, at most 16 MiB
    #[arg(long, default_value = "100")]
    payload_bytes: usize,
    /// Round-trip time between client and server, at most 4s
    #[arg(long, default_value = "0ms")]
    rtt: Duration,
    /// HTTP version of both sides; 2 requires TLS, and a WebSocket stays on 1.1
    #[arg(long, value_enum, default_value = "1.1")]
    http: HttpVersion,
    /// Encrypt the connections: the servers are started with --tls
    #[arg(long)]
    tls: bool,
    /// Root folder of the project, whose page the browser opens
    #[arg(long, default_value = ".")]
    root: PathBuf,
    /// Print the rows as one JSON array
    #[arg(long)]
    json: bool,
}

impl BrowserCommand {
    /// Measures each transport twice and prints the rows. The exit code is 1 if a measurement
    /// failed.
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        let run = BrowserRun::new(self.scenario(), &self.root)?;
        let transports = match &self.transport[..] {
            [] => &Transport::ALL[..],
            named => named,
        };
        let (mut rows, mut version) = (Vec::new(), String::new());
        let bar = bar(2 * transports.len());
        let all = async {
            bar.set_message("starting the browser");
            let mut chromium = Chromium::start(Vec::new()).await?;
            version = chromium.version();
            for &transport in transports {
                let progress = |side: &str, phase: Phase| {
                    bar.set_message(format!("{transport} by {side}: {}", phase.words()));
                    if side == "the browser" && phase == Phase::Connect {
                        bar.inc(1);
                    }
                };
                let mut row = run.measure(transport, &mut chromium, &progress).await?;
                row.why = show::browser::why(&row, &run.scenario_of(transport));
                rows.push(row);
                bar.inc(1);
            }
            chromium.end().await;
            Ok(())
        };
        let finished = unless_stopped(all, "comparison").await;
        bar.finish_and_clear();
        // Also if the comparison was stopped early.
        if !rows.is_empty() {
            let table = || show::browser::of_rows(&run.scenario, &version, &rows);
            print_result(self.json, &rows, table)?;
        }
        finished?;
        Ok(exit_code(!rows.iter().any(Comparison::is_error)))
    }

    fn scenario(&self) -> Scenario {
        Scenario {
            name: "browser".into(),
            clients: 1,
            rate_per_s: Some(self.rate),
            payload_bytes: Some(self.payload_bytes),
            rtt: self.rtt.into(),
            duration: self.duration.into(),
            http_version: self.http,
            tls: self.tls || self.http == HttpVersion::Http2,
            ..Scenario::default()
        }
    }
}

/// Drawn only if standard error is a terminal.
fn bar(steps: usize) -> ProgressBar {
    let style = ProgressStyle::with_template("{bar:20} {pos}/{len} {msg}; {eta} left");
    let bar = ProgressBar::new(steps as u64);
    bar.set_style(style.expect("the template is valid"));
    bar.enable_steady_tick(Span::from_millis(200));
    bar
}
