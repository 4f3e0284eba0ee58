//! Does a real browser measure the same as the load generator? Each transport is measured by both
//! in the same scenario: one client, the same rate, payload and distance, each on a server of its
//! own. In the browser it is the project's own client (`web/transports/`) that receives.
//!
//! The browser is one more receiver of [`crate::measure`]: same window, same audit, same reasons
//! for an error. Its bytes and its requests are those that passed on the link. In addition every
//! head that it reports of itself, and those of the load generator's ledger, must equal what
//! passed.

mod chromium;
mod network;
mod page;
mod side;

use std::path::{Path, PathBuf};

use anyhow::bail;
use server::Transport;

pub use self::chromium::Chromium;
use self::page::Page;
use crate::{
    measure::{
        rig::Rig,
        run::{self, Phase},
    },
    record::{Comparison, Scenario, Side},
};

/// A measurement that the machine has disturbed is made at most this many times.
const TRIES: u32 = 3;

/// The scenario of both sides, and the page that the browser opens.
#[derive(Clone, Debug)]
pub struct BrowserRun {
    /// The scenario.
    pub scenario: Scenario,
    /// The project's folder.
    pub root: PathBuf,
}

impl BrowserRun {
    /// Checks that the scenario can be measured and the page be served.
    pub fn new(scenario: Scenario, root: &Path) -> anyhow::Result<Self> {
        // The heads are compared with what passes.
        let scenario = Scenario {
            capture: true,
            ..scenario
        };
        scenario.check_to_measure()?;
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

    /// Measures a transport by both. `progress` is called with the name of a side and its phase.
    pub async fn measure(
        &self,
        transport: Transport,
        chromium: &Chromium,
        progress: &(dyn Fn(&str, Phase) + Sync),
    ) -> anyhow::Result<Comparison> {
        let by = |phase| progress("the load generator", phase);
        let load_generator = tried(async || {
            let outcome = run::run(transport, &self.scenario, None, &by).await?;
            let (mut side, exchanges) = side::of(outcome, &self.scenario);
            side::check_ledger(&mut side, &exchanges);
            Ok(side)
        });
        let load_generator = load_generator.await?;
        let by = |phase| progress("the browser", phase);
        let browser = tried(async || self.by_browser(transport, chromium, &by).await).await?;
        Ok(Comparison {
            transport,
            load_generator,
            browser,
            why: Vec::new(),
        })
    }

    async fn by_browser(
        &self,
        transport: Transport,
        chromium: &Chromium,
        progress: &(dyn Fn(Phase) + Sync),
    ) -> anyhow::Result<Side> {
        let rig = Rig::start(&self.scenario, &self.root).await?;
        let authority = rig.near.to_string();
        let open = async |address| Page::open(chromium, transport, address).await;
        let outcome = run::measure(transport, rig, open, progress).await?;
        let (mut side, exchanges) = side::of(outcome, &self.scenario);
        let cuts = side.measurement.reconnects;
        if cuts > 0 {
            let cut = format!("the page's connection was cut {cuts} times");
            side.measurement.warnings.push(cut);
        }
        let reports = network::reports(chromium, &authority, &exchanges).await?;
        side::check_reports(&mut side, reports, &exchanges);
        Ok(side)
    }
}

/// Measures again what the machine disturbed, up to a bound.
async fn tried(measure: impl AsyncFn() -> anyhow::Result<Side>) -> anyhow::Result<Side> {
    let mut side = measure().await?;
    for _ in 1..TRIES {
        if !side.measurement.is_retryable() {
            break;
        }
        side = measure().await?;
    }
    Ok(side)
}
