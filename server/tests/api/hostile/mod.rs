//! Requests that an attacker may send, in tables with the expected responses. The README's table
//! "What it withstands" has a row for each of these tests.

mod bodies;
mod forwarded;
mod handshakes;
mod hosts;
mod messages;
mod origins;
mod targets;

use crate::{bad_input::assert_problem, process::Server};

/// A request, and the expected status of the problem.
pub struct Case {
    status: u16,
    request: Vec<u8>,
    /// Texts that the problem must contain.
    details: Vec<String>,
}

pub fn case(status: u16, request: impl Into<Vec<u8>>) -> Case {
    Case {
        status,
        request: request.into(),
        details: Vec::new(),
    }
}

impl Case {
    fn with_detail(mut self, texts: &[&str]) -> Self {
        self.details = texts.iter().map(|text| (*text).to_owned()).collect();
        self
    }
}

/// Sends each request on its own connection. None of them may publish.
fn assert_withstands(server: &Server, cases: &[Case]) {
    let mut others = Vec::new();
    for case in cases {
        let length = case.request.len().min(300);
        let shown = String::from_utf8_lossy(&case.request[..length]);
        let mut connection = server.connect();
        // The server may respond and close before everything is sent.
        let _ = connection.try_send(&case.request);
        let answer = connection.answer();
        let (status, text) = (answer.head.status, answer.text());
        let has_details = case.details.iter().all(|detail| text.contains(detail));
        if status != case.status || !has_details {
            let (expected, details) = (case.status, &case.details);
            others.push(format!(
                "{shown}\nexpected {expected} {details:?}: {status} {text}"
            ));
            continue;
        }
        assert_problem(&answer, case.status);
    }
    assert_eq!(others, [""; 0], "{}", others.join("\n\n"));
    assert_eq!(server.texts(), [""; 0]);
}

#[test]
fn the_tables_have_at_least_150_requests() {
    let counts = [
        bodies::cases().len(),
        forwarded::cases().len(),
        forwarded::cases_without_trust().len(),
        handshakes::cases().len(),
        hosts::cases(8080).len(),
        messages::cases().len(),
        origins::cases().len(),
        targets::cases().len(),
    ];
    assert!(counts.iter().sum::<usize>() >= 150, "{counts:?}");
    assert!(counts.iter().all(|count| *count >= 8), "{counts:?}");
}
