//! Does a real browser measure the same as the load generator? Each transport is measured by both
//! in the same scenario: one client, the same rate, payload and distance, each on its own
//! server. In the browser, the project's client (`web/transports/`) receives.
//!
//! The browser is one more receiver of [`crate::measure`]: same window, same audit, same reasons
//! for an error. Its bytes and requests are those on the link. In addition, every header that
//! it reports, and the load generator's ledger, must equal the bytes on the link.
//!
//! Over TLS the bytes between the browser and its server are encrypted. Only the total for each
//! update is counted, in both directions and with TLS, between two arrivals that the script notes.
//! Classes, requests and the latency at the link are null. Chromium accepts the server's certificate
//! by the hash of its public key and verifies all others as usual. Each server has a new certificate,
//! so each has a new browser.
//!
//! The page notes an arrival with `performance.timeOrigin + performance.now()`, in steps of 100 µs. A
//! page whose clock differs from the system's by more than 1 ms is an error. The load generator does
//! not query the page inside the window.

mod chromium;
mod network;
mod page;
mod side;

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};

use anyhow::{Context, bail};
use server::Transport;

pub use self::chromium::Chromium;
use self::page::Page;
use crate::{
    client::{ledger::Ledger, plan::Target, stream::Stream, trust::Trust},
    measure::{
        rig::Rig,
        run::{self, Phase},
    },
    record::{Comparison, HeaderProfile, HttpVersion, Scenario, Side},
};

/// Maximum number of attempts for a measurement that the machine disturbs.
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
    /// Checks that the scenario can be measured and that the page exists.
    pub fn new(scenario: Scenario, root: &Path) -> anyhow::Result<Self> {
        // The headers are compared with those on the link.
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

    /// Measures a transport with both. Where the browser needs other switches, another one takes
    /// its place. `progress` is called with the name of a side and its phase.
    pub async fn measure(
        &self,
        transport: Transport,
        chromium: &mut Chromium,
        progress: &(dyn Fn(&str, Phase) + Sync),
    ) -> anyhow::Result<Comparison> {
        let scenario = self.scenario_of(transport);
        let by = |phase| progress("the load generator", phase);
        let load_generator = tried(async || {
            let outcome = run::run(transport, &scenario, None, &by).await?;
            let (mut side, exchanges) = side::of(outcome, &scenario);
            side::check_ledger(&mut side, &exchanges);
            Ok(side)
        });
        let load_generator = load_generator.await?;
        let by = |phase| progress("the browser", phase);
        let browser =
            tried(async || self.by_browser(transport, &scenario, chromium, &by).await).await?;
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
        scenario: &Scenario,
        chromium: &mut Chromium,
        progress: &(dyn Fn(Phase) + Sync),
    ) -> anyhow::Result<Side> {
        let rig = Rig::start(scenario, &self.root).await?;
        let authority = rig.near[0].to_string();
        // With TLS each server has a certificate of its own.
        let switches = switches(scenario, rig.servers.addresses[0]).await?;
        chromium.set_switches(switches).await?;
        let chromium = &*chromium;
        let open = async |addresses: &[SocketAddr]| {
            Page::open(chromium, transport, scenario, addresses[0]).await
        };
        let outcome = run::measure(transport, rig, open, progress).await?;
        let (mut side, exchanges) = side::of(outcome, scenario);
        let cuts = side.measurement.reconnects;
        if cuts > 0 {
            let cut = format!("the page's connection was cut {cuts} times");
            side.measurement.warnings.push(cut);
        }
        let reports = network::reports(chromium, &authority, &exchanges).await?;
        side::check_reports(&mut side, reports, &exchanges);
        Ok(side)
    }

    /// The scenario of a transport: a WebSocket runs over HTTP/1.1, even if
    /// the other transports run over HTTP/2.
    pub fn scenario_of(&self, transport: Transport) -> Scenario {
        let mut scenario = self.scenario.clone();
        if transport == Transport::WebSocket {
            scenario.http_version = HttpVersion::Http1;
        }
        scenario
    }
}

/// Chromium's switches for TLS: accept this server's certificate, and do not offer HTTP/2 if HTTP/1.1
/// is measured.
async fn switches(scenario: &Scenario, server: SocketAddr) -> anyhow::Result<Vec<String>> {
    if !scenario.tls {
        return Ok(Vec::new());
    }
    let target = Target {
        tls: Some(Trust::Any.client_config(HttpVersion::Http1)),
        ..Target::in_clear_text(server, HeaderProfile::Minimal)
    };
    let stream = Stream::connect(&target, &mut Ledger::default()).await;
    let stream = stream.context("the server can't be asked for its certificate")?;
    let certificates = stream
        .tls
        .as_ref()
        .and_then(|tls| tls.session.peer_certificates());
    let certificate = certificates.and_then(|all| all.first());
    let hash = server::http::tls::spki_hash(certificate.context("the server shows none")?)?;
    let accept = format!("--ignore-certificate-errors-spki-list={hash}");
    let without_http2 = scenario.http_version == HttpVersion::Http1;
    let without_http2 = without_http2.then(|| "--disable-http2".to_owned());
    Ok([accept].into_iter().chain(without_http2).collect())
}

/// Repeats a measurement that the machine disturbed.
async fn tried(mut measure: impl AsyncFnMut() -> anyhow::Result<Side>) -> anyhow::Result<Side> {
    let mut side = measure().await?;
    for _ in 1..TRIES {
        if !side.measurement.is_retryable() {
            break;
        }
        side = measure().await?;
    }
    Ok(side)
}
