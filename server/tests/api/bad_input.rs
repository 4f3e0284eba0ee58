//! A request that can't be served receives one line of JSON (RFC 9457).

use crate::{
    http::{Answer, get},
    process::Server,
};

pub fn assert_problem(answer: &Answer, status: u16) {
    let text = answer.text();
    assert_eq!(answer.head.status, status, "{text}");
    let media_type = answer.head.field("content-type");
    assert_eq!(
        media_type,
        Some("application/problem+json"),
        "{status}: {text:?}"
    );
    assert!(!text.contains('\n'), "{text}");
    let problem: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let problem = problem.as_object().expect("an object");
    let mut names: Vec<_> = problem.keys().map(String::as_str).collect();
    names.sort_unstable();
    assert_eq!(names, ["detail", "status", "title", "type"], "{text}");
    assert_eq!(problem["type"], "about:blank");
    assert_eq!(problem["status"], status);
    let words = |name: &str| problem[name].as_str().is_some_and(|text| !text.is_empty());
    assert!(words("title") && words("detail"), "{text}");
}

#[test]
fn a_rejected_request_leaves_the_connection_usable() {
    let server = Server::quiet(&[]);
    let mut connection = server.connect();
    for _ in 0..3 {
        assert_problem(&connection.ask(&get("/polling?after=x")), 400);
        assert_eq!(connection.ask(&get("/polling?after=0")).text(), "[]");
    }
}
