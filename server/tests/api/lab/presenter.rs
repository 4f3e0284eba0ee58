//! Which clients are the presenter.

use super::{ask_at, json, panel, post, quiet};
use crate::{
    bad_input::assert_problem,
    http::{Answer, request},
    process::Server,
};

const BODY: &[u8] = br#"{"rtt_us":1000}"#;

/// Sends a request over a panel, where no client is the presenter without the token.
fn over_panel(server: &Server, method: &str, target: &str, fields: &[&str]) -> Answer {
    let address = panel(server, "polling");
    ask_at(address, &request(method, target, fields, BODY))
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
fn the_token_printed_at_start_makes_the_presenter() {
    let (server, line) = Server::start_reading_line(&["--lab", "--source", "none"]);
    let url = format!("http://{}/?token=", server.address);
    let (_, token) = line.trim_end().split_once(&url).expect("a URL of the page");
    assert!(token.len() >= 32, "{line}");
    let bearer = format!("Authorization: Bearer {token}");
    let made = over_panel(&server, "POST", "/lab", &[&bearer]);
    assert_eq!(json(&made)["presenter"], true);
    let query = |token: &str| over_panel(&server, "POST", &format!("/lab?a=b&token={token}"), &[]);
    assert_eq!(json(&query(token))["presenter"], true);
    for wrong in ["", "0", &token[1..], &"0".repeat(token.len())] {
        assert_problem(&query(wrong), 403);
        for scheme in ["Bearer", "Basic"] {
            let field = format!("Authorization: {scheme} {wrong}");
            assert_problem(&over_panel(&server, "POST", "/lab", &[&field]), 403);
        }
    }
    let basic = format!("Authorization: Basic {token}");
    assert_problem(&over_panel(&server, "POST", "/lab", &[&basic]), 403);
    let (other, line) = Server::start_reading_line(&["--lab", "--source", "none"]);
    assert!(!line.contains(token), "each start has its own token");
    assert_problem(&over_panel(&other, "POST", "/lab", &[&bearer]), 403);
}
