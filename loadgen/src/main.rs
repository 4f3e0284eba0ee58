//! The load generator as a program.

use std::{
    io::{self, IsTerminal},
    process::ExitCode,
};

use clap::Parser;
use loadgen::cli::{Cli, output::tell};
use tracing_subscriber::EnvFilter;

#[tokio::main]
async fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::try_from_default_env().unwrap_or_else(|_| "warn".into()))
        .with_ansi(io::stderr().is_terminal())
        .with_writer(io::stderr)
        // It would report a line that can't be written by another one, which panics.
        .log_internal_errors(false)
        .init();
    match Cli::parse().run().await {
        Ok(code) => code,
        Err(error) => {
            tell(&format!("loadgen: {error:#}"));
            ExitCode::FAILURE
        }
    }
}
