//! Publishes each line of standard input as an update.

use std::{
    io::{BufRead, BufReader},
    sync::Arc,
    thread,
    time::Instant,
};

use super::{
    Feed,
    data::{BYTE_ORDER_MARK, Data},
    publish_limits::{OverLimit, PublishLimits},
};

/// Publishes each line of standard input until its end: JSON as it is, other text as a JSON string.
/// At the total limit on publishing it stops reading until an update is allowed.
pub fn publish_lines(feed: Arc<Feed>, limits: Arc<PublishLimits>) {
    thread::spawn(move || {
        let mut input = BufReader::new(std::io::stdin());
        let mut line = Vec::new();
        let mut is_first = true;
        loop {
            line.clear();
            match input.read_until(b'\n', &mut line) {
                Ok(0) => return tracing::info!("standard input has ended; the feed continues"),
                Ok(_) => {
                    let text = String::from_utf8_lossy(&line);
                    let text = text.trim_end_matches(['\n', '\r']);
                    let text = match text.strip_prefix(BYTE_ORDER_MARK) {
                        Some(text) if is_first => text,
                        _ => text,
                    };
                    is_first = false;
                    while let Err(OverLimit { until, .. }) = limits.check(None) {
                        thread::sleep(until.saturating_duration_since(Instant::now()));
                    }
                    let data = Data::json_or_text(text);
                    limits.count(None, data.as_str().len());
                    feed.accept(data);
                }
                Err(error) => return tracing::error!(%error, "can't read standard input"),
            }
        }
    });
}
