//! What passed between one browser and the server in the span that the comparison figure shows?
//! Data only: what it looks like is the panel's affair.

use std::collections::BTreeMap;

use server::{Transport, link::Direction};

use crate::{
    capture::{Arrow, What},
    record::Record,
    suite::Part,
};

/// One side of the comparison.
#[derive(Clone, Debug)]
pub struct Exchange {
    /// Whose.
    pub transport: Transport,
    /// What passed in the span, wholly or in part, in the order of departure.
    pub arrows: Vec<Arrow>,
    /// Every update that the run carried, by seq.
    pub updates: Vec<Update>,
    /// When the run's first byte left.
    pub begin_us: u64,
    /// The first instant of the span.
    pub from_us: u64,
    /// Its length.
    pub span_us: u64,
}

/// An update on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Update {
    /// Its place in the feed.
    pub seq: u64,
    /// When it was to be published; `None` where the capture cut its text.
    pub at_us: Option<u64>,
    /// When it left the server.
    pub left_us: u64,
    /// When it reached the browser.
    pub reached_us: u64,
}

/// Sums over what arrived within the span.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Totals {
    /// Messages from browser to server.
    pub up: usize,
    /// Messages from server to browser.
    pub down: usize,
    /// Their bytes.
    pub up_bytes: usize,
    /// Their bytes.
    pub down_bytes: usize,
    /// Updates that were planned and arrived within the span and after the run's first byte.
    pub updates: usize,
    /// Of these.
    pub mean_latency_us: Option<f64>,
}

/// The same span of the feed for each transport, as far as the captures have it.
///
/// Each run has its own start, so the runs are laid over each other by the feed's plan: an update
/// stands at the same height on all sides. The span begins where the first of the runs does.
pub fn exchanges<const N: usize>(
    record: &Record,
    part: &Part,
    transports: [Transport; N],
) -> [Option<Exchange>; N] {
    let mut sides = transports.map(|_| None);
    for (side, transport) in sides.iter_mut().zip(transports) {
        // What passed in a void run is no result, and the captures are the first repeat's.
        let mut rows = record.good_rows(&part.scenario.name, transport);
        if rows.all(|row| row.repeat != 1) {
            continue;
        }
        let Ok(mut arrows) = record.arrows(&part.scenario.name, transport) else {
            continue;
        };
        if part.scenario.clients > 1 {
            let first = arrows.first().map(|arrow| arrow.connection);
            arrows.retain(|arrow| Some(arrow.connection) == first);
        }
        *side = Exchange::whole(transport, arrows);
    }
    align(&mut sides, part.scenario.rtt.as_micros() as u64);
    sides
}

fn align(sides: &mut [Option<Exchange>], rtt_us: u64) {
    let mut sides: Vec<_> = sides.iter_mut().flatten().collect();
    let longest = sides.iter().map(|side| side.span_us).max().unwrap_or(0);
    let period = sides.iter().find_map(|side| side.period_us());
    // Seven updates, and enough round trips to see what an asking transport does.
    let wanted = period.map_or(longest, |period| period * 7 + period / 5);
    let span_us = wanted.max(4 * rtt_us).min(longest).max(1);
    let anchor = sides.first().and_then(|first| {
        let mut seqs = first.updates.iter().map(|update| update.seq);
        seqs.find(|&seq| sides.iter().all(|side| side.lead_us(seq).is_some()))
    });
    let lead = anchor.and_then(|seq| sides.iter().filter_map(|side| side.lead_us(seq)).max());
    for side in &mut sides {
        let planned = anchor.and_then(|seq| side.planned_us(seq));
        if let Some((planned, lead)) = planned.zip(lead) {
            side.from_us = planned.saturating_sub(lead.min(span_us / 2));
        }
        side.span_us = span_us;
        let (from, to) = (side.from_us, side.from_us + span_us);
        side.arrows
            .retain(|arrow| ends(arrow).1 >= from && ends(arrow).0 <= to);
    }
}

/// Departure and arrival.
pub fn ends(arrow: &Arrow) -> (u64, u64) {
    match arrow.direction {
        Direction::Up => (arrow.client_us, arrow.server_us),
        Direction::Down => (arrow.server_us, arrow.client_us),
    }
}

impl Exchange {
    /// All of a run; `None` where nothing was captured.
    fn whole(transport: Transport, mut arrows: Vec<Arrow>) -> Option<Self> {
        arrows.sort_by_key(|arrow| ends(arrow).0);
        let begin_us = ends(arrows.first()?).0;
        let end_us = arrows.iter().map(|arrow| ends(arrow).1).max()?;
        let mut updates = BTreeMap::new();
        for arrow in arrows
            .iter()
            .filter(|arrow| arrow.direction == Direction::Down)
        {
            for told in &arrow.updates {
                updates.entry(told.seq).or_insert(Update {
                    seq: told.seq,
                    at_us: told.at_us,
                    left_us: arrow.server_us,
                    reached_us: arrow.client_us,
                });
            }
        }
        Some(Self {
            transport,
            arrows,
            updates: updates.into_values().collect(),
            begin_us,
            from_us: begin_us,
            span_us: end_us.saturating_sub(begin_us),
        })
    }

    fn planned_us(&self, seq: u64) -> Option<u64> {
        let mut updates = self.updates.iter();
        updates.find(|update| update.seq == seq)?.at_us
    }

    /// From the run's first byte to the plan of an update; `None` for what was there before.
    fn lead_us(&self, seq: u64) -> Option<u64> {
        self.planned_us(seq)?.checked_sub(self.begin_us)
    }

    fn period_us(&self) -> Option<u64> {
        let planned = |update: &&Update| update.at_us.is_some();
        let first = self.updates.iter().find(planned)?;
        let last = self.updates.iter().rfind(planned)?;
        let steps = last.seq.checked_sub(first.seq)?;
        last.at_us?.checked_sub(first.at_us?)?.checked_div(steps)
    }

    /// Whether an instant is shown.
    pub fn shows(&self, us: u64) -> bool {
        (self.from_us..=self.from_us + self.span_us).contains(&us)
    }

    /// Whether an update was there before the browser came: its latency says nothing.
    pub fn was_there(&self, update: &Update) -> bool {
        update.at_us.is_some_and(|at_us| at_us < self.begin_us)
    }

    /// When the server had a request of the browser at hand, as instants at the server. For
    /// transports that ask again, an update outside these spans has to wait.
    pub fn held(&self) -> Vec<(u64, u64)> {
        let mut held = Vec::new();
        let mut open = None;
        for arrow in &self.arrows {
            match (arrow.what, open) {
                (What::Request, _) => open = Some(arrow.server_us),
                (What::Response, Some(from)) => {
                    held.push((from, arrow.server_us));
                    open = None;
                }
                _ => {}
            }
        }
        held
    }

    /// What the span cost and brought.
    pub fn totals(&self) -> Totals {
        let mut totals = Totals::default();
        for arrow in self.arrows.iter().filter(|arrow| {
            let (left, reached) = ends(arrow);
            self.shows(left) && self.shows(reached)
        }) {
            let (count, bytes) = match arrow.direction {
                Direction::Up => (&mut totals.up, &mut totals.up_bytes),
                Direction::Down => (&mut totals.down, &mut totals.down_bytes),
            };
            *count += 1;
            *bytes += arrow.bytes;
        }
        let counted = |update: &&Update| {
            update.at_us.is_some_and(|at_us| self.shows(at_us))
                && self.shows(update.reached_us)
                && !self.was_there(update)
        };
        let latencies = self.updates.iter().filter(counted);
        let latencies: Vec<_> = latencies.filter_map(Update::latency_us).collect();
        totals.updates = latencies.len();
        totals.mean_latency_us = (!latencies.is_empty())
            .then(|| latencies.iter().sum::<u64>() as f64 / latencies.len() as f64);
        totals
    }
}

impl Update {
    /// From the planned instant to the arrival.
    pub fn latency_us(&self) -> Option<u64> {
        Some(self.reached_us.saturating_sub(self.at_us?))
    }

    /// From the planned instant until it left the server.
    pub fn wait_us(&self) -> Option<u64> {
        Some(self.left_us.saturating_sub(self.at_us?))
    }
}
