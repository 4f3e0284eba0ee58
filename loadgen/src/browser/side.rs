//! What did one of the two find, and is what it counts what the wire carried?

use serde::Serialize;
use server::Transport;

use super::network::Reported;
use crate::{
    client::shared::Window,
    measure::capture::Capture,
    record::{Again, ErrorCode, Exchange, LatencyUs, Measurement, Scenario},
};

/// What one of the two found.
#[derive(Clone, Debug, Default, Serialize)]
#[expect(missing_docs, reason = "as in a measurement; units are in the names")]
pub struct Side {
    pub updates_expected: u64,
    pub updates_received: u64,
    pub lost: u64,
    pub duplicated: u64,
    pub reordered: u64,
    pub latency_us: LatencyUs,
    /// The same, but to the client's end of the link.
    pub wire_latency_us: LatencyUs,
    /// Of the request in the middle by size, as this side counts it; of what is kept open, of the
    /// request that opens it.
    pub request_head_bytes: Option<usize>,
    /// Of its answer.
    pub response_head_bytes: Option<usize>,
    /// Sent inside the window; of what is kept open, in all.
    pub requests: usize,
    /// Median from request to request, of what asks every interval.
    pub asks_every_us: Option<u64>,
    /// Heads of the whole run that this side counted and the wire did too, with the same result.
    pub heads_as_on_the_wire: usize,
    pub warnings: Vec<String>,
    pub error: Option<String>,
    pub error_code: Option<ErrorCode>,
    /// The request in the middle, as on the wire.
    #[serde(skip)]
    pub(super) sample: Option<Exchange>,
}

impl Side {
    /// Takes from the wire what it tells of this side, and returns the exchanges of the whole run.
    pub(super) fn see(
        &mut self,
        capture: &Capture,
        transport: Transport,
        scenario: &Scenario,
        window: Window,
    ) -> Vec<Exchange> {
        let exchanges = capture.exchanges();
        let again = Again::of(transport, scenario.interval);
        let inside = (window.from_us)..(window.to_us);
        let counts =
            |exchange: &&Exchange| again == Again::KeptOpen || inside.contains(&exchange.asked_us);
        let counted: Vec<_> = exchanges.iter().filter(counts).collect();
        self.requests = counted.len();
        if self.error.is_none() {
            self.wire_latency_us = LatencyUs::of(&capture.latency_us(window));
        }
        if let Again::EveryInterval(_) = again {
            let pairs = counted.windows(2);
            self.asks_every_us = median(pairs.map(|two| two[1].asked_us - two[0].asked_us));
        }
        let mut answered: Vec<_> = counted
            .into_iter()
            .filter(|exchange| exchange.is_answered())
            .collect();
        answered.sort_by_key(|exchange| exchange.request.len());
        self.sample = answered.get(answered.len() / 2).copied().cloned();
        exchanges
    }

    /// The load generator counts the bytes of all heads together, so they are held against the
    /// wire's together.
    pub(super) fn hold_ledger_against(&mut self, row: &Measurement, exchanges: &[Exchange]) {
        let Some(booked) = row.bytes_total_by_direction else {
            return;
        };
        let sum = |one: Option<u64>, other: Option<u64>| one.unwrap_or(0) + other.unwrap_or(0);
        let up = sum(booked.up.request_head, booked.up.setup);
        let down = sum(booked.down.response_head, booked.down.setup);
        let asked: usize = exchanges
            .iter()
            .map(|exchange| exchange.request.len())
            .sum();
        let answers = exchanges.iter().filter(|exchange| exchange.is_answered());
        let answered: usize = answers
            .clone()
            .map(|exchange| exchange.response.len())
            .sum();
        for (what, booked, passed, heads) in [
            ("request heads", up, asked, exchanges.len()),
            ("response heads", down, answered, answers.count()),
        ] {
            if booked == passed as u64 {
                self.heads_as_on_the_wire += heads;
            } else {
                self.warnings.push(format!(
                    "the ledger has {booked} bytes of {what}, and {passed} passed on the wire"
                ));
            }
        }
    }

    /// Takes the heads' bytes from the browser's report, and holds every one against the wire's.
    pub(super) fn hold_reports_against(
        &mut self,
        mut reports: Vec<Reported>,
        exchanges: &[Exchange],
    ) {
        let mut differing = Vec::new();
        for (nth, exchange) in exchanges.iter().enumerate() {
            let target = exchange.target();
            let place = reports.iter().position(|report| report.target == target);
            let report = place.map(|place| reports.remove(place)).unwrap_or_default();
            if self.sample.as_ref() == Some(exchange) {
                self.request_head_bytes = report.request_bytes;
                self.response_head_bytes = report.response_bytes;
            }
            let request = Some(exchange.request.len());
            let response = exchange.is_answered().then_some(exchange.response.len());
            let pairs = [
                (report.request_bytes, request, "a request head"),
                (report.response_bytes, response, "a response head"),
            ];
            // The page is left in the middle of its last request, but for that of a stream.
            let left = nth > 0 && nth + 1 == exchanges.len();
            for (told, passed, what) in pairs {
                match (told, passed) {
                    (Some(told), Some(passed)) if told == passed => self.heads_as_on_the_wire += 1,
                    (Some(told), Some(passed)) => differing.push(format!(
                        "the browser reports {told} bytes of {what} ({target}) that had {passed} \
                         on the wire"
                    )),
                    (None, Some(_)) if !left => {
                        differing.push(format!("the browser does not report {what} ({target})"));
                    }
                    _ => {}
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

fn median(values: impl Iterator<Item = u64>) -> Option<u64> {
    let mut values: Vec<_> = values.collect();
    values.sort_unstable();
    values.get(values.len() / 2).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exchange(target: &str, answered: bool) -> Exchange {
        Exchange {
            asked_us: 0,
            request: format!("GET {target} HTTP/1.1\r\n\r\n").into_bytes(),
            response: match answered {
                true => b"HTTP/1.1 200 OK\r\n\r\n".to_vec(),
                false => Vec::new(),
            },
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
        // What a stream's only request lacks is no end that was cut off.
        let mut side = Side::default();
        side.hold_reports_against(Vec::new(), &exchanges[..1]);
        assert_eq!(side.warnings.len(), 2);
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
