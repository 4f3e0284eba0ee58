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

    /// Changes the state from now on.
    /// [`require_ticker_length`](crate::base::limits::require_ticker_length) must allow the length.
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
        ticking,
        schedule: Schedule::new(rate_per_s),
    };
    let mut failure = None;
    thread::spawn(move || {
        timer::wake_precisely();
        while let Some(at_us) = plan.next(&commands) {
            if feed.has_ended() {
                return;
            }
            ticker.payload_bytes = plan.ticking.payload_bytes;
            let published = feed.publish(at_us, |seq, at_us| ticker.next(seq, at_us));
            let now = published.err();
            if now != failure {
                report(now.as_ref());
                failure = now;
            }
        }
    });
    TickerHandle {
        ticking,
        commands: sender,
    }
}

/// Reports that updates are not stored for another reason than before, or that they are stored again.
fn report(failure: Option<&NotStored>) {
    match failure {
        // Of several servers, one ticker publishes.
        Some(NotStored::OtherTicker) => tracing::info!("the ticker of another server publishes"),
        Some(failure) => tracing::warn!("the ticker pauses: {failure}"),
        None => tracing::info!("the ticker publishes"),
    }
}

/// The next action of the ticker's thread.
struct TickerPlan {
    ticking: Ticking,
    schedule: Schedule,
}

impl TickerPlan {
    /// Waits until an update is due and returns its instant, in microseconds since the Unix epoch;
    /// `None` when the handle was dropped.
    fn next(&mut self, commands: &mpsc::Receiver<TickerCommand>) -> Option<u64> {
        loop {
            let received = if self.ticking.running {
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
        if self.ticking.running {
            self.schedule.change_rate(ticking.rate_per_s);
        } else {
            self.schedule = Schedule::new(ticking.rate_per_s);
        }
        self.ticking = ticking;
    }
}
