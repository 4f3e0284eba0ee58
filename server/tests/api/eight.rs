//! The table of the eight: WHEN an answer ends, and how its text is read.

use serde_json::value::RawValue;

/// When the client has what it asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    Ended,
    Chunk,
    Frame,
}

/// One row of the table: a way to wait and a way to read.
#[derive(Clone, Copy, Debug)]
pub struct Transport {
    pub name: &'static str,
    pub when: When,
    reader: fn(&[u8]) -> Vec<String>,
}

impl Transport {
    /// The texts in an answer, a chunk or the payload of a frame.
    pub fn read(self, part: &[u8]) -> Vec<String> {
        (self.reader)(part)
    }
}

pub const EIGHT: [Transport; 8] = [
    row("page-refresh", When::Ended, list_items),
    row("polling", When::Ended, json_array),
    row("hidden-frame", When::Ended, script_tags),
    row("long-polling", When::Ended, json_array),
    row("forever-frame", When::Chunk, script_tags),
    row("http-streaming", When::Chunk, lines),
    row("sse", When::Chunk, events),
    row("websocket", When::Frame, |frame| vec![utf8(frame)]),
];

const fn row(name: &'static str, when: When, read: fn(&[u8]) -> Vec<String>) -> Transport {
    Transport {
        name,
        when,
        reader: read,
    }
}

/// The four whose response stays open.
pub fn kept_open() -> impl Iterator<Item = Transport> {
    EIGHT.into_iter().filter(|row| row.when != When::Ended)
}

/// The four whose response ends.
pub fn ending() -> impl Iterator<Item = Transport> {
    EIGHT.into_iter().filter(|row| row.when == When::Ended)
}

pub fn utf8(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("it is UTF-8")
}

/// The texts in a JSON array, untouched.
pub fn json_array(body: &[u8]) -> Vec<String> {
    let items: Vec<Box<RawValue>> = serde_json::from_slice(body).expect("a JSON array");
    items.iter().map(|item| item.get().to_owned()).collect()
}

fn between(body: &[u8], open: &str, close: &str) -> Vec<String> {
    let text = utf8(body);
    let lines = text.lines().filter_map(|line| line.strip_prefix(open));
    let inner = lines.map(|line| line.strip_suffix(close).expect("one update in one line"));
    inner.map(str::to_owned).collect()
}

fn list_items(body: &[u8]) -> Vec<String> {
    between(body, "<li>", "</li>")
}

fn script_tags(body: &[u8]) -> Vec<String> {
    between(body, "<script>parent.receive(", ")</script>")
}

fn lines(body: &[u8]) -> Vec<String> {
    let text = utf8(body);
    let full = text.lines().filter(|line| !line.is_empty());
    full.map(str::to_owned).collect()
}

/// The id of an update is its `seq`; that of a notice is the place from which it goes on.
fn events(body: &[u8]) -> Vec<String> {
    let text = utf8(body);
    let events = text.split_terminator("\n\n");
    let events = events.filter(|event| !event.starts_with("retry: ") && *event != ":");
    let data = events.map(|event| match event.split_once('\n') {
        Some((id, data)) => {
            let data = data.strip_prefix("data: ").expect("data");
            if let Some(seq) = seq(data) {
                assert_eq!(id, format!("id: {seq}"), "{event}");
            }
            data.to_owned()
        }
        None => event.strip_prefix("data: ").expect("data").to_owned(),
    });
    data.collect()
}

/// The `seq` in the text of an update; `None` for a notice.
pub fn seq(text: &str) -> Option<u64> {
    let rest = text.strip_prefix("{\"seq\":")?;
    rest.split_once(",\"at_us\":")?.0.parse().ok()
}
