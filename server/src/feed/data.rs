//! The data of an update, written in a form that is safe in every format.

use serde_json::Value;
use thiserror::Error;

pub use crate::base::limits::{BYTE_ORDER_MARK, LONGEST_PUBLISHED};

/// One JSON value in a form that is safe in every format.
///
/// `<`, `>`, `&`, U+2028 and U+2029 are JSON escapes, and there is no line break, so script tags,
/// lines, events and pages carry the same bytes unchanged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Data(String);

/// The text is not valid data.
#[derive(Debug, Error)]
pub enum DataError {
    /// The text is not one JSON value (RFC 8259).
    #[error("the data is not one JSON value: {0}")]
    NotJson(#[from] serde_json::Error),
    /// In a script tag, an object literal with this key would set the object's prototype.
    #[error("the data contains the key \"__proto__\", which is not allowed")]
    Prototype,
}

impl Data {
    /// Parses one JSON value.
    ///
    /// Keys, their order and the spelling of numbers are kept; only white space between tokens is
    /// removed.
    pub fn json(text: &str) -> Result<Self, DataError> {
        let text = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text);
        // Parsed for validation (including depth and lone surrogates), then copied from the text
        // itself.
        let value: Value = serde_json::from_str(text)?;
        if has_prototype(&value) {
            return Err(DataError::Prototype);
        }
        Ok(Self(escape(text)))
    }

    /// Takes JSON text in which nothing needs to be escaped.
    pub(super) fn from_safe_json(json: String) -> Self {
        Self(json)
    }

    /// Encodes any text as a JSON string.
    pub fn text(text: &str) -> Self {
        Self(escape(&Value::from(text).to_string()))
    }

    /// Parses the text as JSON; if it is not valid, encodes it as a JSON string.
    pub fn json_or_text(text: &str) -> Self {
        Self::json(text).unwrap_or_else(|_| Self::text(text))
    }

    /// The JSON text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn has_prototype(value: &Value) -> bool {
    match value {
        Value::Object(map) => map
            .iter()
            .any(|(key, value)| key == "__proto__" || has_prototype(value)),
        Value::Array(items) => items.iter().any(has_prototype),
        _ => false,
    }
}

/// Removes white space between tokens of valid JSON and escapes characters that are unsafe in a
/// format.
fn escape(json: &str) -> String {
    let mut safe = String::with_capacity(json.len());
    let (mut in_string, mut after_backslash) = (false, false);
    for c in json.chars() {
        if c == '"' && !after_backslash {
            in_string = !in_string;
        }
        after_backslash = c == '\\' && !after_backslash;
        match c {
            ' ' | '\t' | '\r' | '\n' if !in_string => {}
            '<' => safe.push_str("\\u003c"),
            '>' => safe.push_str("\\u003e"),
            '&' => safe.push_str("\\u0026"),
            '\u{2028}' => safe.push_str("\\u2028"),
            '\u{2029}' => safe.push_str("\\u2029"),
            c => safe.push(c),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_sets_the_prototype_is_rejected_even_if_escaped() {
        assert!(Data::json(r#"{"a":[{"\u005f_proto__":1}]}"#).is_err());
        assert!(Data::json(r#"{"a":"__proto__"}"#).is_ok());
    }
}
