//! An HTML page with the updates as list items. The page carries the address and the delay at
//! which the browser loads it again.

use super::{Again, Format};

/// A page that a person reads and the browser loads again.
pub const PAGE: Format = Format {
    way: 3,
    media_type: "text/html; charset=utf-8",
    begin,
    update: |update| [OPEN, &update.text, CLOSE].concat().into(),
    between: "",
    notice: |text, _| [OPEN, text.as_bytes(), CLOSE].concat().into(),
    heartbeat: b"",
    end: "</ol>\n",
    farewell: |_| "".into(),
};

const OPEN: &[u8] = b"<li>";
const CLOSE: &[u8] = b"</li>\n";

fn begin(again: &Again) -> String {
    // The address is relative to the page's own, so the format need not know where it is served.
    // A browser reads whole seconds and takes half a second for none (WHATWG HTML, section
    // 4.2.5.3): it would ask without a pause.
    let seconds = again.interval.as_secs_f64().ceil();
    format!(
        "<!doctype html><meta http-equiv=\"refresh\" content=\"{};url=?after={}\">\
         <title>updates</title>\n<ol>\n",
        seconds, again.after
    )
}
