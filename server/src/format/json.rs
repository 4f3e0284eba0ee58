//! A JSON array: `[update,update]`, or `[]` if nothing is due.

use super::Format;

/// A complete response for programs.
pub const JSON: Format = Format {
    begin: |_| "[".into(),
    between: ",",
    end: "]",
    ..Format::PLAIN
};
