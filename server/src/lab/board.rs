//! Distributes the passages to all viewers, including slow ones.
//!
//! Each passage is serialized once, for all viewers, in batches. The newest batches are kept for a
//! while. A viewer reads them at its own speed, and is notified of the number of passages that it
//! missed.

use std::{mem, sync::Arc, time::Duration};

use actix_web::web::Bytes;
use serde::Serialize;
use tokio::{
    sync::broadcast::{self, error::RecvError},
    time::Instant,
};

use super::counts::Counts;
use crate::{base::clock, format::text_frame};

/// Passages within this time form a batch.
const TOGETHER: Duration = Duration::from_millis(40);
/// A batch of this size is complete.
const BATCH_BYTES: usize = 256 << 10;
/// The number of batches that are kept: the last two or three seconds, or the last 16 MiB if that
/// is less.
const KEPT: usize = 64;

/// The current batch, and the viewers.
#[derive(Debug)]
pub struct Board {
    /// Passages as JSON, separated by commas.
    batch: String,
    count: u64,
    due: Option<Instant>,
    /// The number of passages in all previous batches.
    before: u64,
    /// The last counts that were sent.
    tcp_ip_bytes: Option<Counts>,
    viewers: broadcast::Sender<Arc<Batch>>,
}

#[derive(Debug)]
struct Batch {
    before: u64,
    count: u64,
    frame: Bytes,
}

/// A viewer's position in the batches.
#[derive(Debug)]
pub struct Subscription {
    batches: broadcast::Receiver<Arc<Batch>>,
    seen: u64,
    /// The message before all others.
    first: Option<Bytes>,
}

impl Board {
    /// An empty board.
    pub fn new() -> Self {
        Self {
            batch: String::new(),
            count: 0,
            due: None,
            before: 0,
            tcp_ip_bytes: None,
            viewers: broadcast::Sender::new(KEPT),
        }
    }

    /// Adds a passage, if there are viewers.
    pub fn tell(&mut self, passed: &impl Serialize) {
        if !self.has_viewers() {
            return;
        }
        if self.count > 0 {
            self.batch.push(',');
        }
        self.batch += &serde_json::to_string(passed).expect("a passage is plain data");
        self.count += 1;
        self.due.get_or_insert(Instant::now() + TOGETHER);
        if self.batch.len() >= BATCH_BYTES {
            self.flush();
        }
    }

    /// Whether anyone watches.
    pub fn has_viewers(&self) -> bool {
        self.viewers.receiver_count() > 0
    }

    /// Sends the TCP/IP headers of each panel, if they are counted and have changed.
    pub fn tell_tcp_ip_bytes(&mut self, bytes: Option<Counts>) {
        if let Some(bytes) = bytes.filter(|bytes| self.tcp_ip_bytes != Some(*bytes)) {
            self.tcp_ip_bytes = Some(bytes);
            self.send(0, tcp_ip_message(bytes));
        }
    }

    /// When the current batch is due.
    pub fn due(&self) -> Option<Instant> {
        self.due
    }

    /// Sends the current batch.
    pub fn flush(&mut self) {
        self.due = None;
        let passages = mem::take(&mut self.batch);
        let count = mem::take(&mut self.count);
        self.send(count, message("wire", &format!("[{passages}]")));
    }

    /// Sends a frame with this number of passages.
    fn send(&mut self, count: u64, frame: Bytes) {
        let before = self.before;
        self.before += count;
        let batch = Batch {
            before,
            count,
            frame,
        };
        // The last viewer may have left.
        let _ = self.viewers.send(Arc::new(batch));
    }

    /// First the TCP/IP headers up to now, then the passages from now on, including the current
    /// batch.
    pub fn view(&mut self, tcp_ip_bytes: Option<Counts>) -> Subscription {
        self.tell_tcp_ip_bytes(tcp_ip_bytes);
        Subscription {
            batches: self.viewers.subscribe(),
            seen: self.before,
            first: tcp_ip_bytes.map(tcp_ip_message),
        }
    }
}

impl Subscription {
    /// The next frames for this viewer; `None` at the end.
    pub async fn next(&mut self) -> Option<Bytes> {
        if let Some(first) = self.first.take() {
            return Some(first);
        }
        let batch = loop {
            match self.batches.recv().await {
                Ok(batch) => break batch,
                Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => return None,
            }
        };
        let missed = batch.before - self.seen;
        self.seen = batch.before + batch.count;
        if missed == 0 {
            return Some(batch.frame.clone());
        }
        let frames = [message("missed", &missed.to_string()), batch.frame.clone()];
        Some(frames.concat().into())
    }
}

fn tcp_ip_message(bytes: Counts) -> Bytes {
    let json = serde_json::to_string(&bytes).expect("the counts are plain data");
    message("tcp_ip_bytes", &json)
}

/// A message to a viewer, as a text frame.
pub fn message(name: &str, json: &str) -> Bytes {
    let sent_us = clock::now_us();
    text_frame(&format!(r#"{{"sent_us":{sent_us},"{name}":{json}}}"#))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The JSON of unmasked frames.
    fn read(mut frames: &[u8]) -> Vec<serde_json::Value> {
        let mut messages = Vec::new();
        while let [_, length, rest @ ..] = frames {
            let (length, rest) = match length {
                126 => (usize::from(rest[0]) << 8 | usize::from(rest[1]), &rest[2..]),
                short => (usize::from(*short), rest),
            };
            messages.push(serde_json::from_slice(&rest[..length]).unwrap());
            frames = &rest[length..];
        }
        messages
    }

    #[tokio::test]
    async fn passages_are_batched_in_order() {
        let mut board = Board::new();
        let mut viewer = board.view(None);
        assert_eq!(board.due(), None);
        (1..=3).for_each(|passed| board.tell(&passed));
        assert!(board.due().is_some());
        board.flush();
        let messages = read(&viewer.next().await.unwrap());
        assert_eq!(messages.len(), 1);
        assert_eq!(messages[0]["wire"], serde_json::json!([1, 2, 3]));
        assert_eq!(board.due(), None);
    }

    #[tokio::test]
    async fn a_slow_viewer_delays_no_other_and_learns_how_much_it_missed() {
        let mut board = Board::new();
        let (mut slow, mut fast) = (board.view(None), board.view(None));
        let most = 3 * KEPT as u64;
        for passed in 1..=most {
            board.tell(&passed);
            board.flush();
            let messages = read(&fast.next().await.unwrap());
            assert_eq!(messages[0]["wire"], serde_json::json!([passed]));
        }
        let messages = read(&slow.next().await.unwrap());
        assert_eq!(messages[0]["missed"], most - KEPT as u64);
        let first = most - KEPT as u64 + 1;
        assert_eq!(messages[1]["wire"], serde_json::json!([first]));
        let messages = read(&slow.next().await.unwrap());
        assert_eq!(messages[0]["wire"], serde_json::json!([first + 1]));
    }

    #[tokio::test]
    async fn a_large_batch_does_not_wait() {
        let mut board = Board::new();
        let mut viewer = board.view(None);
        board.tell(&"x".repeat(BATCH_BYTES));
        assert_eq!(board.due(), None);
        assert!(viewer.next().await.unwrap().len() > BATCH_BYTES);
    }

    #[test]
    fn without_viewers_nothing_is_written() {
        let mut board = Board::new();
        board.tell(&1);
        assert_eq!(board.due(), None);
        let viewer = board.view(None);
        board.tell(&1);
        assert!(board.due().is_some());
        drop(viewer);
    }

    #[tokio::test]
    async fn counts_are_sent_first_and_when_they_change() {
        let mut board = Board::new();
        let counts = |sse| Some(Counts([0, 0, 0, 0, 0, 0, sse, 0]));
        let mut viewer = board.view(counts(5));
        board.tell_tcp_ip_bytes(counts(5));
        board.tell_tcp_ip_bytes(None);
        board.tell_tcp_ip_bytes(counts(9));
        for sse in [5, 9] {
            let messages = read(&viewer.next().await.unwrap());
            assert_eq!(messages[0]["tcp_ip_bytes"]["sse"], sse);
        }
        board.tell(&1);
        board.flush();
        let messages = read(&viewer.next().await.unwrap());
        assert_eq!(messages[0]["wire"], serde_json::json!([1]));
    }
}
