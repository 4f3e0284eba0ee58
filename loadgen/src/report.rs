//! x

use std::path::PathBuf;

use crate::record::Record;

/// x
pub fn write(record: &Record) -> anyhow::Result<PathBuf> {
    Ok(record.folder.path().join("index.html"))
}
