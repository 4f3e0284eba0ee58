//! Does a real browser find what the load generator measures? Each transport is measured by both in
//! the same scenario: one client, the same rate, payload and distance, each on a server of its own.
//! In the browser it is the project's own client (`web/transports/`) that receives.
//!
//! What is held to agree, and why so far:
//!
//! - Updates: all, on both sides. A side that lost one is an error and no number.
//! - Heads: to the byte. What differs is named line by line, so that nothing is left over.
//! - Latency of what is held or kept open: [`P50_BOUND_US`], which is what `just second-opinion`
//!   allows between two clients in two languages, and [`P99_BOUND_US`], since of a hundred
//!   updates the 99th percentile is the second worst, which one pause of the machine makes.
//! - Latency of what asks every interval: one period of the feed more. Whoever asks finds updates
//!   that have waited a whole number of periods and a rest, and that rest is the chance of when it
//!   began.
//! - Requests of a window: one more or fewer, by where its edges lie.
//!
//! Every head is counted on the wire too, by a tap on the link: what the browser reports of itself,
//! and the load generator's ledger, must equal what passed.

mod chromium;
mod explain;
mod lines;
mod network;
mod page;
mod side;
mod table;
mod visit;

use std::path::{Path, PathBuf};

use anyhow::bail;
use serde::Serialize;
use server::Transport;

pub use self::{chromium::Chromium, side::Side, table::of_rows};
use crate::{
    measure::run::{self, Phase},
    record::{ErrorCode, Scenario},
};

/// By so much medians may differ and still agree.
pub const P50_BOUND_US: u64 = 1_000;
/// By so much 99th percentiles may.
pub const P99_BOUND_US: u64 = 5_000;
/// So often is a measurement made that the machine spoilt.
const TRIES: u32 = 3;

/// One transport, measured twice.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    /// Which.
    pub transport: Transport,
    /// What the load generator found.
    pub load_generator: Side,
    /// What the browser's script and the browser itself told.
    pub browser: Side,
    /// Where they differ and why, or that they agree: a sentence each.
    pub why: Vec<String>,
}

impl Row {
    /// Whether either side is no measurement.
    pub fn is_error(&self) -> bool {
        self.load_generator.error.is_some() || self.browser.error.is_some()
    }
}

/// What is to be compared, and with which page.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// The conditions, which are those of both sides.
    pub scenario: Scenario,
    /// The project's folder.
    pub root: PathBuf,
}

impl Comparison {
    /// Checks that the scenario can be measured and the page be served.
    pub fn new(scenario: Scenario, root: &Path) -> anyhow::Result<Self> {
        // What passes is what the heads are held against.
        let scenario = Scenario {
            capture: true,
            ..scenario
        };
        scenario.check()?;
        let page = root.join("web/bench.html");
        if !page.is_file() {
            bail!(
                "there is no page at {}: run this in the project's folder, or name it with --root",
                page.display()
            );
        }
        Ok(Self {
            scenario,
            root: root.into(),
        })
    }

    /// Measures a transport by both. `progress` is told which of them does what.
    pub async fn measure(
        &self,
        transport: Transport,
        chromium: &Chromium,
        progress: &(dyn Fn(&str, Phase) + Sync),
    ) -> anyhow::Result<Row> {
        let by = |phase| progress("the load generator", phase);
        let load_generator = tried(async || self.by_load_generator(transport, &by).await).await?;
        let by = |phase| progress("the browser", phase);
        let browser = tried(async || visit::visit(self, transport, chromium, &by).await).await?;
        let mut row = Row {
            transport,
            load_generator,
            browser,
            why: Vec::new(),
        };
        row.why = explain::why(&row, &self.scenario);
        Ok(row)
    }

    async fn by_load_generator(
        &self,
        transport: Transport,
        progress: &(dyn Fn(Phase) + Sync),
    ) -> anyhow::Result<(Side, Spoilt)> {
        let outcome = run::run(transport, &self.scenario, None, progress).await?;
        let row = &outcome.measurement;
        let spoilt = Spoilt::by(row.error_code);
        let mut side = Side {
            updates_expected: row.updates_expected,
            updates_received: row.updates_received,
            lost: row.lost,
            duplicated: row.duplicated,
            reordered: row.reordered,
            latency_us: row.latency_us,
            warnings: row.warnings.clone(),
            error: row.error.clone(),
            error_code: row.error_code,
            ..Side::default()
        };
        // A machine that is too busy for times counts its bytes right.
        if let Some(window) = outcome.window.filter(|_| spoilt != Spoilt::Wholly) {
            let exchanges = side.see(&outcome.capture, transport, &self.scenario, window);
            if let Some(sample) = &side.sample {
                side.request_head_bytes = Some(sample.request.len());
                side.response_head_bytes = Some(sample.response.len());
            }
            side.hold_ledger_against(row, &exchanges);
        }
        Ok((side, spoilt))
    }
}

/// What is left of a side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Spoilt {
    Not,
    /// A machine that is too busy for times counts bytes right.
    InTime,
    Wholly,
}

impl Spoilt {
    fn by(error_code: Option<ErrorCode>) -> Self {
        match error_code {
            None => Self::Not,
            Some(code) if code.is_retryable() => Self::InTime,
            Some(_) => Self::Wholly,
        }
    }
}

/// Measures again what the machine spoilt, up to a bound.
async fn tried(measure: impl AsyncFn() -> anyhow::Result<(Side, Spoilt)>) -> anyhow::Result<Side> {
    let mut tries = 1;
    loop {
        let (side, spoilt) = measure().await?;
        if spoilt != Spoilt::InTime || tries == TRIES {
            return Ok(side);
        }
        tries += 1;
    }
}
