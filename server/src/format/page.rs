//! An HTML page with the updates as list items. It contains the URL and the delay at which the
//! browser loads the page again.

use super::{Format, Id, Repeat};
use crate::base::limits::refresh_after;

/// A page for people, which the browser reloads.
pub const PAGE: Format = Format {
    id: Id::Page,
    media_type: "text/html; charset=utf-8",
    begin: |again| begin(again, ""),
    update: |update| [OPEN, &update.text, CLOSE].concat().into(),
    notice: |text, _| [OPEN, text.as_bytes(), CLOSE].concat().into(),
    end: "</ol>\n",
    ..Format::PLAIN
};

/// The same page with a field for a message at its end. The page around it sends the message.
pub const PAGE_WITH_INPUT: Format = Format {
    begin: |again| begin(again, "&amp;input=1"),
    end: "</ol>\n<form id=\"line\"><input name=\"text\" autocomplete=\"off\" \
          aria-label=\"Message\"><button>Send</button></form>\n",
    ..PAGE
};

const OPEN: &[u8] = b"<li>";
const CLOSE: &[u8] = b"</li>\n";

/// Begins a page whose URL of the next request ends with `more`.
fn begin(again: &Repeat, more: &str) -> String {
    let seconds = refresh_after(again.interval).as_secs();
    let max = again
        .max
        .map_or(String::new(), |max| format!("&amp;max={max}"));
    // The URL is relative, so the format need not know its own path.
    format!(
        "<!doctype html><meta http-equiv=\"refresh\" content=\"{seconds};url=?after={}{max}{more}\">\
         <title>updates</title>\n<ol>\n",
        again.after
    )
}
