//! The table that compares the load generator with a browser.

mod explain;
mod headers;

use std::fmt::Write;

use self::explain::ms;
pub use self::explain::why;
use crate::{
    record::{Comparison, Scenario, Side},
    show::{columns::p99, table},
};

/// One table of all rows, followed by the differences of each transport and their reasons.
pub fn of_rows(scenario: &Scenario, browser: &str, rows: &[Comparison]) -> String {
    let by = |transport: &str, side: &str| format!("{transport:16}{side}");
    let first = by("transport", "measured by");
    let headings = [
        first.as_str(),
        "updates",
        "p50 ms",
        "p99 ms",
        "request header",
        "response header",
        "requests",
    ];
    let sides = rows.iter().flat_map(|row| {
        let load_generator = by(row.transport.name(), "load generator");
        [
            cells(load_generator, &row.load_generator),
            cells(by("", "browser"), &row.browser),
        ]
    });
    let conditions = scenario.words();
    let mut text = format!("{conditions} by the load generator and by {browser}\n");
    text += "headers in bytes, of the request of median size; for a stream, of the request that opens it\n\n";
    text += &table::of_rows(headings, sides);
    for row in rows {
        let _ = write!(text, "\n{}\n", row.transport);
        for sentence in &row.why {
            let _ = writeln!(text, "  {sentence}");
        }
    }
    if scenario.tls {
        return text + "\nover TLS no header is compared with what passed, which is encrypted\n";
    }
    let equal = rows.iter().map(|row| row.browser.headers_as_on_the_wire);
    let equal: usize = equal.sum();
    let _ = writeln!(
        text,
        "\non the wire: {equal} headers of the browser had the size that it reports; any other \
         is in a warning"
    );
    text
}

fn cells(side_name: String, side: &Side) -> [String; 7] {
    let known = |bytes: Option<usize>| bytes.map_or("-".into(), |bytes| bytes.to_string());
    let time = |us: Option<u64>| us.map_or("-".into(), |us| ms(us as i64));
    let row = &side.measurement;
    let times = &row.latency_us;
    [
        side_name,
        format!("{}/{}", row.updates_received, row.updates_expected),
        time(times.p50),
        time(p99(times)),
        known(side.request_head_bytes),
        known(side.response_head_bytes),
        known(side.requests),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{Exchange, LatencyUs, Measurement};
    use server::Transport;

    #[test]
    fn both_sides_are_in_one_table_followed_by_the_sentences() {
        let measurement = |updates_received, p50, error| Measurement {
            updates_expected: 100,
            updates_received,
            latency_us: LatencyUs {
                p50,
                p99: p50,
                count: 99,
                ..LatencyUs::default()
            },
            error,
            ..Measurement::empty(Transport::Sse, &Scenario::default())
        };
        let whole = Side {
            request_head_bytes: Some(547),
            response_head_bytes: Some(120),
            requests: Some(1),
            sample: Some(Exchange::default()),
            headers_as_on_the_wire: 2,
            ..Side::of(measurement(100, Some(1_240), None))
        };
        let lost = Side::of(measurement(98, None, Some("2 lost".into())));
        let row = Comparison {
            transport: Transport::Sse,
            load_generator: whole,
            browser: lost,
            why: vec!["browser: 2 lost".into()],
        };
        let text = of_rows(&Scenario::default(), "Chromium 1", &[row]);
        let words = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
        for row in [
            "sse load generator 100/100 1.2 - 547 120 1",
            "browser 98/100 - - - - -",
        ] {
            assert!(text.lines().any(|line| words(line) == row), "{text}");
        }
        assert!(text.contains("\nsse\n  browser: 2 lost\n"), "{text}");
    }
}
