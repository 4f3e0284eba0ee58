//! The publishing of a client: frames on its WebSocket, or POSTs on a second connection.

use std::{
    fmt,
    sync::Arc,
    time::{Duration, Instant},
};

use futures_util::future::BoxFuture;
use server::base::{clock, timer};

use crate::{
    client::{
        failure::Failure,
        http1::Http1,
        ledger::Ledger,
        plan::Target,
        poster::Poster,
        shared::Shared,
        socket::Socket,
        window::{When, Window},
    },
    record::Published,
};

/// The turns of a client, every `step`-th of the feed's planned times, and its updates.
#[derive(Clone, Copy, Debug)]
pub struct Own {
    /// The index of the client, which identifies its updates.
    pub by: usize,
    /// Index of its first planned time, counted from 0.
    pub first: u64,
    /// Step from one turn to the next: the number of clients.
    pub step: u64,
    /// Planned times per second.
    pub per_s: f64,
}

impl Own {
    /// The planned time of the nth turn.
    fn planned_us(&self, origin_us: u64, nth: u64) -> u64 {
        let instants = self.first + nth * self.step;
        origin_us + (instants as f64 / self.per_s * 1e6) as u64
    }

    /// Number of turns planned inside a window.
    fn within(&self, origin_us: u64, window: Window) -> u64 {
        let planned = (0..).map(|nth| self.planned_us(origin_us, nth));
        let planned = planned.take_while(|&us| us < window.to_us);
        planned.filter(|&us| us >= window.from_us).count() as u64
    }

    /// Waits for the nth turn.
    async fn turn(self, nth: u64, shared: Arc<Shared>) -> u64 {
        let mut publishing = shared.publishing.subscribe();
        let started = publishing.wait_for(Option::is_some).await;
        let origin_us = started.ok().and_then(|origin_us| *origin_us);
        let planned_us = self.planned_us(origin_us.unwrap_or(0), nth);
        let rest = Duration::from_micros(planned_us.saturating_sub(clock::now_us()));
        timer::sleep_until(Instant::now() + rest).await;
        planned_us
    }

    /// Number of its turns planned inside the window.
    pub fn turns_inside(&self, shared: &Shared) -> u64 {
        let span = shared.publishing.borrow().zip(shared.window());
        span.map_or(0, |(origin_us, window)| self.within(origin_us, window))
    }
}

/// The publisher of a client, with its ledger.
pub struct Publisher {
    /// Identifies its updates.
    pub own: Own,
    /// Number of turns taken.
    taken: u64,
    /// The server's response to the newest publish, in microseconds since the Unix epoch.
    answered_us: u64,
    /// Turns of the window that were due before the response to the previous publish.
    pub waited: u64,
    /// The next turn, if it is awaited.
    due: Option<BoxFuture<'static, u64>>,
    payload_bytes: usize,
    shared: Arc<Shared>,
    /// Publishes by POST. A frame is sent on the client's WebSocket instead.
    poster: Poster,
    /// The bytes of publishing, after all connections are closed.
    pub ledger: Ledger,
    at_window_start: Option<Ledger>,
    at_window_end: Option<Ledger>,
}

impl fmt::Debug for Publisher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Publisher")
            .field("own", &self.own)
            .field("taken", &self.taken)
            .finish_non_exhaustive()
    }
}

impl Publisher {
    /// Publishes `payload_bytes` at a time, turn by turn.
    pub fn new(own: Own, payload_bytes: usize, target: Target, shared: Arc<Shared>) -> Self {
        Self {
            own,
            taken: 0,
            answered_us: 0,
            waited: 0,
            due: None,
            payload_bytes,
            shared,
            poster: Poster::new(target),
            ledger: Ledger::default(),
            at_window_start: None,
            at_window_end: None,
        }
    }

    /// Waits for the next turn and returns its planned time in microseconds since the Unix epoch. This
    /// does not take the turn: after a cancellation, the next call waits for the same one.
    pub async fn turn(&mut self) -> u64 {
        let turn = || self.own.turn(self.taken, Arc::clone(&self.shared));
        let due = self.due.get_or_insert_with(|| Box::pin(turn()));
        let planned_us = due.await;
        self.due = None;
        planned_us
    }

    /// Publishes by POST, turn by turn, until `over`, and completes the current publish.
    ///
    /// Publishes are sequential, as on one connection of a browser. A turn that is due before the
    /// previous response waits, and its times include the wait.
    pub async fn post_until(&mut self, over: impl Future<Output = ()>) -> Result<(), Failure> {
        tokio::pin!(over);
        loop {
            let planned_us = tokio::select! {
                planned_us = self.turn() => planned_us,
                () = &mut over => break,
            };
            self.mark(planned_us, None);
            if planned_us < self.answered_us && self.shared.place(planned_us) == When::Inside {
                self.waited += 1;
            }
            self.poster.publish(&self.data(planned_us)).await?;
            self.answered_us = clock::now_us();
            self.taken += 1;
        }
        Ok(())
    }

    /// Closes its own connection, if it has one, and keeps its counts.
    pub fn close(&mut self) {
        self.poster.close();
        self.ledger = self.poster.ledger;
    }

    /// Publishes in a frame on the client's connection; false if it is cut.
    pub async fn send_frame(&mut self, planned_us: u64, connection: &mut Http1) -> bool {
        let socket = &mut connection.stream.socket;
        socket.begin_publishing();
        self.mark(planned_us, Some(socket));
        let data = self.data(planned_us);
        if !connection.send_text(&data, &mut self.ledger).await {
            return false;
        }
        self.ledger.deliveries += 1;
        self.taken += 1;
        true
    }

    fn data(&self, planned_us: u64) -> String {
        let by = self.own.by;
        Published { by, planned_us }.data(self.payload_bytes)
    }

    /// The span of the window begins at its first turn, and ends at the first turn after it or at the
    /// client's end, so that it contains whole cycles.
    fn mark(&mut self, planned_us: u64, socket: Option<&Socket>) {
        let now = match socket {
            Some(shared) => self.ledger + Ledger::of(shared).1,
            None => self.poster.ledger_now(),
        };
        match self.shared.place(planned_us) {
            When::Before => {}
            When::Inside => {
                self.shared.record_publish(planned_us);
                self.at_window_start.get_or_insert(now);
            }
            When::After => {
                self.at_window_end.get_or_insert(now);
            }
        }
    }

    /// The bytes of the window's turns, after all connections are closed.
    pub fn window_ledger(&self) -> Ledger {
        let end = self.at_window_end.unwrap_or(self.ledger);
        self.at_window_start
            .map_or_else(Ledger::default, |start| end - start)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clients_take_turns_at_the_planned_times_of_the_feed() {
        let window = Window {
            from_us: 2_000_000,
            to_us: 3_000_000,
        };
        // Ten updates per second among four clients, from one second on.
        let turns = |first| Own {
            by: 0,
            first,
            step: 4,
            per_s: 10.0,
        };
        let planned = [0, 1, 2].map(|nth| turns(1).planned_us(1_000_000, nth));
        assert_eq!(planned, [1_100_000, 1_500_000, 1_900_000]);
        let inside = [0, 1, 2, 3].map(|first| turns(first).within(1_000_000, window));
        assert_eq!(inside, [2, 2, 3, 3]);
    }
}
