//! Publishes each line of standard input as an update.

use std::{
    io::{self, BufRead, BufReader, Read},
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use super::{
    Feed,
    data::{BYTE_ORDER_MARK, Data},
    publish_limits::{OverLimit, PublishLimits},
};
use crate::base::limits::LONGEST_UPDATE;

/// The pause before a line is published again that could not be stored.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// Publishes each line of standard input until its end: JSON as it is, other text as a JSON string.
/// At the total limit on publishing it stops reading until an update is allowed. A line that is
/// longer than the longest update is skipped.
pub fn publish_lines(feed: Arc<Feed>, limits: Arc<PublishLimits>) {
    thread::spawn(move || {
        let input = BufReader::new(io::stdin());
        match publish_each_line(input, &feed, &limits) {
            Ok(()) => tracing::info!("standard input has ended; the feed continues"),
            Err(error) => tracing::error!(%error, "can't read standard input"),
        }
    });
}

fn publish_each_line(
    mut input: impl BufRead,
    feed: &Feed,
    limits: &PublishLimits,
) -> io::Result<()> {
    for number in 1_u64.. {
        let Some(line) = read_line(&mut input, LONGEST_UPDATE)? else {
            tracing::warn!(
                "line {number} of standard input is skipped: it has more than \
                 {LONGEST_UPDATE} bytes, the most that a line may have"
            );
            input.skip_until(b'\n')?;
            continue;
        };
        if line.is_empty() {
            break;
        }
        let text = String::from_utf8_lossy(&line);
        let text = text.trim_end_matches(['\n', '\r']);
        let text = match text.strip_prefix(BYTE_ORDER_MARK) {
            Some(text) if number == 1 => text,
            _ => text,
        };
        while let Err(OverLimit { until, .. }) = limits.check(None) {
            thread::sleep(until.saturating_duration_since(Instant::now()));
        }
        let data = Data::json_or_text(text);
        if data.as_str().len() > LONGEST_UPDATE {
            tracing::warn!(
                "line {number} of standard input is skipped: as JSON it has more than \
                 {LONGEST_UPDATE} bytes, the most that an update may have"
            );
            continue;
        }
        limits.count(None, data.as_str().len());
        while let Err(error) = feed.accept(data.clone(), None).wait() {
            tracing::warn!("line {number} of standard input waits: {error}");
            thread::sleep(RETRY_AFTER);
        }
    }
    Ok(())
}

/// Reads a line with its line feed, if it has one. Returns nothing at the end of the input, and `None`
/// if the line has more than `most` bytes, of which the rest was not read.
fn read_line(input: &mut impl BufRead, most: usize) -> io::Result<Option<Vec<u8>>> {
    let mut line = Vec::new();
    input.take(most as u64 + 1).read_until(b'\n', &mut line)?;
    let is_too_long = line.len() > most && !line.ends_with(b"\n");
    Ok((!is_too_long).then_some(line))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_a_limit_and_its_rest_is_left_to_be_skipped() {
        let mut input = &b"1234\n12345\n\n123456789\n1234"[..];
        for expected in [
            Some("1234\n"),
            None,
            Some("\n"),
            None,
            Some("1234"),
            Some(""),
        ] {
            let line = read_line(&mut input, 4).unwrap();
            assert_eq!(line.as_deref(), expected.map(str::as_bytes));
            if line.is_none() {
                input.skip_until(b'\n').unwrap();
            }
        }
    }
}
