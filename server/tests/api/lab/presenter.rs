//! Which clients are the presenter.

use super::{json, panel, post, quiet};
use crate::{
    bad_input::assert_problem,
    http::{Answer, Connection, request},
    process::Server,
};

const BODY: &[u8] = br#"{"rtt_us":1000}"#;

/// Sends a request over a panel, where no client is the presenter without the token.
fn over_panel(server: &Server, method: &str, target: &str, fields: &[&str]) -> Answer {
    let mut connection = Connection::open(panel(server, "polling"));
    connection.send(&request(method, target, fields, BODY));
    connection.answer()
}

#[test]
fn this_host_is_the_presenter_at_the_page_but_not_over_a_panel() {
    let server = quiet();
    assert_problem(&over_panel(&server, "POST", "/lab", &[]), 403);
    let seen = json(&over_panel(&server, "GET", "/lab", &[]));
    assert_eq!(seen["presenter"], false);
    assert_eq!(seen["panels"][0]["rtt_us"], 0);
    let made = json(&post(&server, r#"{"rtt_us":1000}"#));
    assert_eq!(made["presenter"], true);
}

#[test]
fn a_page_of_another_origin_changes_nothing() {
    let server = quiet();
    let answer = server.ask(&request(
        "POST",
        "/lab",
        &["Origin: http://evil.test"],
        BODY,
    ));
    assert_problem(&answer, 403);
    assert_eq!(super::state(&server)["panels"][0]["rtt_us"], 0);
}

#[test]
fn a_rebound_host_name_changes_nothing() {
    let server = quiet();
    let rebound = "POST /lab HTTP/1.1\r\nHost: evil.test:80\r\nOrigin: http://evil.test:80\r\n\
                   Content-Length: 2\r\n\r\n{}";
    let answer = server.ask(rebound.as_bytes());
    assert_problem(&answer, 421);
    assert!(
        answer.text().contains("--allowed-host"),
        "{}",
        answer.text()
    );
}

#[test]
fn the_token_printed_at_start_makes_the_presenter() {
    let (server, line) = Server::start_reading_line(&["--lab", "--source", "none"]);
    let url = format!("http://{}/?token=", server.address);
    let (_, token) = line.trim_end().split_once(&url).expect("a URL of the page");
    assert!(token.len() >= 32, "{line}");
    let bearer = format!("Authorization: Bearer {token}");
    assert_eq!(
        json(&over_panel(&server, "POST", "/lab", &[&bearer]))["presenter"],
        true
    );
    let target = format!("/lab?token={token}");
    assert_eq!(
        json(&over_panel(&server, "GET", &target, &[]))["presenter"],
        true
    );
    for wrong in [
        "Authorization: Bearer 0",
        "Authorization: Basic 0",
        "Authorization: Bearer",
    ] {
        assert_problem(&over_panel(&server, "POST", "/lab", &[wrong]), 403);
    }
    let (other, line) = Server::start_reading_line(&["--lab", "--source", "none"]);
    assert!(!line.contains(token), "each start has its own token");
    assert_problem(&over_panel(&other, "POST", "/lab", &[&bearer]), 403);
}
