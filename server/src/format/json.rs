//! A JSON array: `[update,update]`, `[]` when nothing is due.

use super::{Format, Id};

/// A whole answer that a program reads.
pub const JSON: Format = Format {
    id: Id::Json,
    begin: |_| "[".into(),
    between: ",",
    end: "]",
    ..Format::PLAIN
};
