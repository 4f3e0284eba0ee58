//! One JSON text per line. An empty line is a heartbeat.

use super::Format;

/// A stream that a program reads line by line.
pub const JSON_LINES: Format = Format {
    way: 1,
    media_type: "application/x-ndjson",
    begin: |_| String::new(),
    update: |update| [&update.text[..], b"\n"].concat().into(),
    between: "",
    notice: |text, _| format!("{text}\n").into(),
    heartbeat: b"\n",
    end: "",
    farewell: |_| "".into(),
};
