//! Output: results go to standard output, everything else to standard error.

use std::{
    io::{self, ErrorKind, Write},
    process::ExitCode,
    time::Duration,
};

use anyhow::Context;
use indicatif::ProgressBar;
use serde::Serialize;

/// Prints results. A closed pipe, as after `| head`, is not an error.
pub fn print(text: &str) -> anyhow::Result<()> {
    let mut output = io::stdout().lock();
    let written = output.write_all(text.as_bytes());
    match written.and_then(|()| output.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        written => written.context("can't write to standard output"),
    }
}

/// Prints a result as JSON or as a table.
pub fn print_result(
    json: bool,
    result: &impl Serialize,
    table: impl FnOnce() -> String,
) -> anyhow::Result<()> {
    print(&match json {
        true => serde_json::to_string(result).context("the result can't be written")? + "\n",
        false => table(),
    })
}

/// The exit code: 0 or 1.
pub fn exit_code(is_success: bool) -> ExitCode {
    match is_success {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    }
}

/// A spinner with a message, drawn only if standard error is a terminal.
pub fn spinner() -> ProgressBar {
    let spinner = ProgressBar::new_spinner();
    spinner.enable_steady_tick(Duration::from_millis(200));
    spinner
}

/// Prints a message to standard error. A failed write is ignored, because there is no other place
/// to report it.
pub fn print_message(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}
