//! How does the program speak? Results go to standard output, all else to standard error.

use std::io::{self, ErrorKind, Write};

use anyhow::Context;

/// Prints results. A reader that has left, as `head` does, is no error.
pub fn print(text: &str) -> anyhow::Result<()> {
    let mut output = io::stdout().lock();
    let written = output.write_all(text.as_bytes());
    match written.and_then(|()| output.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        written => written.context("can't write to standard output"),
    }
}

/// Says what is no result. If standard error cannot be written to, nothing else can be done.
pub fn tell(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}
