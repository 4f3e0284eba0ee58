//! Changes by the presenter.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use super::{change, client, get_at, of, panel, post, quiet, state};
use crate::{bad_input::assert_problem, http::request, process::Server, transports::TRANSPORTS};

#[test]
fn the_state_lists_the_eight_transports_each_with_its_own_port() {
    let server = Server::start(&["--lab", "--rate", "2", "--interval", "3s"]);
    let answer = server.get("/lab");
    assert_eq!(answer.head.field("cache-control"), Some("no-store"));
    let state = super::json(&answer);
    assert_eq!(state["presenter"], true);
    assert_eq!(state["interval_us"], 3_000_000);
    let feed = json!({"running": true, "rate_per_s": 2.0, "payload_bytes": 100});
    assert_eq!(state["feed"], feed);
    let panels = state["panels"].as_array().expect("an array");
    let mut ports: Vec<_> = panels.iter().map(|panel| panel["port"].as_u64()).collect();
    for (panel, transport) in panels.iter().zip(TRANSPORTS) {
        let expected = json!({
            "transport": transport.name, "port": panel["port"], "rtt_us": 0,
            "bandwidth_bit_per_s": null, "proxy": null, "plugged": true,
        });
        assert_eq!(panel, &expected);
    }
    ports.sort_unstable();
    ports.dedup();
    assert_eq!(ports.len(), 8);
    assert!(!ports.contains(&Some(server.address.port().into())));
}

#[test]
fn a_change_applies_to_one_panel_or_to_all() {
    let server = quiet();
    let one = r#"{"transport":"sse","rtt_us":1000,"proxy":"buffers"}"#;
    let new = change(&server, one);
    assert_eq!(of(&new, "sse")["rtt_us"], 1_000);
    assert_eq!(of(&new, "sse")["proxy"], "buffers");
    assert_eq!(of(&new, "websocket")["proxy"], Value::Null);
    let new = change(&server, r#"{"bandwidth_bit_per_s":8000,"proxy":null}"#);
    for transport in TRANSPORTS {
        let panel = of(&new, transport.name);
        assert_eq!(panel["bandwidth_bit_per_s"], 8_000);
        assert_eq!(panel["proxy"], Value::Null);
    }
    // An absent field does not change.
    assert_eq!(of(&new, "sse")["rtt_us"], 1_000);
    assert_eq!(state(&server), new);
}

#[test]
fn an_invalid_change_is_rejected_and_changes_nothing() {
    let server = Server::start(&["--lab", "--rate", "0.1"]);
    let before = state(&server);
    for body in [
        "",
        "[]",
        "1",
        "{",
        "{} x",
        "\u{e9}",
        r#"{"rtt":1}"#,
        r#"{"transport":"carrier-pigeon"}"#,
        r#"{"rtt_us":-1}"#,
        r#"{"rtt_us":1000001}"#,
        r#"{"rtt_us":1.5}"#,
        r#"{"rtt_us":null}"#,
        r#"{"rtt_us":1,"rtt_us":2}"#,
        r#"{"bandwidth_bit_per_s":7999}"#,
        r#"{"bandwidth_bit_per_s":100000000001}"#,
        r#"{"proxy":"shouts"}"#,
        r#"{"unplug_us":999}"#,
        r#"{"unplug_us":60000001}"#,
        r#"{"rate_per_s":0.09}"#,
        r#"{"rate_per_s":100.1}"#,
        r#"{"rate_per_s":"1"}"#,
        r#"{"payload_bytes":65537}"#,
        r#"{"running":1}"#,
        r#"{"rtt_us":5000,"payload_bytes":1}"#,
        r#"{"running":false,"rtt_us":1000001}"#,
        r#"{"proxy":"buffers","unplug_us":1}"#,
    ] {
        assert_problem(&post(&server, body), 400);
        assert_eq!(state(&server), before, "{body}");
    }
    let long = format!("{{\"rtt_us\":1{}}}", " ".repeat(70_000));
    assert_problem(&post(&server, &long), 413);
    assert_eq!(state(&server), before);
}

#[test]
fn a_payload_too_short_is_rejected_with_the_minimum() {
    let server = Server::start(&["--lab", "--rate", "0.1"]);
    let answer = post(&server, r#"{"payload_bytes":1}"#);
    assert_problem(&answer, 400);
    let problem: Value = serde_json::from_slice(&answer.body).expect("JSON");
    let detail = problem["detail"].as_str().expect("a sentence");
    let (_, least) = detail.rsplit_once(' ').expect("a word");
    let least: usize = least.parse().expect(detail);
    let one_less = format!("{{\"payload_bytes\":{}}}", least - 1);
    assert_problem(&post(&server, &one_less), 400);
    let new = change(&server, &format!("{{\"payload_bytes\":{least}}}"));
    assert_eq!(new["feed"]["payload_bytes"], least);
}

#[test]
fn the_ticker_changes_at_once() {
    let server = Server::start(&["--lab", "--rate", "0.0001"]);
    let mut client = client(&server, "sse");
    change(&server, r#"{"publish":true}"#);
    assert_eq!(client.next().len(), 100);
    change(&server, r#"{"rate_per_s":100,"payload_bytes":150}"#);
    assert!(client.take(5).iter().all(|text| text.len() == 150));
    let pause = r#"{"running":false,"payload_bytes":200,"publish":true}"#;
    let new = change(&server, pause);
    assert_eq!(new["feed"]["running"], false);
    while client.next().len() != 200 {}
    // The ticker is paused: only requested updates are published.
    let before = server.metric("feed_newest_seq");
    for nth in 1..=20 {
        change(&server, r#"{"publish":true}"#);
        server.metric_becomes("feed_newest_seq", before + nth);
    }
    change(&server, r#"{"running":true}"#);
    client.take(22);
}

#[test]
fn without_a_ticker_the_feed_cannot_be_changed() {
    let server = quiet();
    let before = state(&server);
    assert_eq!(before["feed"], Value::Null);
    for body in [
        r#"{"running":true}"#,
        r#"{"rate_per_s":1}"#,
        r#"{"payload_bytes":100}"#,
        r#"{"publish":true}"#,
        r#"{"rtt_us":5000,"publish":true}"#,
    ] {
        assert_problem(&post(&server, body), 409);
        assert_eq!(state(&server), before, "{body}");
    }
}

#[test]
fn without_a_cluster_no_server_can_be_stopped() {
    let server = quiet();
    let stop = r#"{"server":{"name":"server-1","running":false}}"#;
    assert_problem(&post(&server, stop), 409);
    assert!(state(&server).get("cluster").is_none());
}

#[test]
fn without_the_option_there_is_no_lab() {
    let server = Server::quiet(&[]);
    for path in ["/lab", "/lab/wire", "/join.svg"] {
        assert_problem(&server.get(path), 404);
    }
    for path in ["/lab", "/lab/vote"] {
        let body = br#"{"question":"a","option":0,"voter":"phone-one"}"#;
        assert_problem(&server.ask(&request("POST", path, &[], body)), 404);
    }
}

#[test]
fn another_method_receives_the_allowed_ones() {
    let server = quiet();
    for (path, allowed) in [("/lab", "GET, HEAD, POST"), ("/lab/wire", "GET, HEAD")] {
        let answer = server.ask(&request("DELETE", path, &[], b""));
        assert_problem(&answer, 405);
        assert_eq!(answer.head.field("allow"), Some(allowed));
    }
}

#[test]
fn the_page_may_frame_only_the_panels() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
    let server = Server::quiet(&["--lab", "--root", root]);
    let policy = |address: SocketAddr, path: &str| {
        let answer = get_at(address, path);
        let policy = answer.head.field("content-security-policy");
        policy.expect("a policy").to_owned()
    };
    let page = policy(server.address, "/");
    let sse = panel(&server, "sse");
    assert!(page.starts_with("default-src 'none'; script-src 'self'; style-src 'self';"));
    let frames = format!(" http://localhost:{}", sse.port());
    assert!(page.contains(&frames), "{page}");
    let port = server.address.port();
    let framed_by = format!("frame-ancestors 'self' http://localhost:{port}");
    let panel = policy(sse, "/panel.html");
    assert!(panel.ends_with(&framed_by), "{panel}");
}

#[test]
fn the_panels_start_with_the_round_trip_time_of_the_option() {
    let server = Server::quiet(&["--lab", "--rtt", "200ms"]);
    for panel in state(&server)["panels"].as_array().expect("an array") {
        assert_eq!(panel["rtt_us"], 200_000);
    }
    let asked = Instant::now();
    server.publish("1");
    client(&server, "sse").next();
    assert!(asked.elapsed() >= Duration::from_millis(200));
}
