//! The table of the eight transports: when a response ends, and how its text is parsed.

use serde_json::value::RawValue;

/// When the response of a request is complete.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    Ended,
    Chunk,
    Frame,
}

/// One row of the table.
#[derive(Clone, Copy, Debug)]
pub struct Transport {
    pub name: &'static str,
    pub when: When,
    reader: fn(&[u8]) -> Vec<String>,
}

impl Transport {
    /// Parses the texts in a response, a chunk or the payload of a frame.
    pub fn read(self, part: &[u8]) -> Vec<String> {
        (self.reader)(part)
    }
}

pub const TRANSPORTS: [Transport; 8] = [
    row("page-refresh", When::Ended, list_items),
    row("polling", When::Ended, json_array),
    row("hidden-frame", When::Ended, script_tags),
    row("long-polling", When::Ended, json_array),
    row("forever-frame", When::Chunk, script_tags),
    row("http-streaming", When::Chunk, lines),
    row("sse", When::Chunk, events),
    row("websocket", When::Frame, |frame| vec![utf8(frame)]),
];

/// The notice that the feed started over, without missed updates.
pub const STARTED_OVER: &str = r#"{"started_over":true,"missed":0}"#;

const fn row(name: &'static str, when: When, read: fn(&[u8]) -> Vec<String>) -> Transport {
    Transport {
        name,
        when,
        reader: read,
    }
}

/// The four transports whose response stays open.
pub fn kept_open() -> impl Iterator<Item = Transport> {
    TRANSPORTS.into_iter().filter(|row| row.when != When::Ended)
}

/// The three transports whose response is sent in chunks.
pub fn chunked() -> impl Iterator<Item = Transport> {
    TRANSPORTS.into_iter().filter(|row| row.when == When::Chunk)
}

/// The four transports whose response ends.
pub fn ending() -> impl Iterator<Item = Transport> {
    TRANSPORTS.into_iter().filter(|row| row.when == When::Ended)
}

pub fn utf8(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("it is UTF-8")
}

/// The texts in a JSON array, unchanged.
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

/// The id of an update is the position after it. The id of a notice is the position from which the
/// stream continues.
fn events(body: &[u8]) -> Vec<String> {
    let text = utf8(body);
    let events = text.split_terminator("\n\n");
    let events = events.filter(|event| !event.starts_with("retry: ") && *event != ":");
    let data = events.map(|event| match event.split_once('\n') {
        Some((id, data)) => {
            let data = data.strip_prefix("data: ").expect("data");
            if let Some(position) = position(data) {
                assert_eq!(id, format!("id: {position}"), "{event}");
            }
            data.to_owned()
        }
        None => event.strip_prefix("data: ").expect("data").to_owned(),
    });
    data.collect()
}

/// The `seq` in the text of an update; `None` for a notice.
pub fn seq(text: &str) -> Option<u64> {
    Some(numbers(text)?.0)
}

/// The position after an update, computed from its text as a client does; `None` for a notice.
pub fn position(text: &str) -> Option<String> {
    let (seq, at_us) = numbers(text)?;
    let mut rest = (at_us % 1_048_573) as u32;
    let mut check = String::new();
    for _ in 0..4 {
        check.insert(0, char::from_digit(rest % 36, 36).expect("a digit"));
        rest /= 36;
    }
    Some(format!("{seq}.{check}"))
}

/// The planned time in the text of an update.
pub fn at_us(text: &str) -> u64 {
    numbers(text).expect("an update").1
}

/// The data in the text of an update.
pub fn data(text: &str) -> &str {
    let (_, data) = text.split_once("\"data\":").expect("an update");
    data.strip_suffix('}').expect("an update")
}

/// `seq` and `at_us` in the text of an update.
fn numbers(text: &str) -> Option<(u64, u64)> {
    let rest = text.strip_prefix("{\"seq\":")?;
    let (seq, rest) = rest.split_once(",\"at_us\":")?;
    let (at_us, _) = rest.split_once(',')?;
    Some((seq.parse().ok()?, at_us.parse().ok()?))
}

#[test]
fn a_position_is_the_seq_and_a_check_of_the_time() {
    let of = |at_us: u64| position(&format!("{{\"seq\":42,\"at_us\":{at_us},\"data\":1}}"));
    assert_eq!(of(1_763_890_000_123_456).unwrap(), "42.iy6m");
    assert_eq!(of(1_763_890_001_123_456).unwrap(), "42.hwpd");
    assert_eq!(of(1_048_573).unwrap(), "42.0000");
}
