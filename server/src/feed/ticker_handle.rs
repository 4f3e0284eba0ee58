//! The running ticker: its schedule, and the settings that can change while it runs.

use std::{
    sync::{
        Arc,
        mpsc::{self, RecvTimeoutError},
    },
    thread,
};

use serde::Serialize;

use super::{Feed, jetstream::NotStored, ticker::Ticker};
use crate::base::{
    clock::{self, Schedule},
    timer,
};

/// The state of the ticker.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Ticking {
    /// Whether it publishes.
    pub running: bool,
    /// Updates per second.
    pub rate_per_s: f64,
    /// The length of each update, in bytes.
    pub payload_bytes: usize,
}

/// Controls a running ticker. The ticker ends when this is dropped, or with the feed.
#[derive(Debug)]
pub struct TickerHandle {
    ticking: Ticking,
    commands: mpsc::Sender<TickerCommand>,
}

#[derive(Debug)]
enum TickerCommand {
    Tick(Ticking),
    PublishOne,
}

impl TickerHandle {
    /// The current state.
    pub fn ticking(&self) -> Ticking {
        self.ticking
    }

    /// Changes the state from now on. [`Ticker::require_length`] must allow the length.
    pub fn set(&mut self, ticking: Ticking) {
        self.ticking = ticking;
        self.command(TickerCommand::Tick(ticking));
    }

    /// Publishes one update now, whether the ticker is running or not.
    pub fn publish_one(&self) {
        self.command(TickerCommand::PublishOne);
    }

    fn command(&self, command: TickerCommand) {
        // The ticker may have ended with the feed.
        let _ = self.commands.send(command);
    }
}

/// Publishes from the ticker at a rate. It runs on a thread of its own, which sleeps more precisely
/// than a timer of the runtime.
pub fn start(feed: Arc<Feed>, mut ticker: Ticker, rate_per_s: f64) -> TickerHandle {
    let (sender, commands) = mpsc::channel();
    let ticking = Ticking {
        running: true,
        rate_per_s,
        payload_bytes: ticker.payload_bytes,
    };
    let mut plan = TickerPlan {
        payload_bytes: ticker.payload_bytes,
        schedule: Schedule::new(rate_per_s),
        running: true,
    };
    let mut failures = Failures::default();
    thread::spawn(move || {
        timer::wake_precisely();
        while let Some(at_us) = plan.next(&commands) {
            if feed.has_ended() {
                return;
            }
            ticker.payload_bytes = plan.payload_bytes;
            let published = feed.publish(at_us, |seq, at_us| ticker.next(seq, at_us));
            failures.report(published.err());
        }
    });
    TickerHandle {
        ticking,
        commands: sender,
    }
}

/// Reports why updates are not stored, once for each cause in a row.
#[derive(Default)]
struct Failures(Option<NotStored>);

impl Failures {
    fn report(&mut self, failure: Option<NotStored>) {
        if self.0 == failure {
            return;
        }
        match &failure {
            // Of several servers, one ticker publishes.
            Some(NotStored::OtherTicker) => {
                tracing::info!("the ticker of another server publishes")
            }
            Some(failure) => tracing::warn!("the ticker pauses: {failure}"),
            None => tracing::info!("the ticker publishes"),
        }
        self.0 = failure;
    }
}

/// The next action of the ticker's thread.
struct TickerPlan {
    payload_bytes: usize,
    schedule: Schedule,
    running: bool,
}

impl TickerPlan {
    /// Waits until an update is due and returns its instant, in microseconds since the Unix epoch;
    /// `None` when the handle was dropped.
    fn next(&mut self, commands: &mpsc::Receiver<TickerCommand>) -> Option<u64> {
        loop {
            let received = if self.running {
                timer::sleep_thread_or_receive(self.schedule.due(), commands)
            } else {
                commands.recv().map_err(|_| RecvTimeoutError::Disconnected)
            };
            match received {
                Err(RecvTimeoutError::Timeout) => return Some(self.schedule.take()),
                Ok(TickerCommand::PublishOne) => return Some(clock::now_us()),
                Ok(TickerCommand::Tick(ticking)) => self.follow(ticking),
                Err(RecvTimeoutError::Disconnected) => return None,
            }
        }
    }

    fn follow(&mut self, ticking: Ticking) {
        if self.running {
            self.schedule.change_rate(ticking.rate_per_s);
        } else {
            self.schedule = Schedule::new(ticking.rate_per_s);
        }
        self.running = ticking.running;
        self.payload_bytes = ticking.payload_bytes;
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{super::Position, *};

    fn ticking(running: bool, rate_per_s: f64, payload_bytes: usize) -> Ticking {
        Ticking {
            running,
            rate_per_s,
            payload_bytes,
        }
    }

    /// The length of update `seq`, long before a tick at the slowest rate.
    async fn length_of(feed: &Feed, seq: u64) -> usize {
        for place in feed.newest()..seq {
            let position = Position::without_check(place);
            feed.wait_after(position, 1, Duration::from_secs(5)).await;
        }
        let due = feed.after(Position::without_check(seq - 1), 1);
        due.updates
            .first()
            .expect("the update was published")
            .text
            .len()
    }

    #[tokio::test]
    async fn a_change_takes_effect_immediately() {
        let feed = Arc::new(Feed::new(1_000, usize::MAX));
        let mut handle = start(Arc::clone(&feed), Ticker::new(100, 1).unwrap(), 0.000_1);
        handle.publish_one();
        assert_eq!(length_of(&feed, 1).await, 100);
        handle.set(ticking(true, 200.0, 150));
        assert_eq!(length_of(&feed, 2).await, 150);
        assert_eq!(length_of(&feed, 4).await, 150);
        // Commands are processed in order: once the update of 200 bytes is published, the ticker
        // has stopped.
        handle.set(ticking(false, 100_000.0, 200));
        handle.publish_one();
        let mut stopped = 4;
        while length_of(&feed, stopped).await != 200 {
            stopped += 1;
        }
        handle.publish_one();
        assert_eq!(length_of(&feed, stopped + 1).await, 200);
        assert_eq!(feed.newest(), stopped + 1);
        handle.set(ticking(true, 200.0, 200));
        assert_eq!(length_of(&feed, stopped + 3).await, 200);
    }
}
