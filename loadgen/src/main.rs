//! The load generator as a program.

use std::{
    io::{self, IsTerminal},
    process::ExitCode,
    thread,
};

use clap::Parser;
use loadgen::cli::{
    Cli,
    output::print_message,
    stop::{INTERRUPTED, Stopped},
};
use tracing_subscriber::EnvFilter;

fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::try_from_default_env().unwrap_or_else(|_| "warn".into()))
        .with_ansi(io::stderr().is_terminal())
        .with_writer(io::stderr)
        // Otherwise a failed write to standard error is reported by a second write, which panics.
        .log_internal_errors(false)
        .init();
    match run(Cli::parse()) {
        Ok(code) => code,
        Err(error) => {
            print_message(&format!("loadgen: {error:#}"));
            match error.is::<Stopped>() {
                true => INTERRUPTED.into(),
                false => ExitCode::FAILURE,
            }
        }
    }
}

/// Runs the clients on half of the cores. On all cores they would compete with the server. More
/// cores would not improve the latencies, because arrivals have the kernel's timestamp.
fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    let cores = thread::available_parallelism().map_or(1, |cores| cores.get());
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(cores.div_ceil(2))
        .enable_all()
        .build()?;
    runtime.block_on(cli.run())
}
