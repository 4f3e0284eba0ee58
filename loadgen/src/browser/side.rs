//! Compares the counts of each side with the bytes on the wire.

use super::network::Reported;
use crate::{
    measure::run::Outcome,
    record::{Again, Class, ErrorCode, Exchange, LatencyUs, Scenario, Side},
};

/// A side of the comparison, and the exchanges of its whole run. Over TLS these are unknown, and so
/// is what depends on them.
pub fn of(outcome: Outcome, scenario: &Scenario) -> (Side, Vec<Exchange>) {
    let mut side = Side::of(outcome.measurement);
    // Bytes are correct even if the machine was too busy for times.
    let is_counted = |code: Option<ErrorCode>| code.is_none_or(ErrorCode::is_retryable);
    let is_counted = is_counted(side.measurement.error_code);
    let is_known = is_counted && !scenario.tls;
    let Some(window) = outcome.window.filter(|_| is_known) else {
        return (side, Vec::new());
    };
    let exchanges = outcome.capture.exchanges();
    let again = Again::of(side.measurement.transport, scenario.interval);
    let inside = window.from_us..window.to_us;
    let counts =
        |exchange: &&Exchange| again == Again::KeptOpen || inside.contains(&exchange.asked_us);
    let mut counted: Vec<_> = exchanges.iter().filter(counts).collect();
    side.requests = Some(counted.len());
    if side.measurement.error.is_none() {
        side.wire_latency_us = LatencyUs::of(&outcome.capture.latency_us(window));
    }
    if let Again::EveryInterval(_) = again {
        let mut every: Vec<_> = counted
            .windows(2)
            .map(|two| two[1].asked_us - two[0].asked_us)
            .collect();
        every.sort_unstable();
        side.asks_every_us = every.get(every.len() / 2).copied();
    }
    counted.retain(|exchange| exchange.is_answered());
    counted.sort_by_key(|exchange| exchange.request.len());
    side.sample = counted.get(counted.len() / 2).copied().cloned();
    (side, exchanges)
}

/// Compares the load generator's ledger, which has the sum of all headers, with the wire.
pub fn check_ledger(side: &mut Side, exchanges: &[Exchange]) {
    let (Some(sample), Some(booked)) = (&side.sample, side.measurement.bytes_total_by_direction)
    else {
        return;
    };
    side.request_head_bytes = Some(sample.request.len());
    side.response_head_bytes = Some(sample.response.len());
    let answered = exchanges.iter().filter(|exchange| exchange.is_answered());
    let (up, down) = (booked.up, booked.down);
    for (what, booked, passed, headers) in [
        (
            "request headers",
            [up[Class::RequestHead], up[Class::Setup]],
            exchanges.iter().map(|one| one.request.len()).sum::<usize>(),
            exchanges.len(),
        ),
        (
            "response headers",
            [down[Class::ResponseHead], down[Class::Setup]],
            answered.clone().map(|one| one.response.len()).sum(),
            answered.count(),
        ),
    ] {
        let booked: u64 = booked.into_iter().flatten().sum();
        if booked == passed as u64 {
            side.headers_as_on_the_wire += headers;
        } else {
            side.measurement.warnings.push(format!(
                "the ledger has {booked} bytes of {what}, but the wire had {passed}"
            ));
        }
    }
}

/// Takes the header bytes from the browser's report, and compares each with the wire.
pub fn check_reports(side: &mut Side, mut reports: Vec<Reported>, exchanges: &[Exchange]) {
    let mut differing = Vec::new();
    for (nth, exchange) in exchanges.iter().enumerate() {
        let target = exchange.target();
        let place = reports.iter().position(|report| report.target == target);
        let report = place.map(|place| reports.remove(place)).unwrap_or_default();
        if side.sample.as_ref() == Some(exchange) {
            side.request_head_bytes = report.request_bytes;
            side.response_head_bytes = report.response_bytes;
        }
        let request = Some(exchange.request.len());
        let response = exchange.is_answered().then_some(exchange.response.len());
        // The page is closed during its last request, unless that is a stream.
        let is_left = nth > 0 && nth + 1 == exchanges.len();
        for (reported, passed, what) in [
            (report.request_bytes, request, "a request header"),
            (report.response_bytes, response, "a response header"),
        ] {
            match (reported, passed) {
                (Some(reported), Some(passed)) if reported == passed => {
                    side.headers_as_on_the_wire += 1;
                }
                (Some(reported), Some(passed)) => differing.push(format!(
                    "the browser reports {reported} bytes of {what} ({target}) that had {passed} \
                     on the wire"
                )),
                (None, Some(_)) if !is_left => {
                    differing.push(format!("the browser does not report {what} ({target})"));
                }
                _ => {}
            }
        }
    }
    let count = differing.len();
    let warnings = &mut side.measurement.warnings;
    warnings.extend(differing.into_iter().take(1));
    if count > 1 {
        warnings.push(format!("and {} more headers", count - 1));
    }
}

#[cfg(test)]
mod tests {
    use server::Transport;

    use super::*;
    use crate::record::Measurement;

    fn exchange(target: &str, response: &str) -> Exchange {
        Exchange {
            asked_us: 0,
            request: format!("GET {target} HTTP/1.1\r\n\r\n").into_bytes(),
            response: response.into(),
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
    fn each_report_is_compared_with_the_wire() {
        let head = "HTTP/1.1 200 OK\r\n\r\n";
        let exchanges = [
            exchange("/sse", head),
            exchange("/sse?after=1", head),
            exchange("/sse?after=2", ""),
        ];
        let empty = Measurement::empty(Transport::Sse, &Scenario::default());
        let checked = |reports: &[Reported], exchanges: &[Exchange]| {
            let mut side = Side::of(empty.clone());
            side.sample = exchanges.get(1).cloned();
            check_reports(&mut side, reports.to_vec(), exchanges);
            side
        };
        let reports = [report("/sse", 21, 19), report("/sse?after=1", 30, 19)];
        let side = checked(&reports, &exchanges);
        // As reported, not as on the wire.
        assert_eq!(side.request_head_bytes, Some(30));
        assert_eq!(side.headers_as_on_the_wire, 2 + 1);
        let differing = "the browser reports 30 bytes of a request header (/sse?after=1) that had 29 on the wire";
        assert_eq!(side.measurement.warnings, [differing]);
        // The only request of a stream is complete when the page is closed.
        let side = checked(&[], &exchanges[..1]);
        assert_eq!(side.measurement.warnings.len(), 2);
        let side = checked(&[report("/sse?after=1", 29, 19)], &exchanges);
        let missing = [
            "the browser does not report a request header (/sse)",
            "and 1 more headers",
        ];
        assert_eq!(side.measurement.warnings, missing);
    }
}
