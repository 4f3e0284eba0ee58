//! What does a client publish, when, and by which means? A frame on its WebSocket, or a POST
//! beside its poll or stream.

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
        shared::{Shared, When, Window},
        socket::Socket,
    },
    record::Published,
};

/// When a client publishes: of the feed's planned instants every `step`-th is its turn.
#[derive(Clone, Copy, Debug)]
pub struct Turns {
    /// Which of the planned instants is its first; counts from 0.
    pub first: u64,
    /// From one turn to the next: the number of clients that take turns.
    pub step: u64,
    /// Planned instants per second.
    pub per_s: f64,
}

impl Turns {
    /// The planned instant of the nth turn.
    fn planned_us(&self, origin_us: u64, nth: u64) -> u64 {
        let instants = self.first + nth * self.step;
        origin_us + (instants as f64 / self.per_s * 1e6) as u64
    }

    /// How many turns are planned inside a window.
    pub fn within(&self, origin_us: u64, window: Window) -> u64 {
        let planned = (0..).map(|nth| self.planned_us(origin_us, nth));
        let planned = planned.take_while(|&us| us < window.to_us);
        planned.filter(|&us| us >= window.from_us).count() as u64
    }
}

/// Which updates are a client's own.
#[derive(Clone, Copy, Debug)]
pub struct Own {
    /// Which client.
    pub by: usize,
    /// When it publishes.
    pub turns: Turns,
}

impl Own {
    /// Waits for the nth turn.
    async fn turn(self, nth: u64, shared: Arc<Shared>) -> u64 {
        let mut publishing = shared.publishing.subscribe();
        let begun = publishing.wait_for(Option::is_some).await;
        let origin_us = begun.ok().and_then(|origin_us| *origin_us);
        let planned_us = self.turns.planned_us(origin_us.unwrap_or(0), nth);
        let rest = Duration::from_micros(planned_us.saturating_sub(clock::now_us()));
        timer::sleep_until(Instant::now() + rest).await;
        planned_us
    }

    /// How many of its turns are planned inside the window.
    pub fn turns_inside(&self, shared: &Shared) -> u64 {
        let origin_us = *shared.publishing.borrow();
        let span = origin_us.zip(shared.window());
        span.map_or(0, |(origin_us, window)| {
            self.turns.within(origin_us, window)
        })
    }
}

/// One client's publishing, with everything that it took.
pub struct Publisher {
    /// Which updates are its own.
    pub own: Own,
    /// Turns taken.
    taken: u64,
    /// When the server had answered the newest publish, in microseconds since the Unix epoch.
    answered_us: u64,
    /// Turns of the window that came before the one before was answered.
    pub waited: u64,
    /// The next one, waited for.
    due: Option<BoxFuture<'static, u64>>,
    payload_bytes: usize,
    shared: Arc<Shared>,
    /// By which it publishes; a frame goes on the WebSocket of its client instead.
    poster: Poster,
    /// What publishing took, once all is closed.
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

    /// Waits for the next turn and returns its planned instant in microseconds since the Unix
    /// epoch. The turn is not taken yet. Who is interrupted goes on to wait for the same one.
    pub async fn turn(&mut self) -> u64 {
        let Self {
            own,
            taken,
            shared,
            due,
            ..
        } = self;
        let due = due.get_or_insert_with(|| Box::pin(own.turn(*taken, Arc::clone(shared))));
        let planned_us = due.await;
        self.due = None;
        planned_us
    }

    /// Publishes by POST, turn by turn, until `over`, and finishes what it has begun.
    ///
    /// One after the other, as on one connection of a browser: a turn that comes while an earlier
    /// request is not answered yet waits, and the wait is in its times.
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

    /// Ends its own connection, if it has one, and keeps what that counted.
    pub fn close(&mut self) {
        self.poster.close();
        self.ledger = self.poster.ledger;
    }

    /// Publishes in a frame on the client's own connection; false when it is cut.
    pub async fn send_frame(&mut self, planned_us: u64, connection: &mut Http1) -> bool {
        connection.begin_publishing();
        self.mark(planned_us, Some(connection.stream().socket()));
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

    /// The span of the window begins where its first turn is taken, and ends where the first turn
    /// after it is, or where the client leaves: whole cycles either way.
    fn mark(&mut self, planned_us: u64, socket: Option<&Socket>) {
        let now = self.ledger_now(socket);
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

    fn ledger_now(&self, socket: Option<&Socket>) -> Ledger {
        match socket {
            Some(shared) => self.ledger + Ledger::of(shared).1,
            None => self.poster.ledger_now(),
        }
    }

    /// What the window's turns took, once all is closed.
    pub fn window_ledger(&self) -> Ledger {
        match self.at_window_start {
            Some(start) => self.at_window_end.unwrap_or(self.ledger) - start,
            None => Ledger::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clients_take_turns_at_the_planned_instants_of_the_feed() {
        let window = Window {
            from_us: 2_000_000,
            to_us: 3_000_000,
        };
        // Ten updates a second among four clients, from one second on.
        let turns = |first| Turns {
            first,
            step: 4,
            per_s: 10.0,
        };
        let planned: Vec<_> = (0..3)
            .map(|nth| turns(1).planned_us(1_000_000, nth))
            .collect();
        assert_eq!(planned, [1_100_000, 1_500_000, 1_900_000]);
        let inside = [0, 1, 2, 3].map(|first| turns(first).within(1_000_000, window));
        assert_eq!(inside, [2, 2, 3, 3]);
    }
}
