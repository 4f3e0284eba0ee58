//! Script tags that a frame runs as they arrive, each calling `receive` of the page around it
//! with the update as an object literal.

use super::Format;

/// A document for a frame, whole or written on and on.
pub const SCRIPT_TAGS: Format = Format {
    way: 2,
    media_type: "text/html; charset=utf-8",
    begin: |_| "<!doctype html><title>updates</title>\n".into(),
    update: |update| [OPEN, &update.text, CLOSE].concat().into(),
    between: "",
    notice: |text, _| [OPEN, text.as_bytes(), CLOSE].concat().into(),
    heartbeat: b"\n",
    end: "",
    farewell: |_| "".into(),
};

const OPEN: &[u8] = b"<script>parent.receive(";
const CLOSE: &[u8] = b")</script>\n";
