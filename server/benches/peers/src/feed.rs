//! The project's feed: updates at a fixed rate, each `{"seq":…,"at_us":…,"data":…}`.

use std::{
    thread,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use tokio::sync::broadcast;

/// The updates to send.
#[derive(Clone, Copy, clap::Args)]
pub struct Feed {
    /// Updates per second
    #[arg(long, default_value_t = 1.0)]
    pub rate: f64,
    /// Bytes of each update
    #[arg(long, default_value_t = 200)]
    pub payload_bytes: usize,
}

/// Updates in the order of their planned instants. The schedule starts at the first call of `next`.
pub struct Updates {
    feed: Feed,
    begun_us: u64,
    /// The `seq` of the next update.
    pub seq: u64,
}

impl Feed {
    /// The updates from now on.
    pub fn updates(self) -> Updates {
        let begun_us = now_us();
        Updates {
            feed: self,
            begun_us,
            seq: 1,
        }
    }

    /// Sends each update when it is due, without end. It runs on a thread of its own, which wakes
    /// more precisely than tokio's timer.
    pub fn broadcast<T: Clone + Send + 'static>(
        self,
        encode: impl Fn(String) -> T + Send + 'static,
    ) -> broadcast::Sender<T> {
        let (sender, _) = broadcast::channel(1024);
        let sending = sender.clone();
        thread::spawn(move || {
            let mut updates = self.updates();
            loop {
                thread::sleep(updates.until_next());
                // Without a client, nothing is sent.
                let _ = sending.send(encode(updates.next()));
            }
        });
        sender
    }
}

impl Updates {
    /// The time until the next update is due.
    pub fn until_next(&self) -> Duration {
        Duration::from_micros(self.due_us().saturating_sub(now_us()))
    }

    fn due_us(&self) -> u64 {
        self.begun_us + (self.seq as f64 * 1_000_000.0 / self.feed.rate) as u64
    }

    /// The text of the next update.
    pub fn next(&mut self) -> String {
        let (seq, at_us) = (self.seq, self.due_us());
        self.seq += 1;
        let begin = format!("{{\"seq\":{seq},\"at_us\":{at_us},\"data\":\"");
        let fill = self.feed.payload_bytes.saturating_sub(begin.len() + 2);
        begin + &"x".repeat(fill) + "\"}"
    }
}

fn now_us() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| since.as_micros() as u64)
}
