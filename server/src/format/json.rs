//! A JSON array: `[update,update]`, or `[]` if nothing is due.

use super::{Format, Id};

/// A complete response for programs.
pub const JSON: Format = Format {
    id: Id::Json,
    begin: |_| "[".into(),
    between: ",",
    end: "]",
    ..Format::PLAIN
};
