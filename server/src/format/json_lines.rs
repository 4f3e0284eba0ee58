//! One JSON text per line. An empty line is a heartbeat.

use super::{Format, Id};

/// A stream for programs that read line by line.
pub const JSON_LINES: Format = Format {
    id: Id::JsonLines,
    media_type: "application/x-ndjson",
    update: |update| [&update.text[..], b"\n"].concat().into(),
    notice: |text, _| format!("{text}\n").into(),
    heartbeat: b"\n",
    ..Format::PLAIN
};
