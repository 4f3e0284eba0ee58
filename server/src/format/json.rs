//! A JSON array: `[update,update]`, `[]` when nothing is due.

use super::Format;
use crate::feed::Update;

/// A whole answer that a program reads.
pub const JSON: Format = Format {
    way: 0,
    media_type: "application/json",
    begin: |_| "[".into(),
    update: |update: &Update| update.text.clone(),
    between: ",",
    notice: |text, _| text.to_owned().into(),
    heartbeat: b"",
    end: "]",
    farewell: |_| "".into(),
};
