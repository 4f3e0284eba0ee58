//! Output: results go to standard output, everything else to standard error.

use std::io::{self, ErrorKind, Write};

use anyhow::Context;

/// Prints results. A closed pipe, as after `| head`, is not an error.
pub fn print(text: &str) -> anyhow::Result<()> {
    let mut output = io::stdout().lock();
    let written = output.write_all(text.as_bytes());
    match written.and_then(|()| output.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        written => written.context("can't write to standard output"),
    }
}

/// Prints a message to standard error. A failed write is ignored, because there is no other place
/// to report it.
pub fn print_message(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}
