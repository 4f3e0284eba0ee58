//! Requests that an attacker may send, in tables with the expected responses. The README's table
//! "What it withstands" has a row for each of these tests.

mod bodies;
mod forwarded;
mod handshakes;
mod hosts;
mod messages;
mod origins;
mod targets;

use crate::{bad_input::assert_problem, http::Answer, process::Server};

/// A request, and the expected status of the problem.
struct Case {
    status: u16,
    request: Vec<u8>,
    /// Texts that the problem must contain.
    details: Vec<String>,
}

fn case(status: u16, request: impl Into<Vec<u8>>) -> Case {
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

/// Sends each request on its own connection. None of them may publish. Returns the responses.
fn assert_withstands(server: &Server, cases: &[Case]) -> Vec<Answer> {
    let mut answers = Vec::new();
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
        if answer.head.field("connection") == Some("close") {
            assert_eq!(connection.rest(), b"", "{shown}");
        }
        answers.push(answer);
    }
    assert_eq!(others, [""; 0], "{}", others.join("\n\n"));
    assert_eq!(server.metric("feed_newest_seq"), 0);
    for (status, reason) in [
        (403, "forbidden"),
        (413, "body_too_large"),
        (415, "unsupported_media_type"),
        (421, "unknown_host"),
        (431, "header_too_large"),
    ] {
        let expected = cases.iter().filter(|case| case.status == status).count();
        assert_eq!(server.rejections(reason), expected as u64, "{reason}");
    }
    answers
}
