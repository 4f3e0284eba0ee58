//! Text files that grow by whole lines. A killed process may leave a torn last line, which
//! is not read and which [`cut`] removes.

use std::{
    fs::{self, File},
    io::{ErrorKind, Write},
    path::Path,
};

use anyhow::Context;
use serde::de::DeserializeOwned;
use server::base::limits::BYTE_ORDER_MARK;

/// The whole lines of a file; none if there is no file.
pub fn read(path: &Path) -> anyhow::Result<String> {
    let mut bytes = match fs::read(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Vec::new(),
        bytes => bytes.with_context(|| format!("can't read {}", path.display()))?,
    };
    let end = bytes.iter().rposition(|&byte| byte == b'\n');
    bytes.truncate(end.map_or(0, |end| end + 1));
    String::from_utf8(bytes).with_context(|| format!("can't read {}", path.display()))
}

/// The whole lines of a file, one JSON value each.
pub fn parse<T: DeserializeOwned>(path: &Path) -> anyhow::Result<Vec<T>> {
    let parse = |(nth, line)| {
        let value = serde_json::from_str(line);
        value.with_context(|| format!("{}, line {}", path.display(), nth + 1))
    };
    let text = read(path)?;
    let lines = without_byte_order_mark(&text).lines();
    lines.enumerate().map(parse).collect()
}

/// A whole file as text, without a byte order mark.
pub fn text(path: &Path) -> anyhow::Result<String> {
    let text = fs::read_to_string(path);
    let text = text.with_context(|| format!("can't read {}", path.display()))?;
    Ok(without_byte_order_mark(&text).to_owned())
}

/// The JSON value of a file; `None` if there is no file.
pub fn json<T: DeserializeOwned>(path: &Path) -> anyhow::Result<Option<T>> {
    if !path.is_file() {
        return Ok(None);
    }
    let value = serde_json::from_str(&text(path)?);
    value.with_context(|| path.display().to_string())
}

/// A text without the byte order mark that an editor may have saved at its start.
pub fn without_byte_order_mark(text: &str) -> &str {
    text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text)
}

/// Adds lines to the end of a file, in one write.
pub fn append(path: &Path, lines: &[u8]) -> anyhow::Result<()> {
    let mut file = File::options().create(true).append(true).open(path)?;
    file.write_all(lines)
        .with_context(|| format!("can't write to {}", path.display()))
}

/// Removes a torn line, and all lines after the last one that is `kept`, from the end of a file.
pub fn cut(path: &Path, kept: impl Fn(&str) -> bool) -> anyhow::Result<()> {
    let text = read(path)?;
    let ends = text.split_inclusive('\n').rev();
    let dropped: usize = ends
        .take_while(|line| !kept(line))
        .map(|line| line.len())
        .sum();
    if path.is_file() {
        let file = File::options().write(true).open(path)?;
        file.set_len((text.len() - dropped) as u64)?;
    }
    Ok(())
}
