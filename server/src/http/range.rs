//! The `Range` field of a request (RFC 9110, section 14.2).

use actix_web::http::header::{self, HeaderMap, HeaderValue};

/// Keeps a single valid range and removes any other `Range` (RFC 9110, section 14.2), since
/// actix-files responds to an invalid range with 416.
pub fn keep_one(headers: &mut HeaderMap) {
    let Some(value) = headers.remove(header::RANGE).next() else {
        return;
    };
    let range = value.to_str().ok().and_then(one_range);
    if let Some(Ok(range)) = range.map(HeaderValue::try_from) {
        headers.insert(header::RANGE, range);
    }
}

/// The range, if there is one and its positions fit into a number.
fn one_range(value: &str) -> Option<String> {
    let (unit, range) = value.split_once('=')?;
    let (first, last) = range.trim().split_once('-')?;
    let position = |digits: &str| {
        let valid = digits.bytes().all(|byte| byte.is_ascii_digit());
        let number = digits.parse::<i64>().unwrap_or(i64::MAX);
        (valid && !digits.is_empty()).then_some(number)
    };
    let is_bytes = unit.trim().eq_ignore_ascii_case("bytes");
    let range = match (position(first), position(last)) {
        (Some(first), Some(last)) if first <= last => format!("bytes={first}-{last}"),
        (Some(first), None) if last.is_empty() => format!("bytes={first}-"),
        (None, Some(last)) if first.is_empty() => format!("bytes=-{last}"),
        _ => return None,
    };
    is_bytes.then_some(range)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_single_valid_range_is_kept() {
        assert_eq!(one_range("Bytes=5-").as_deref(), Some("bytes=5-"));
        for value in ["bytes=1", "bytes=+1-2", "bytes=0-1,3-4", "bytes=1-2-3"] {
            assert_eq!(one_range(value), None, "{value}");
        }
    }
}
