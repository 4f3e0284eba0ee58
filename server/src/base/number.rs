//! Numbers in requests.

use std::str::FromStr;

/// A whole number in decimal digits.
pub fn whole_number<T: FromStr>(text: &str) -> Option<T> {
    // Rust also accepts a leading '+'.
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| is_number)
}
