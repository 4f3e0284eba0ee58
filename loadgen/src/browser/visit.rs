//! How does a browser measure one transport? It opens the page of a fresh server behind a link;
//! its script notes each update, and what it noted is audited like a client's of the load generator.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::bail;
use server::{
    Transport,
    base::{clock, timer},
    link::Link,
};
use tokio::sync::mpsc;

use super::{
    Chromium, Comparison, Side, Spoilt,
    page::{Noted, Page},
};
use crate::{
    client::{
        audit::Audit,
        shared::{Book, Shared, When, Window},
    },
    measure::{
        capture::Capture,
        invalid::{Invalid, NEGLIGIBLE, late_us},
        run::Phase,
        server_process::ServerProcess,
        watchdog::{Findings, Watchdog},
    },
    record::{Again, LatencyUs, Scenario},
};

/// The page's clock may stand so far from the machine's: it is read in steps of 100 us.
const LONGEST_OFF_US: i64 = 1_000;
/// So long may it take until the page has its first update, beside some twenty round trips that
/// load it.
const LONGEST_OPEN: Duration = Duration::from_secs(30);
/// So long after the window an update of it may come, beyond what period, interval and distance
/// explain.
const LONGEST_DRAIN: Duration = Duration::from_secs(5);

/// Measures `transport` in the browser.
pub async fn visit(
    comparison: &Comparison,
    transport: Transport,
    chromium: &Chromium,
    progress: &(dyn Fn(Phase) + Sync),
) -> anyhow::Result<(Side, Spoilt)> {
    let scenario = &comparison.scenario;
    progress(Phase::Connect);
    let server = ServerProcess::start_with_page(scenario, &comparison.root).await?;
    let (tap, mut tapped) = mpsc::unbounded_channel();
    let link = Link::start(server.address, scenario.way(), Some(tap)).await?;
    let page = Page { chromium };
    let authority = link.address().to_string();
    page.open(&format!(
        "http://{authority}/bench.html?transport={transport}"
    ))
    .await?;
    let longest = LONGEST_OPEN + 20 * scenario.rtt + 2 * (scenario.period() + scenario.interval);
    if !page.has_update_from(0, longest).await? {
        bail!("{transport}: the browser's script had no update within {longest:?}");
    }
    progress(Phase::WarmUp);
    let from_us = clock::now_us() + scenario.warm_up.as_micros() as u64;
    let to_us = from_us + scenario.duration.as_micros() as u64;
    let window = Window { from_us, to_us };
    let shared = Arc::new(Shared::new());
    shared.open(window);
    // This process carries the link, so its lateness is the browser's.
    let bound_us = late_us(1, Again::of(transport, scenario.interval));
    let watch = Watchdog::begin(Arc::clone(&shared), instant(from_us), bound_us);
    timer::sleep_until(instant(from_us)).await;
    progress(Phase::Measure);
    timer::sleep_until(instant(to_us)).await;
    progress(Phase::Drain);
    let drained = page.has_update_from(to_us, longest_drain(scenario)).await?;
    let findings = watch.findings();
    drop(watch);
    let noted = page.noted().await?;
    page.open("about:blank").await?;
    let passages = std::iter::from_fn(|| tapped.try_recv().ok());
    let passages = passages.filter(|passage| !passage.bytes.is_empty());
    let capture = Capture::read(transport, passages);

    let (mut side, void) = audited(&noted, &shared, &findings, drained);
    let spoilt = Spoilt::by(void.as_ref().map(Invalid::code));
    if spoilt != Spoilt::Wholly {
        let exchanges = side.see(&capture, transport, scenario, window);
        let reports = page.reports(&authority, &exchanges).await?;
        side.hold_reports_against(reports, &exchanges);
    }
    Ok((side, spoilt))
}

fn longest_drain(scenario: &Scenario) -> Duration {
    LONGEST_DRAIN + 2 * (scenario.period() + scenario.interval) + 4 * scenario.rtt
}

fn instant(at_us: u64) -> Instant {
    Instant::now() + Duration::from_micros(at_us.saturating_sub(clock::now_us()))
}

/// The same audit, the same histogram and the same distrust as for the load generator's clients.
fn audited(
    noted: &Noted,
    shared: &Shared,
    findings: &Findings,
    drained: bool,
) -> (Side, Option<Invalid>) {
    let mut audit = Audit::default();
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
        latency_us: LatencyUs::of(&book.latency_us),
        ..Side::default()
    };
    let void = match drained {
        true => reason(&side, noted, &book, findings),
        false => {
            let silent = "nothing planned after the window came to the browser's script";
            Some(Invalid::ClientFailed(silent.into()))
        }
    };
    if let Some(why) = &void {
        side.latency_us = LatencyUs::default();
        side.error = Some(why.words());
        side.error_code = Some(why.code());
    }
    if noted.cuts > 0 {
        let cuts = noted.cuts;
        side.warnings
            .push(format!("the page's connection was cut {cuts} times"));
    }
    (side, void)
}

/// Why what the browser noted is no measurement, if it is none.
fn reason(side: &Side, noted: &Noted, book: &Book, findings: &Findings) -> Option<Invalid> {
    let &Side {
        lost,
        duplicated,
        reordered,
        ..
    } = side;
    let off_us = noted.clock_offset_us;
    let off_us = (off_us.abs() > LONGEST_OFF_US).then_some(off_us);
    let p50_us = side.latency_us.p50.unwrap_or(0) as f64;
    let tolerable_us = findings.bound_us.max((p50_us * NEGLIGIBLE) as u64);
    let late_us = findings.late_us_p99.filter(|&us| us > tolerable_us);
    if let Some(step_us) = findings.clock_step_us.or(off_us) {
        Some(Invalid::ClockStepped(step_us))
    } else if side.updates_expected == 0 {
        Some(Invalid::NothingPlanned)
    } else if (lost, duplicated, reordered) != (0, 0, 0) {
        Some(Invalid::BadDelivery {
            lost,
            duplicated,
            reordered,
        })
    } else if book.early > 0 {
        Some(Invalid::EarlyArrival(book.early))
    } else {
        late_us.map(Invalid::GeneratorLate)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::browser::page::Update;

    /// What comes of updates inside and outside a window of 1,000 to 2,000 us, each 300 us late.
    fn judged(
        seqs_and_instants: &[(u64, u64)],
        clock_offset_us: i64,
        late_us_p99: u64,
    ) -> (Side, Option<Invalid>) {
        let update = |&(seq, at_us)| Update {
            seq,
            at_us,
            arrived_us: at_us + 300,
        };
        let noted = Noted {
            updates: seqs_and_instants.iter().map(update).collect(),
            cuts: 0,
            clock_offset_us,
        };
        let shared = Shared::new();
        shared.open(Window {
            from_us: 1_000,
            to_us: 2_000,
        });
        let findings = Findings {
            late_us_p99: Some(late_us_p99),
            bound_us: 2_000,
            ..Findings::default()
        };
        audited(&noted, &shared, &findings, true)
    }

    const ALL: [(u64, u64); 4] = [(1, 900), (2, 1_200), (3, 1_900), (4, 2_000)];

    #[test]
    fn what_was_planned_inside_the_window_is_counted_and_audited() {
        let (side, void) = judged(&ALL, 80, 1_500);
        assert_eq!((side.updates_expected, side.updates_received), (2, 2));
        assert_eq!(side.latency_us.p50, Some(300));
        assert!(void.is_none() && side.error.is_none());
    }

    #[test]
    fn a_lost_update_is_an_error_and_no_number() {
        let (side, void) = judged(&[ALL[0], ALL[2], ALL[3]], 80, 1_500);
        assert!(matches!(void, Some(Invalid::BadDelivery { lost: 1, .. })));
        assert_eq!((side.updates_expected, side.latency_us.p50), (2, None));
        assert!(side.error.is_some());
    }

    #[test]
    fn a_clock_that_is_off_and_a_link_that_is_late_spoil_the_times() {
        for (offset_us, late_us) in [(-1_200, 1_500), (80, 2_500)] {
            let (side, void) = judged(&ALL, offset_us, late_us);
            assert_eq!(Spoilt::by(void.as_ref().map(Invalid::code)), Spoilt::InTime);
            assert_eq!(side.latency_us.p50, None);
        }
    }
}
