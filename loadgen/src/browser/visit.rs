//! How does a browser measure one transport? It opens the page of a fresh server behind a link;
//! its script notes each update, and what it noted is audited like a client's of the load generator.

use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use serde::Deserialize;
use server::{Transport, clock, link::Link, timer};
use tokio::sync::mpsc;

use super::{
    Chromium, Comparison, Side,
    network::{self, Reported},
    wire::Exchange,
};
use crate::{
    audit::Audit,
    measurement::LatencyUs,
    run::Phase,
    scenario::Scenario,
    server_process::ServerProcess,
    shared::{Shared, When, Window},
};

/// The page's clock may stand so far from the machine's: it is read in steps of 100 us.
const LONGEST_OFF_US: i64 = 1_000;
/// So long may it take until the page has its first update, beside some twenty round trips that
/// load it.
const LONGEST_OPEN: Duration = Duration::from_secs(30);
/// So long after the window an update of it may come, beyond what period, interval and distance
/// explain.
const LONGEST_DRAIN: Duration = Duration::from_secs(5);
/// From one question to the page to the next; none are asked inside the window.
const BETWEEN_LOOKS: Duration = Duration::from_millis(50);

/// What the page has noted, as `web/view/bench.js` keeps it.
#[derive(Debug, Deserialize)]
struct Noted {
    updates: Vec<Update>,
    cuts: u64,
    clock_offset_us: i64,
}

#[derive(Debug, Deserialize)]
struct Update {
    seq: u64,
    at_us: u64,
    arrived_us: u64,
}

const NOTED: &str = "return { updates: bench.updates, cuts: bench.cuts(), \
                     clock_offset_us: bench.clockOffsetUs() }";

/// Measures `transport` in the browser.
pub async fn visit(
    comparison: &Comparison,
    transport: Transport,
    chromium: &Chromium,
    progress: &(dyn Fn(Phase) + Sync),
) -> anyhow::Result<Side> {
    let scenario = &comparison.scenario;
    progress(Phase::Connect);
    let server = ServerProcess::start_with_page(scenario, &comparison.root).await?;
    let (tap, mut tapped) = mpsc::unbounded_channel();
    let link = Link::start(server.address, scenario.way(), Some(tap)).await?;
    let page = Page { chromium };
    let authority = link.address().to_string();
    let interval_ms = scenario.interval.as_millis();
    page.open(&format!(
        "http://{authority}/bench.html?transport={transport}&interval={interval_ms}"
    ))
    .await?;
    let longest = LONGEST_OPEN + 20 * scenario.rtt + 2 * (scenario.period() + scenario.interval);
    if !page.has_update_from(0, longest).await? {
        bail!("{transport}: the browser's script had no update within {longest:?}");
    }
    progress(Phase::WarmUp);
    let from_us = clock::now_us() + scenario.warm_up.as_micros() as u64;
    let to_us = from_us + scenario.duration.as_micros() as u64;
    sleep_until_us(from_us).await;
    progress(Phase::Measure);
    sleep_until_us(to_us).await;
    progress(Phase::Drain);
    let drained = page.has_update_from(to_us, longest_drain(scenario)).await?;
    let noted = page.noted().await?;
    let messages = chromium.messages().await?;
    page.open("about:blank").await?;
    let passages: Vec<_> = std::iter::from_fn(|| tapped.try_recv().ok()).collect();

    let window = Window { from_us, to_us };
    let mut side = audited(&noted, window);
    if !drained && side.error.is_none() {
        side.error = Some(format!(
            "nothing planned after the window came to {transport}'s script"
        ));
    }
    if side.error.is_none() {
        let exchanges = side.see(&passages, transport, scenario, window);
        side.hold_reports_against(network::reported(&messages, &authority), &exchanges);
    }
    Ok(side)
}

fn longest_drain(scenario: &Scenario) -> Duration {
    LONGEST_DRAIN + 2 * (scenario.period() + scenario.interval) + 4 * scenario.rtt
}

async fn sleep_until_us(at_us: u64) {
    let rest = Duration::from_micros(at_us.saturating_sub(clock::now_us()));
    timer::sleep_until(Instant::now() + rest).await;
}

/// The same audit and the same histogram as those of the load generator's clients.
fn audited(noted: &Noted, window: Window) -> Side {
    let (shared, mut audit) = (Shared::new(), Audit::default());
    shared.open(window);
    for update in &noted.updates {
        let when = shared.place(update.at_us);
        let inside = when == When::Inside;
        if audit.receive(update.seq, inside) && inside {
            shared.record(update.at_us, update.arrived_us);
        }
        shared.delimit(update.seq, when);
    }
    let book = shared.noted();
    let expected = book.updates().unwrap_or(audit.received);
    let mut side = Side {
        updates_expected: expected,
        updates_received: audit.received,
        lost: expected.saturating_sub(audit.received),
        duplicated: audit.duplicated,
        reordered: audit.reordered,
        ..Side::default()
    };
    side.error = if (side.lost, side.duplicated, side.reordered) != (0, 0, 0) {
        Some(format!(
            "{} lost, {} duplicated, {} reordered on the way to the browser's script",
            side.lost, side.duplicated, side.reordered
        ))
    } else if expected == 0 {
        Some("no update was planned inside the window: take a longer --duration".into())
    } else if noted.clock_offset_us.abs() > LONGEST_OFF_US || book.early > 0 {
        Some(format!(
            "the page's clock stands {} us from the machine's, and {} updates came before their \
             instant: let the clock settle and try again",
            noted.clock_offset_us, book.early
        ))
    } else {
        side.latency_us = LatencyUs::of(&book.latency_us);
        None
    };
    if noted.cuts > 0 {
        let cuts = noted.cuts;
        side.warnings
            .push(format!("the page's connection was cut {cuts} times"));
    }
    side
}

impl Side {
    /// Takes the heads' bytes from the browser's report, and holds every one against the wire's.
    fn hold_reports_against(&mut self, mut reports: Vec<Reported>, exchanges: &[Exchange]) {
        let mut differing = Vec::new();
        for exchange in exchanges {
            let target = exchange.target();
            let nth = reports.iter().position(|report| report.target == target);
            let report = nth.map(|nth| reports.remove(nth)).unwrap_or_default();
            if self.sample.as_ref() == Some(exchange) {
                self.request_head_bytes = report.request_bytes;
                self.response_head_bytes = report.response_bytes;
            }
            let request = Some(exchange.request.len());
            let response = exchange.response.as_ref().map(Vec::len);
            let pairs = [
                (report.request_bytes, request, "a request head"),
                (report.response_bytes, response, "a response head"),
            ];
            for (told, passed, what) in pairs {
                match (told, passed) {
                    (told, passed) if told == passed => {
                        self.heads_as_on_the_wire += usize::from(passed.is_some());
                    }
                    // The last answer may be on its way to the log while it is read.
                    (_, None) | (None, _) if exchange == &exchanges[exchanges.len() - 1] => {}
                    (Some(told), Some(passed)) => differing.push(format!(
                        "the browser reports {told} bytes of {what} ({target}) that had {passed} \
                         on the wire"
                    )),
                    _ => differing.push(format!("the browser does not report {what} ({target})")),
                }
            }
        }
        let count = differing.len();
        self.warnings.extend(differing.into_iter().take(1));
        if count > 1 {
            self.warnings
                .push(format!("and so of {} more heads", count - 1));
        }
    }
}

/// The page, open in the browser.
struct Page<'a> {
    chromium: &'a Chromium,
}

impl Page<'_> {
    async fn open(&self, url: &str) -> anyhow::Result<()> {
        let opened = self.chromium.client.goto(url).await;
        opened.with_context(|| format!("the browser can't open {url}"))
    }

    /// Waits until the script has an update that was planned at `at_us` or later; false where it
    /// has none within `longest`.
    async fn has_update_from(&self, at_us: u64, longest: Duration) -> anyhow::Result<bool> {
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

    async fn noted(&self) -> anyhow::Result<Noted> {
        let noted = self.chromium.client.execute(NOTED, vec![]).await;
        let noted = noted.context("the browser's page does not say what it noted")?;
        serde_json::from_value(noted).context("the page notes other things than are expected")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WINDOW: Window = Window {
        from_us: 1_000,
        to_us: 2_000,
    };

    fn noted(seqs_and_instants: &[(u64, u64)]) -> Noted {
        let update = |&(seq, at_us)| Update {
            seq,
            at_us,
            arrived_us: at_us + 300,
        };
        Noted {
            updates: seqs_and_instants.iter().map(update).collect(),
            cuts: 0,
            clock_offset_us: 80,
        }
    }

    #[test]
    fn what_was_planned_inside_the_window_is_counted_and_audited() {
        let side = audited(
            &noted(&[(1, 900), (2, 1_200), (3, 1_900), (4, 2_000)]),
            WINDOW,
        );
        assert_eq!((side.updates_expected, side.updates_received), (2, 2));
        assert_eq!(side.latency_us.p50, Some(300));
        assert_eq!(side.error, None);
    }

    #[test]
    fn a_lost_update_and_a_clock_that_is_off_are_errors_and_no_numbers() {
        let side = audited(&noted(&[(1, 900), (3, 1_900), (4, 2_000)]), WINDOW);
        assert!(
            side.error
                .is_some_and(|error| error.starts_with("1 lost, 0 dup"))
        );
        assert_eq!((side.updates_expected, side.latency_us.p50), (2, None));
        let mut off = noted(&[(1, 900), (2, 1_200), (3, 2_000)]);
        off.clock_offset_us = -1_200;
        let side = audited(&off, WINDOW);
        assert!(side.error.is_some_and(|error| error.contains("-1200 us")));
        assert_eq!(side.latency_us.p50, None);
    }

    fn exchange(target: &str, answered: bool) -> Exchange {
        Exchange {
            asked_us: 0,
            request: format!("GET {target} HTTP/1.1\r\n\r\n").into_bytes(),
            response: answered.then(|| b"HTTP/1.1 200 OK\r\n\r\n".to_vec()),
        }
    }

    fn report(target: &str, request: usize, response: usize) -> Reported {
        Reported {
            target: target.into(),
            request_bytes: Some(request),
            response_bytes: Some(response),
        }
    }

    #[test]
    fn each_report_is_held_against_the_wire() {
        let exchanges = [
            exchange("/sse", true),
            exchange("/sse?after=1", true),
            exchange("/sse?after=2", false),
        ];
        let mut side = Side {
            sample: Some(exchanges[1].clone()),
            ..Side::default()
        };
        let reports = vec![report("/sse", 21, 19), report("/sse?after=1", 30, 19)];
        side.hold_reports_against(reports, &exchanges);
        assert_eq!(
            side.request_head_bytes,
            Some(30),
            "what it says, not what is true"
        );
        assert_eq!(side.heads_as_on_the_wire, 2 + 1);
        assert_eq!(
            side.warnings,
            [
                "the browser reports 30 bytes of a request head (/sse?after=1) that had 29 on the wire"
            ]
        );
        let mut side = Side::default();
        side.hold_reports_against(vec![report("/sse?after=1", 29, 19)], &exchanges);
        assert_eq!(
            side.warnings,
            [
                "the browser does not report a request head (/sse)",
                "and so of 1 more heads"
            ]
        );
    }
}
