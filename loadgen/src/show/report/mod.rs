//! The report of a record, a page that works offline, and the gallery of all records. Both are pure
//! functions of the recorded data.
//!
//! - [`page`]: the report.
//! - [`story`]: its charts, in the order of the lesson.
//! - [`caption`]: a chart with its explanation.
//! - [`tables`]: all numbers.
//! - [`cluster`]: brokers and several servers.
//! - [`gallery`]: the records, newest first.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, bail};

use self::document::GALLERY;
use crate::{record::Record, show::chart};

pub mod caption;
pub mod cluster;
mod document;
pub mod gallery;
pub mod page;
pub mod story;
pub mod tables;

const INDEX: &str = "index.html";

/// Writes the report of a record into its folder, and the gallery into the folder above. Nothing is
/// written if the record is inconsistent.
pub fn write(record: &Record) -> anyhow::Result<PathBuf> {
    record.check_consistency()?;
    let folder = record.folder.path();
    let page = folder.join(INDEX);
    let charts = chart::all(record);
    let text = page::page(record, &charts).into_string();
    fs::write(&page, text).with_context(|| format!("can't write {}", page.display()))?;
    let folder = folder.canonicalize()?;
    if let Some(results) = folder.parent() {
        write_gallery(results)?;
    }
    Ok(page)
}

fn write_gallery(results: &Path) -> anyhow::Result<()> {
    let path = results.join(INDEX);
    if let Ok(old) = fs::read_to_string(&path)
        && !old.contains(GALLERY)
    {
        bail!(
            "{} is not a gallery of records and is not overwritten: keep records in a separate \
             folder",
            path.display()
        );
    }
    let text = gallery::page(results)?.into_string();
    fs::write(&path, text).with_context(|| format!("can't write {}", path.display()))
}
