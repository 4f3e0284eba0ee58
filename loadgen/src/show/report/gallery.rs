//! The gallery of records, newest first, each with its comparison chart.

use std::{fs, path::Path};

use anyhow::Context;
use maud::{Markup, html};

use super::document::{GALLERY, document};
use crate::{
    record::Record,
    show::{kind::Kind, language::Language},
};

/// A record in the gallery.
struct Entry {
    /// The name of its folder.
    name: String,
    /// The record, or the reason why it can't be read.
    record: Result<Record, String>,
    /// The path of the first comparison chart in its folder.
    chart: Option<String>,
}

/// The records in a folder, sorted by name, which begins with the day.
fn entries(results: &Path) -> anyhow::Result<Vec<Entry>> {
    let folder = fs::read_dir(results);
    let folder = folder.with_context(|| format!("can't read {}", results.display()))?;
    let mut entries = Vec::new();
    for found in folder {
        let path = found?.path();
        if path.join("measurements.jsonl").is_file() {
            entries.push(entry(&path));
        }
    }
    entries.sort_by(|a, b| b.name.cmp(&a.name));
    Ok(entries)
}

fn entry(path: &Path) -> Entry {
    let name = path.file_name().unwrap_or_default();
    let record = Record::read(path);
    let parts = record.iter().flat_map(|record| &record.suite.scenarios);
    let mut charts =
        parts.map(|part| Kind::Comparison.path(&part.scenario.name, Language::English));
    Entry {
        name: name.to_string_lossy().into_owned(),
        chart: charts.find(|chart| path.join(chart).is_file()),
        // The whole error chain would contain paths of this machine.
        record: record.map_err(|error| error.root_cause().to_string()),
    }
}

/// The page of all records in a folder.
pub fn page(results: &Path) -> anyhow::Result<Markup> {
    let entries = entries(results)?;
    let body = html! {
        header {
            h1 { "Recorded results" }
            p {
                "Measurements of long polling, WebSocket and six other transports. Each record contains \
                 its data; its charts and its report are drawn from them."
            }
        }
        main {
            ul.records { @for entry in &entries { li { (shown(entry)) } } }
        }
    };
    Ok(document("Recorded results", GALLERY, body))
}

fn shown(entry: &Entry) -> Markup {
    let link = format!("{}/index.html", entry.name);
    html! {
        @if let Some(chart) = &entry.chart {
            a href=(link) {
                img src={ (entry.name) "/" (chart) } width="1280" height="720" loading="lazy"
                    alt={ "long-polling and websocket in the record " (entry.name) };
            }
        }
        h2 { a href=(link) { (entry.name) } }
        @match &entry.record {
            Ok(record) => {
                p { "Suite “" (record.suite.name) "”. " (Language::English.words().origin(record)) }
                p.quiet { (record.environment.cpu.as_deref().unwrap_or("unknown processor")) }
            }
            Err(reason) => p { "This record can't be read: " (reason) },
        }
    }
}
