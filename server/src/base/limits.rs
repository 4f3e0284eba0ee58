//! Limits on the lengths, rates and intervals of updates.

use std::time::Duration;

use thiserror::Error;

/// The maximum length of data that a client may publish, in bytes.
pub const LONGEST_PUBLISHED: usize = 64 * 1024;

/// The maximum length of an update from the ticker, in bytes.
pub const LONGEST_UPDATE: usize = 16 << 20;

/// The byte order mark of UTF-8. It may precede a text and is not part of it (RFC 8259, section 8.1).
pub const BYTE_ORDER_MARK: char = '\u{feff}';

/// The length of the ticker's data without padding: a price always has five digits.
pub const TICKER_DATA_BYTES: usize = r#"{"price":123.45,"pad":""}"#.len();

/// The ticker cannot make updates of this length.
#[derive(Debug, Error)]
#[expect(missing_docs, reason = "the messages explain them")]
pub enum BadLength {
    #[error("an update of {asked} bytes is too short for the ticker: the minimum is {least}")]
    TooShort { asked: usize, least: usize },
    #[error("an update of {asked} bytes is too long: the maximum is {LONGEST_UPDATE}")]
    TooLong { asked: usize },
}

/// Rejects a length that updates of the ticker cannot have.
pub fn require_ticker_length(asked: usize) -> Result<(), BadLength> {
    // Microseconds have 16 digits until the year 2286; `seq` may have any number of digits.
    let least = text_bytes(u64::MAX, 1_000_000_000_000_000, TICKER_DATA_BYTES);
    if asked < least {
        return Err(BadLength::TooShort { asked, least });
    }
    if asked > LONGEST_UPDATE {
        return Err(BadLength::TooLong { asked });
    }
    Ok(())
}

/// The length of an update's text with `data_bytes` of data.
pub fn text_bytes(seq: u64, at_us: u64, data_bytes: usize) -> usize {
    let digits = |number: u64| number.checked_ilog10().map_or(1, |log| log as usize + 1);
    r#"{"seq":,"at_us":,"data":}"#.len() + digits(seq) + digits(at_us) + data_bytes
}

/// Parses a rate in updates per second, at most one every 10 microseconds.
pub fn rate(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(rate) if (0.000_1..=100_000.0).contains(&rate) => Ok(rate),
        _ => Err("expected updates per second, from 0.0001 to 100000".into()),
    }
}

/// The delay after which a browser reloads a page that asks for a reload every `interval`. Browsers
/// read whole seconds (WHATWG HTML, section 4.2.5.3): an interval below half a second would become
/// 0, a reload without a pause.
pub fn refresh_after(interval: Duration) -> Duration {
    Duration::from_secs(interval.as_secs_f64().ceil() as u64)
}
