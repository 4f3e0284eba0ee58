//! Script tags that a frame runs as they arrive. Each calls `receive` of the parent page with the
//! update as an object literal.

use super::{Format, Id};

/// A document for a frame, either complete or never ending.
pub const SCRIPT_TAGS: Format = Format {
    id: Id::ScriptTags,
    media_type: "text/html; charset=utf-8",
    begin: |_| "<!doctype html><title>updates</title>\n".into(),
    update: |update| [OPEN, &update.text, CLOSE].concat().into(),
    notice: |text, _| [OPEN, text.as_bytes(), CLOSE].concat().into(),
    heartbeat: b"\n",
    ..Format::PLAIN
};

const OPEN: &[u8] = b"<script>parent.receive(";
const CLOSE: &[u8] = b")</script>\n";
