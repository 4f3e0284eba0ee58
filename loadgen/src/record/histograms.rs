//! The histograms of a record: one log in HdrHistogram's own format, in which each histogram has a
//! tag.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context, anyhow, bail};
use base64::{Engine, prelude::BASE64_STANDARD};
use hdrhistogram::{
    Histogram,
    serialization::{
        Deserializer, V2DeflateSerializer,
        interval_log::{
            IntervalLogIterator, IntervalLogWriterBuilder, LogEntry, LogIteratorError, Tag,
        },
    },
};

use crate::record::{Direction, lines, row::Row};

/// The first line of a log.
pub const HEADER: &str = "#Tag=scenario/transport/repeat/kind; values in microseconds from the \
                          planned instant of each update\n";

/// Kind of histogram: times from the planned time of an update to its arrival.
pub const LATENCY: &str = "latency";
/// Kind of histogram: times from the planned time of a publish until the server accepted it.
pub const ACCEPTED: &str = "accepted";
/// Kind of histogram: times from the planned time of a publish until its publisher received it.
pub const ROUND_TRIP: &str = "round-trip";

/// The kinds of histogram that every valid measurement of a direction has.
pub const fn kinds(direction: Direction) -> &'static [&'static str] {
    match direction {
        Direction::Down => &[LATENCY],
        Direction::Up => &[LATENCY, ACCEPTED, ROUND_TRIP],
    }
}

/// The histograms of a record by tag. Each is decoded on demand.
#[derive(Debug)]
pub struct Histograms {
    path: PathBuf,
    encoded: HashMap<String, String>,
}

impl Histograms {
    /// Reads the histograms of a log, without decoding them.
    pub fn read(path: &Path) -> anyhow::Result<Self> {
        let text = lines::read(path)?;
        let text = lines::without_byte_order_mark(&text);
        let mut encoded = HashMap::new();
        for entry in IntervalLogIterator::new(text.as_bytes()) {
            let entry = entry.map_err(|LogIteratorError::ParseError { offset }| {
                let line = text[..offset].lines().count() + 1;
                anyhow!("{}, line {line}: not a histogram", path.display())
            })?;
            let LogEntry::Interval(interval) = entry else {
                continue;
            };
            let tag = interval.tag().map_or("", |tag| tag.as_str());
            let histogram = interval.encoded_histogram().to_owned();
            if encoded.insert(tag.to_owned(), histogram).is_some() {
                bail!("{}: two histograms have the tag '{tag}'", path.display());
            }
        }
        let path = path.to_owned();
        Ok(Self { path, encoded })
    }

    /// The tags of all histograms.
    pub fn tags(&self) -> impl Iterator<Item = &str> {
        self.encoded.keys().map(String::as_str)
    }

    /// The histogram of a kind of a row. An error if it is missing or damaged.
    pub fn get(&self, row: &Row, kind: &str) -> anyhow::Result<Histogram<u64>> {
        let tag = tag(row, kind);
        let path = self.path.display();
        let encoded = self.encoded.get(&tag);
        let encoded =
            encoded.with_context(|| format!("{path}: no histogram has the tag '{tag}'"))?;
        decode(encoded).with_context(|| format!("{path}: the histogram with the tag '{tag}'"))
    }
}

fn decode(encoded: &str) -> anyhow::Result<Histogram<u64>> {
    let bytes = BASE64_STANDARD.decode(encoded)?;
    Ok(Deserializer::new().deserialize(&mut bytes.as_slice())?)
}

fn tag(row: &Row, kind: &str) -> String {
    format!("{}/{kind}", row.key())
}

/// The key of the row to which a line of the log belongs; `None` for a comment.
pub fn key(line: &str) -> Option<&str> {
    let (tag, _) = line.strip_prefix("Tag=")?.split_once(',')?;
    Some(tag.rsplit_once('/')?.0)
}

/// The lines of a row's histograms, each with its kind: an interval for the measuring window.
pub fn log(row: &Row, histograms: &[(&str, Histogram<u64>)]) -> anyhow::Result<Vec<u8>> {
    let window = Duration::from_secs_f64(row.measurement.conditions.duration_s);
    let mut text = Vec::new();
    let mut serializer = V2DeflateSerializer::new();
    let mut log = IntervalLogWriterBuilder::new().begin_log_with(&mut text, &mut serializer)?;
    for (kind, histogram) in histograms {
        let tag = tag(row, kind);
        log.write_histogram(histogram, Duration::ZERO, window, Tag::new(&tag))
            .map_err(|error| anyhow!("can't write the histogram {tag}: {error:?}"))?;
    }
    Ok(text)
}
