//! Server-sent events (WHATWG HTML, section 9.2): each line is a field, an empty line ends an
//! event, and a line that starts with a colon is a comment.

use super::{Format, Id};

/// A stream that the browser's `EventSource` parses and resumes.
pub const EVENT_STREAM: Format = Format {
    id: Id::EventStream,
    media_type: "text/event-stream",
    begin: |again| format!("retry: {}\n\n", again.interval.as_millis()),
    update: |update| {
        let id = format!("id: {}\ndata: ", update.position());
        [id.as_bytes(), &update.text, b"\n\n"].concat().into()
    },
    // Has an id; otherwise the browser would resume at the position that has left the history.
    notice: |text, position| format!("id: {position}\ndata: {text}\n\n").into(),
    heartbeat: b":\n\n",
    ..Format::PLAIN
};
