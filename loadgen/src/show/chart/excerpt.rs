//! The messages of one client in the time span of a comparison chart. Data only; panels draw it.

use std::collections::{BTreeMap, BTreeSet};

use server::Transport;

use crate::{
    record::{Again, Arrow, Direction, Measurement, Record, SuitePart, What},
    show::number,
};

/// One side of the chart.
#[derive(Clone, Debug)]
pub struct Excerpt<'a> {
    /// The whole run.
    pub row: &'a Measurement,
    /// The messages in the span, complete or partly inside it, in order of departure.
    pub arrows: Vec<Arrow>,
    /// All updates of the run, by seq.
    pub updates: Vec<Delivery>,
    /// Departure of the run's first byte.
    pub begin_us: u64,
    /// Start of the span.
    pub from_us: u64,
    /// Length of the span.
    pub span_us: u64,
}

/// The delivery of an update.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// Its position in the feed.
    pub seq: u64,
    /// Its planned time; `None` if the capture cut its text.
    pub at_us: Option<u64>,
    /// Departure from the server.
    pub left_us: u64,
    /// Arrival at the client.
    pub reached_us: u64,
}

/// The same span of the feed for each transport, as far as it was captured.
///
/// Runs start at different times and are aligned by the planned times of the feed, so that an update
/// has the same height on all sides. The span begins with the first run.
pub fn excerpts<'a>(
    record: &'a Record,
    part: &SuitePart,
    transports: &[Transport],
) -> Vec<Option<Excerpt<'a>>> {
    let side = |&transport: &Transport| {
        // The capture is that of the first repeat, if that is valid.
        let mut rows = record.good_rows(&part.scenario.name, transport);
        let row = rows.find(|row| row.repeat == 1)?;
        let mut arrows = record.arrows(&part.scenario.name, transport);
        if part.scenario.clients > 1 {
            let first = arrows.first().map(|arrow| arrow.connection);
            arrows.retain(|arrow| Some(arrow.connection) == first);
        }
        Excerpt::whole(&row.measurement, arrows)
    };
    let mut sides: Vec<_> = transports.iter().map(side).collect();
    let intervals = transports.iter().filter_map(|&transport| {
        match Again::of(transport, part.scenario.interval) {
            Again::EveryInterval(interval) => Some(interval),
            Again::AtOnce | Again::KeptOpen => None,
        }
    });
    // The first response contains earlier updates; the span must include the second one.
    let rtt = part.scenario.rtt;
    let second = intervals.max().map(|interval| interval + rtt * 3 / 2);
    let least = second.unwrap_or_default().max(4 * rtt);
    align(&mut sides, least.as_micros() as u64);
    sides
}

/// The updates of all sides, and those in the span.
pub fn extent<'a>(sides: impl Iterator<Item = &'a Excerpt<'a>>) -> [BTreeSet<u64>; 2] {
    let (mut all, mut shown) = (BTreeSet::new(), BTreeSet::new());
    for side in sides {
        for update in &side.updates {
            all.insert(update.seq);
            let planned = update.at_us.is_some_and(|at_us| side.shows(at_us));
            if planned || side.shows(update.reached_us) {
                shown.insert(update.seq);
            }
        }
    }
    [all, shown]
}

/// Aligns the sides. The span has at least this length, if the captures are that long.
fn align(sides: &mut [Option<Excerpt<'_>>], least_us: u64) {
    let mut sides: Vec<_> = sides.iter_mut().flatten().collect();
    let longest = sides.iter().map(|side| side.span_us).max().unwrap_or(0);
    let period = sides.iter().find_map(|side| side.period_us());
    let wanted = period.map_or(longest, |period| period * 7 + period / 5);
    let span_us = wanted.max(least_us).min(longest).max(1);
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

impl<'a> Excerpt<'a> {
    /// The excerpt of a whole run; `None` if nothing was captured.
    fn whole(row: &'a Measurement, mut arrows: Vec<Arrow>) -> Option<Self> {
        arrows.sort_by_key(|arrow| ends(arrow).0);
        let begin_us = ends(arrows.first()?).0;
        let end_us = arrows.iter().map(|arrow| ends(arrow).1).max()?;
        let mut updates = BTreeMap::new();
        let is_down = |arrow: &&Arrow| arrow.direction == Direction::Down;
        for arrow in arrows.iter().filter(is_down) {
            for update in &arrow.updates {
                updates.entry(update.seq).or_insert(Delivery {
                    seq: update.seq,
                    at_us: update.at_us,
                    left_us: arrow.server_us,
                    reached_us: arrow.client_us,
                });
            }
        }
        Some(Self {
            row,
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

    /// Time from the run's first byte to the planned time of an update; `None` for earlier updates.
    fn lead_us(&self, seq: u64) -> Option<u64> {
        self.planned_us(seq)?.checked_sub(self.begin_us)
    }

    fn period_us(&self) -> Option<u64> {
        let planned = |update: &&Delivery| update.at_us.is_some();
        let first = self.updates.iter().find(planned)?;
        let last = self.updates.iter().rfind(planned)?;
        let steps = last.seq.checked_sub(first.seq)?;
        last.at_us?.checked_sub(first.at_us?)?.checked_div(steps)
    }

    /// The part of the span before a time, even outside the span.
    pub fn part(&self, us: u64) -> f64 {
        let since_us = us as f64 - self.from_us as f64;
        (since_us / self.span_us as f64).clamp(-9.0, 9.0)
    }

    /// Round times for a ruler with at most this many steps, each with its milliseconds since the
    /// start of the span.
    pub fn ruler(&self, most: f64) -> impl Iterator<Item = (u64, String)> {
        let steps = number::steps(self.span_us as f64 / 1000.0, most);
        steps.map(|(ms, text)| (self.from_us + (ms * 1000.0).round() as u64, text))
    }

    /// Whether a time is in the span.
    pub fn shows(&self, us: u64) -> bool {
        (self.from_us..=self.from_us + self.span_us).contains(&us)
    }

    /// Whether an update was planned before the client connected, so that it has no latency.
    pub fn was_there(&self, update: &Delivery) -> bool {
        update.at_us.is_some_and(|at_us| at_us < self.begin_us)
    }

    /// The latency of an update, if it has one.
    pub fn latency_us(&self, update: &Delivery) -> Option<u64> {
        update.latency_us().filter(|_| !self.was_there(update))
    }

    /// The updates that were planned after the client connected, with their planned times.
    pub fn planned(&self) -> impl Iterator<Item = (&Delivery, u64)> {
        let updates = self.updates.iter();
        let updates = updates.filter(|update| !self.was_there(update));
        updates.filter_map(|update| Some((update, update.at_us?)))
    }

    /// The spans in which the server held a request, in the server's time. For transports that send a
    /// request again, an update outside these spans has to wait.
    pub fn held(&self) -> Vec<(u64, u64)> {
        let mut held = Vec::new();
        let mut open = None;
        for arrow in &self.arrows {
            match arrow.what {
                What::Request => open = Some(arrow.server_us),
                What::Response => held.extend(open.take().map(|from| (from, arrow.server_us))),
                _ => {}
            }
        }
        held
    }
}

impl Delivery {
    /// Time from the planned time to the arrival.
    pub fn latency_us(&self) -> Option<u64> {
        Some(self.reached_us.saturating_sub(self.at_us?))
    }

    /// Time from the planned time to the departure from the server.
    pub fn wait_us(&self) -> Option<u64> {
        Some(self.left_us.saturating_sub(self.at_us?))
    }
}
