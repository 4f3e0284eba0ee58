//! The load generator as a program.

use std::{
    io::{self, IsTerminal},
    process::ExitCode,
    thread,
};

use clap::Parser;
use loadgen::cli::{Cli, output::tell};
use tracing_subscriber::EnvFilter;

fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::try_from_default_env().unwrap_or_else(|_| "warn".into()))
        .with_ansi(io::stderr().is_terminal())
        .with_writer(io::stderr)
        // It would report a line that can't be written by another one, which panics.
        .log_internal_errors(false)
        .init();
    match run(Cli::parse()) {
        Ok(code) => code,
        Err(error) => {
            tell(&format!("loadgen: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

/// Runs the clients on half of the cores: on all of them they would take from the server what it
/// needs to send the next update, and nothing is gained, since arrivals have the kernel's time.
fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    let cores = thread::available_parallelism().map_or(1, |cores| cores.get());
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(cores.div_ceil(2))
        .enable_all()
        .build()?;
    runtime.block_on(cli.run())
}
