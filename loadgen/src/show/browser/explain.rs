//! Where do the load generator and the browser differ, and why? Sentences made from what was
//! measured: which lines a head has more, how much of a delay comes before the client's end of the
//! link and how much behind it, how often each asked.
//!
//! What agrees, and why within these bounds:
//!
//! - Heads: to the byte. What differs is named line by line, so that nothing is left over.
//! - Latency of what is held or kept open: [`P50_BOUND_US`], which is what `just second-opinion`
//!   allows between two clients in two languages, and [`P99_BOUND_US`], since of a hundred
//!   updates the 99th percentile is the second worst, which one pause of the machine makes.
//! - Latency of what asks every interval: one period of the feed more. A client that asks finds
//!   updates that have waited a whole number of periods and a rest, and that rest depends on when
//!   it began.
//! - Requests of a window: one more or fewer, by where its edges lie.

use server::Transport;

use super::headers::{self, Line};
use crate::{
    record::{Again, Class, Comparison, Exchange, LatencyUs, Scenario, Side},
    show::number::grouped,
};

/// The largest difference of medians that still agree.
const P50_BOUND_US: u64 = 1_000;
/// The largest difference of 99th percentiles that still agree.
const P99_BOUND_US: u64 = 5_000;

/// Everything that is said of a transport. If a side is an error: the error, and the heads where
/// both sides have some, since a machine that is too busy for times still counts bytes correctly.
pub fn why(row: &Comparison, scenario: &Scenario) -> Vec<String> {
    let sides = [
        ("load generator", &row.load_generator),
        ("browser", &row.browser),
    ];
    let error = |(name, side): (&str, &Side)| {
        let error = side.measurement.error.as_ref()?;
        Some(format!("{name}: {error}"))
    };
    let mut all: Vec<_> = sides.into_iter().filter_map(error).collect();
    let again = Again::of(row.transport, scenario.interval);
    if all.is_empty() || sides.iter().all(|(_, side)| side.sample.is_some()) {
        if scenario.tls {
            all.extend(of_bytes(row));
        } else {
            all.push(of_heads("request head", row, |exchange| &exchange.request));
            all.push(of_heads("response head", row, |exchange| {
                &exchange.response
            }));
        }
        all.extend(of_latency(row, scenario, again));
        all.extend(of_requests(row, again));
    }
    for (name, side) in sides {
        let warnings = side.measurement.warnings.iter();
        all.extend(warnings.map(|warning| format!("warning: {name}: {warning}")));
    }
    all
}

fn of_heads(what: &str, row: &Comparison, head: impl Fn(&Exchange) -> &[u8]) -> String {
    let of = |side: &'_ Side| side.sample.as_ref().map(|sample| head(sample).to_vec());
    let (Some(ours), Some(browsers)) = (of(&row.load_generator), of(&row.browser)) else {
        return format!("{what}: no whole exchange lies in the window, so none is compared");
    };
    let differing = headers::differing(&ours, &browsers);
    if differing.is_empty() {
        return format!("{what}: agrees, {} bytes", ours.len());
    }
    let named: Vec<_> = differing.iter().map(Line::words).collect();
    let difference = browsers.len() as i64 - ours.len() as i64;
    format!(
        "{what}: {difference:+} bytes in the browser: {}",
        named.join(", ")
    )
}

/// What an update takes on the socket: all that is known where it is encrypted.
fn of_bytes(row: &Comparison) -> Option<String> {
    let each = |side: &Side| {
        let bytes = side.measurement.bytes_per_update;
        let packets = bytes.classes[Class::TcpIp].unwrap_or(0.0);
        bytes.total.map(|total| grouped(total - packets, 1))
    };
    let (ours, browsers) = (each(&row.load_generator)?, each(&row.browser)?);
    Some(format!(
        "bytes: {browsers} for each update of the browser, {ours} of the load generator, both with \
         TLS and without TCP/IP"
    ))
}

/// One of a distribution, where it has enough updates to know it.
type Percentile = fn(&LatencyUs) -> Option<u64>;

fn of_latency(row: &Comparison, scenario: &Scenario, again: Again) -> Vec<String> {
    let chance_us = match again {
        Again::EveryInterval(_) => scenario.period().as_micros() as u64,
        Again::AtOnce | Again::KeptOpen => 0,
    };
    let percentiles: [(_, _, Percentile); 2] = [
        ("p50", P50_BOUND_US + chance_us, |times| times.p50),
        ("p99", P99_BOUND_US + chance_us, |times| {
            times.p99.filter(|_| times.count >= 100)
        }),
    ];
    let told = percentiles.into_iter().filter_map(|(name, bound_us, of)| {
        let at = |side: &Side| of(&side.measurement.latency_us);
        let on_the_wire = |side: &Side| of(&side.wire_latency_us);
        let (ours, browsers) = (at(&row.load_generator)?, at(&row.browser)?);
        let difference_us = browsers as i64 - ours as i64;
        if difference_us.unsigned_abs() <= bound_us {
            let bound = ms(bound_us as i64);
            return Some(format!(
                "{name}: agrees within {bound} ms ({} ms)",
                signed(difference_us)
            ));
        }
        let wire = on_the_wire(&row.load_generator).zip(on_the_wire(&row.browser));
        let Some((ours, browsers)) = wire else {
            let difference = signed(difference_us);
            return Some(format!(
                "{name}: {difference} ms in the browser; the link does not show where"
            ));
        };
        let before_us = browsers as i64 - ours as i64;
        let behind_us = difference_us - before_us;
        // The larger part has a reason, and the other one where it alone is out of the bound.
        let reason = |part_us: i64, other_us: i64, words: String| {
            let tells = part_us.abs() >= other_us.abs() || part_us.unsigned_abs() > P50_BOUND_US;
            if tells {
                format!(" ({words})")
            } else {
                String::new()
            }
        };
        Some(format!(
            "{name}: {} ms in the browser: {} ms before the client's end of the link{}, {} ms \
             behind it{}",
            signed(difference_us),
            signed(before_us),
            reason(before_us, behind_us, before_the_socket(row, again)),
            signed(behind_us),
            reason(
                behind_us,
                before_us,
                behind_the_socket(row.transport).into()
            ),
        ))
    });
    told.collect()
}

/// What comes before a browser's socket has an update.
fn before_the_socket(row: &Comparison, again: Again) -> String {
    match again {
        Again::EveryInterval(_) => of_asking(row),
        Again::AtOnce | Again::KeptOpen => {
            "of the server and the link, beside which a browser runs on this machine".into()
        }
    }
}

/// What a browser does between its socket and the script that receives an update.
fn behind_the_socket(transport: Transport) -> &'static str {
    match transport {
        Transport::PageRefresh => "a whole page is loaded before the script looks at it",
        Transport::HiddenFrame | Transport::ForeverFrame => {
            "a frame's document is parsed and its script tags run"
        }
        Transport::Polling | Transport::LongPolling => {
            "the body goes from the network process through the event loop, to its end, to the \
             script"
        }
        Transport::HttpStreaming | Transport::Sse | Transport::WebSocket => {
            "what comes goes from the network process through the event loop to the script"
        }
    }
}

fn of_asking(row: &Comparison) -> String {
    let every = |side: &Side| side.asks_every_us.map_or("?".into(), |us| ms(us as i64));
    format!(
        "the browser asks every {} ms, the load generator every {} ms",
        every(&row.browser),
        every(&row.load_generator)
    )
}

fn of_requests(row: &Comparison, again: Again) -> Option<String> {
    let (ours, browsers) = (row.load_generator.requests?, row.browser.requests?);
    let edge = usize::from(again != Again::KeptOpen);
    if ours.abs_diff(browsers) <= edge {
        return None;
    }
    let reason = match again {
        Again::EveryInterval(_) => of_asking(row),
        Again::AtOnce => {
            let each = |side: &Side| {
                let requests = side.requests.unwrap_or(0).max(1);
                side.measurement.updates_received as f64 / requests as f64
            };
            let (browsers, ours) = (each(&row.browser), each(&row.load_generator));
            format!(
                "an answer carries {browsers:.2} updates to the browser, {ours:.2} to the load \
                 generator"
            )
        }
        Again::KeptOpen => "one of them had to open its stream again".into(),
    };
    Some(format!(
        "requests: {browsers} of the browser, {ours} of the load generator: {reason}"
    ))
}

/// Milliseconds, to a tenth.
pub fn ms(us: i64) -> String {
    grouped(us as f64 / 1000.0, 1)
}

fn signed(us: i64) -> String {
    // Less than half a tenth has no sign of its own.
    let tenths = (us as f64 / 100.0).round() + 0.0;
    format!("{:+.1}", tenths / 10.0)
}

#[cfg(test)]
mod tests;
