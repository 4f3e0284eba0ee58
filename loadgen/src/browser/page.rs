//! What does the page in the browser tell? `web/view/bench/index.js` is the other half of this.

use std::{
    collections::HashSet,
    time::{Duration, Instant},
};

use anyhow::Context;
use serde::Deserialize;

use super::{
    Chromium,
    network::{self, Reported},
};
use crate::record::Exchange;

/// From one question to the page to the next; none are asked inside the window.
const BETWEEN_LOOKS: Duration = Duration::from_millis(50);
/// So long after the requests their report may come.
const LONGEST_REPORT: Duration = Duration::from_secs(5);

/// What the page has noted, as `web/view/bench/index.js` keeps it.
#[derive(Debug, Deserialize)]
pub struct Noted {
    pub updates: Vec<Update>,
    pub cuts: u64,
    pub clock_offset_us: i64,
}

#[derive(Debug, Deserialize)]
pub struct Update {
    pub seq: u64,
    pub at_us: u64,
    pub arrived_us: u64,
}

const NOTED: &str = "return { updates: bench.updates, cuts: bench.cuts(), \
                     clock_offset_us: bench.clockOffsetUs() }";

/// The page, open in the browser.
pub struct Page<'a> {
    pub chromium: &'a Chromium,
}

impl Page<'_> {
    pub async fn open(&self, url: &str) -> anyhow::Result<()> {
        let opened = self.chromium.client.goto(url).await;
        opened.with_context(|| format!("the browser can't open {url}"))
    }

    /// Waits until the script has an update that was planned at `at_us` or later; false where it
    /// has none within `longest`.
    pub async fn has_update_from(&self, at_us: u64, longest: Duration) -> anyhow::Result<bool> {
        let deadline = Instant::now() + longest;
        while Instant::now() < deadline {
            // While a document is exchanged for another there is nothing to ask.
            let newest = "return window.bench?.newestAtUs() ?? null";
            let newest = self.chromium.client.execute(newest, vec![]).await;
            let newest = newest.context("the browser's page can't be asked")?;
            if newest.as_u64().is_some_and(|newest| newest >= at_us) {
                return Ok(true);
            }
            tokio::time::sleep(BETWEEN_LOOKS).await;
        }
        Ok(false)
    }

    /// What the browser reports of its requests: the log of it comes some time after them.
    pub async fn reports(
        &self,
        authority: &str,
        exchanges: &[Exchange],
    ) -> anyhow::Result<Vec<Reported>> {
        let deadline = Instant::now() + LONGEST_REPORT;
        let answered = exchanges.iter().filter(|one| one.is_answered());
        let expected = answered.clone().count();
        let targets: HashSet<_> = answered.map(Exchange::target).collect();
        let mut messages = Vec::new();
        loop {
            messages.extend(self.chromium.messages().await?);
            let reports = network::reported(&messages, authority);
            let whole = |one: &&Reported| {
                let heads = one.request_bytes.and(one.response_bytes);
                heads.is_some() && targets.contains(&one.target)
            };
            if reports.iter().filter(whole).count() >= expected || Instant::now() > deadline {
                return Ok(reports);
            }
            tokio::time::sleep(BETWEEN_LOOKS).await;
        }
    }

    pub async fn noted(&self) -> anyhow::Result<Noted> {
        let noted = self.chromium.client.execute(NOTED, vec![]).await;
        let noted = noted.context("the browser's page does not say what it noted")?;
        serde_json::from_value(noted).context("the page notes other things than are expected")
    }
}
