//! Explains the differences between load generator and browser: header lines, delays before and
//! behind the client's end of the link, and request rates.
//!
//! Values agree within these bounds:
//!
//! - Headers: to the byte. Each differing line is named.
//! - Latency of long polling, streams and WebSocket: [`P50_BOUND_US`], which `just second-opinion`
//!   also allows between clients in two languages, and [`P99_BOUND_US`], because the 99th percentile of
//!   100 updates is the second largest value, which one pause of the machine can cause.
//! - Latency of transports that poll: one period of the feed more, because it depends on the phase of
//!   the first request.
//! - Requests in a window: one more or fewer, depending on the edges of the window.

use server::Transport;

use super::headers::{self, Line};
use crate::{
    record::{Again, Class, Comparison, Exchange, LatencyUs, Scenario, Side},
    show::{columns::p99, number::grouped},
};

/// The largest difference of medians that still agree.
const P50_BOUND_US: u64 = 1_000;
/// The largest difference of 99th percentiles that still agree.
const P99_BOUND_US: u64 = 5_000;

/// All sentences about a transport. If a side failed: its error, and the headers if both sides have
/// some, because bytes are correct even if the machine was too busy for times.
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
            all.push(of_headers("request header", row, |sample| &sample.request));
            all.push(of_headers("response header", row, |sample| {
                &sample.response
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

fn of_headers(what: &str, row: &Comparison, header: impl Fn(&Exchange) -> &[u8]) -> String {
    let samples = (&row.load_generator.sample, &row.browser.sample);
    let (Some(ours), Some(browsers)) = samples else {
        return format!("{what}: not compared, because no complete exchange is in the window");
    };
    let (ours, browsers) = (header(ours), header(browsers));
    let differing = headers::differing(ours, browsers);
    if differing.is_empty() {
        return format!("{what}: agrees, {} bytes", ours.len());
    }
    let named = differing
        .iter()
        .map(Line::words)
        .collect::<Vec<_>>()
        .join(", ");
    let difference = browsers.len() as i64 - ours.len() as i64;
    format!("{what}: {difference:+} bytes in the browser: {named}")
}

/// The bytes of an update on the socket; over TLS nothing else is known.
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

/// A percentile of a distribution with enough updates.
type Percentile = fn(&LatencyUs) -> Option<u64>;

fn of_latency(row: &Comparison, scenario: &Scenario, again: Again) -> Vec<String> {
    let chance_us = match again {
        Again::EveryInterval(_) => scenario.period().as_micros() as u64,
        Again::AtOnce | Again::KeptOpen => 0,
    };
    let percentiles: [(_, _, Percentile); 2] = [
        ("p50", P50_BOUND_US, |times| times.p50),
        ("p99", P99_BOUND_US, p99),
    ];
    let sentences = percentiles.into_iter().filter_map(|(name, bound_us, of)| {
        let bound_us = bound_us + chance_us;
        let at = |side: &Side| of(&side.measurement.latency_us);
        let on_the_wire = |side: &Side| of(&side.wire_latency_us);
        let (ours, browsers) = (at(&row.load_generator)?, at(&row.browser)?);
        let difference_us = browsers as i64 - ours as i64;
        let difference = signed(difference_us);
        if difference_us.unsigned_abs() <= bound_us {
            let bound = ms(bound_us as i64);
            return Some(format!(
                "{name}: agrees within {bound} ms ({difference} ms)"
            ));
        }
        let difference = format!("{name}: {difference} ms in the browser");
        let wire = on_the_wire(&row.load_generator).zip(on_the_wire(&row.browser));
        let Some((ours, browsers)) = wire else {
            return Some(difference + "; the link does not show where");
        };
        let before_us = browsers as i64 - ours as i64;
        let behind_us = difference_us - before_us;
        // The larger share has a reason; the other one only if it exceeds the bound by itself.
        let explained = |share_us: i64, other_us: i64, place: &str, reason: &str| {
            let is_larger = share_us.abs() >= other_us.abs();
            let share = format!("{} ms {place}", signed(share_us));
            match is_larger || share_us.unsigned_abs() > P50_BOUND_US {
                true => format!("{share} ({reason})"),
                false => share,
            }
        };
        let (place, before) = (
            "before the client's end of the link",
            before_the_socket(row, again),
        );
        let before = explained(before_us, behind_us, place, &before);
        let behind = behind_the_socket(row.transport);
        let behind = explained(behind_us, before_us, "behind it", behind);
        Some(format!("{difference}: {before}, {behind}"))
    });
    sentences.collect()
}

/// The reason for a delay before the browser's socket.
fn before_the_socket(row: &Comparison, again: Again) -> String {
    match again {
        Again::EveryInterval(_) => of_interval(row),
        Again::AtOnce | Again::KeptOpen => {
            "in the server and the link, which share this machine with the browser".into()
        }
    }
}

/// The browser's work between its socket and the script that receives an update.
fn behind_the_socket(transport: Transport) -> &'static str {
    match transport {
        Transport::PageRefresh => "the whole page is loaded before the script runs",
        Transport::HiddenFrame | Transport::ForeverFrame => {
            "a frame's document is parsed and its script tags run"
        }
        Transport::Polling | Transport::LongPolling => {
            "the whole body passes from the network process through the event loop to the \
             script"
        }
        Transport::HttpStreaming | Transport::Sse | Transport::WebSocket => {
            "data pass from the network process through the event loop to the script"
        }
    }
}

fn of_interval(row: &Comparison) -> String {
    let every = |side: &Side| side.asks_every_us.map_or("?".into(), |us| ms(us as i64));
    let (browser, ours) = (every(&row.browser), every(&row.load_generator));
    format!("the browser sends a request every {browser} ms, the load generator every {ours} ms")
}

fn of_requests(row: &Comparison, again: Again) -> Option<String> {
    let (ours, browsers) = (row.load_generator.requests?, row.browser.requests?);
    let edge = usize::from(again != Again::KeptOpen);
    if ours.abs_diff(browsers) <= edge {
        return None;
    }
    let reason = match again {
        Again::EveryInterval(_) => of_interval(row),
        Again::AtOnce => {
            let each = |side: &Side| {
                let requests = side.requests.unwrap_or(0).max(1);
                side.measurement.updates_received as f64 / requests as f64
            };
            let (browsers, ours) = (each(&row.browser), each(&row.load_generator));
            format!(
                "a response carries {browsers:.2} updates to the browser, {ours:.2} to the load \
                 generator"
            )
        }
        Again::KeptOpen => "one side had to reopen its stream".into(),
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
    // Adding 0.0 removes the sign of a negative zero.
    let tenths = (us as f64 / 100.0).round() + 0.0;
    format!("{:+.1}", tenths / 10.0)
}

#[cfg(test)]
mod tests;
