//! Makes the READMEs' moving picture of why requests cost time: `just picture`.
//!
//! It captures the traffic of long polling and of WebSocket, writes the instants of their messages
//! into a file, and draws the picture in both languages from that file. With `draw` it does not
//! capture, and draws the file again.

mod draw;
mod motion;

use std::{env, fs, path::Path, time::Duration};

use anyhow::{Context, bail};
use loadgen::{
    measure::run,
    record::{Arrow, Direction, Scenario, What},
    show::{chart::excerpt::ends, language::Language},
};
use serde::{Deserialize, Serialize};
use server::Transport::{self, LongPolling, WebSocket};

const RTT: Duration = Duration::from_secs(1);
const RATE_PER_S: f64 = 10.0;
/// Length of the picture: a whole number of updates and, approximately, of long polls.
const SPAN: Duration = Duration::from_secs(6);
/// From the first byte to the start of the picture.
const WARM_UP: Duration = Duration::from_secs(4);

/// The instants of the picture, in milliseconds since its start.
#[derive(Serialize, Deserialize)]
struct Instants {
    rtt_ms: f64,
    rate_per_s: f64,
    span_ms: f64,
    sides: Vec<Side>,
}

/// The messages of one client.
#[derive(Serialize, Deserialize)]
struct Side {
    transport: Transport,
    requests: Vec<Request>,
    updates: Vec<Update>,
}

#[derive(Serialize, Deserialize)]
struct Request {
    left_ms: f64,
    arrived_ms: f64,
}

#[derive(Serialize, Deserialize)]
struct Update {
    planned_ms: f64,
    left_ms: f64,
    arrived_ms: f64,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../web/pictures");
    let file = folder.join("requests-cost-time.json");
    if env::args().nth(1).as_deref() != Some("draw") {
        let text = serde_json::to_string_pretty(&capture().await?)?;
        fs::write(&file, text + "\n")?;
    }
    let text = fs::read_to_string(&file).context("draw a first time without 'draw'")?;
    let instants: Instants = serde_json::from_str(&text)?;
    for language in Language::ALL {
        let name = format!("requests-cost-time{}.svg", language.infix());
        fs::write(folder.join(name), draw::svg(&instants, language))?;
    }
    Ok(())
}

/// Captures both transports, one after the other, each with its own server.
async fn capture() -> anyhow::Result<Instants> {
    Ok(Instants {
        rtt_ms: RTT.as_secs_f64() * 1000.0,
        rate_per_s: RATE_PER_S,
        span_ms: SPAN.as_secs_f64() * 1000.0,
        sides: vec![side(LongPolling).await?, side(WebSocket).await?],
    })
}

async fn side(transport: Transport) -> anyhow::Result<Side> {
    let scenario = Scenario {
        name: "requests-cost-time".into(),
        clients: 1,
        rate_per_s: Some(RATE_PER_S),
        rtt: RTT,
        warm_up: WARM_UP,
        duration: SPAN + 2 * RTT,
        capture: true,
        ..Scenario::default()
    };
    eprintln!("{transport}: {}", scenario.words());
    let outcome = run::run(transport, &scenario, None, &|_| {}).await?;
    if let Some(error) = outcome.measurement.error {
        bail!("{transport}: {error}");
    }
    let arrows = outcome.capture.arrows();
    let departures = arrows.iter().map(|arrow| ends(arrow).0);
    let warm_us = departures.min().context("no traffic")? + WARM_UP.as_micros() as u64;
    let updates = || arrows.iter().flat_map(carried);
    let planned = updates().map(|(_, at_us)| at_us);
    let from_us = planned.filter(|&at_us| at_us >= warm_us).min();
    let from_us = from_us.context("no update after the warm-up")?;
    let is_shown = |us: &u64| (from_us..from_us + SPAN.as_micros() as u64).contains(us);
    let ms = |us: u64| ((us - from_us) as f64 / 100.0).round() / 10.0;
    let is_request = |arrow: &&Arrow| arrow.what == What::Request && is_shown(&arrow.client_us);
    let requests = arrows.iter().filter(is_request).map(|arrow| Request {
        left_ms: ms(arrow.client_us),
        arrived_ms: ms(arrow.server_us),
    });
    let updates = updates().filter(|(_, at_us)| is_shown(at_us));
    let updates = updates.map(|(arrow, at_us)| Update {
        planned_ms: ms(at_us),
        left_ms: ms(arrow.server_us),
        arrived_ms: ms(arrow.client_us),
    });
    Ok(Side {
        transport,
        requests: requests.collect(),
        updates: updates.collect(),
    })
}

/// The updates in an arrow to the client, each with its planned time.
fn carried(arrow: &Arrow) -> impl Iterator<Item = (&Arrow, u64)> {
    let is_down = arrow.direction == Direction::Down;
    let updates = arrow.updates.iter().filter(move |_| is_down);
    updates.filter_map(move |update| Some((arrow, update.at_us?)))
}
