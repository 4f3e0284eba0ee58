//! Votes of the audience on a question of the presenter.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use super::{Viewer, change, get_at, panel, post, quiet, state};
use crate::{
    bad_input::assert_problem,
    http::{Answer, Connection, request},
    process::{Server, awaited, until},
    websocket::WebSocket,
};

/// Opens a question with three options.
fn ask(server: &Server, question: &str, open: bool) -> Value {
    let vote = json!({"question": question, "options": 3, "open": open});
    change(server, &json!({"vote": vote}).to_string())["vote"].clone()
}

fn vote_at(address: SocketAddr, body: &str) -> Answer {
    vote_over(&mut Connection::open(address), &[], body)
}

fn vote_over(connection: &mut Connection, fields: &[&str], body: &str) -> Answer {
    connection.send(&request("POST", "/lab/vote", fields, body.as_bytes()));
    let head = connection.head();
    // A response without content has no length.
    let length = head.field("content-length").unwrap_or("0");
    let body = connection.exactly(length.parse().expect("a number"));
    let body = body.expect("the body");
    Answer { head, body }
}

fn ballot(question: &str, option: u64, voter: &str) -> String {
    json!({"question": question, "option": option, "voter": voter}).to_string()
}

fn vote(server: &Server, question: &str, option: u64, voter: &str) -> Answer {
    vote_at(server.address, &ballot(question, option, voter))
}

fn assert_rejected(answer: &Answer, status: u16, reason: &str) {
    assert_problem(answer, status);
    let text = answer.text();
    assert!(text.contains(reason), "not {reason}: {text}");
}

fn assert_counted(answer: &Answer) {
    assert_eq!(answer.head.status, 204, "{}", answer.text());
    assert_eq!(answer.head.field("cache-control"), Some("no-store"));
}

/// Waits until the presenter sees these counts.
fn counts_become(server: &Server, counts: [u64; 3]) {
    until("the votes are counted", || {
        let vote = &state(server)["vote"];
        vote["counts"] == json!(counts) && vote["votes"] == counts.iter().sum::<u64>()
    });
}

#[test]
fn a_voter_has_one_vote_and_may_change_it() {
    let server = quiet();
    assert_eq!(state(&server)["vote"], Value::Null);
    let asked = ask(&server, "long-polling", true);
    let expected = json!({
        "question": "long-polling", "options": 3, "open": true, "opened": asked["opened"],
        "votes": 0, "counts": [0, 0, 0],
    });
    assert!(asked["opened"].is_u64(), "{asked}");
    assert_eq!(asked, expected);
    let [one, other] = ["0-first-phone", "1-second-phone"];
    assert_counted(&vote(&server, "long-polling", 0, one));
    assert_counted(&vote(&server, "long-polling", 2, other));
    counts_become(&server, [1, 0, 1]);
    assert_counted(&vote(&server, "long-polling", 0, one));
    assert_counted(&vote(&server, "long-polling", 1, one));
    counts_become(&server, [0, 1, 1]);
    // A phone may use the port of a panel too.
    let third = ballot("long-polling", 2, "third-phone");
    assert_counted(&vote_at(panel(&server, "sse"), &third));
    counts_become(&server, [0, 1, 2]);
}

#[test]
fn a_closed_question_keeps_its_counts_and_another_one_starts_at_zero() {
    let server = quiet();
    assert_problem(&vote(&server, "a", 0, "phone-one"), 409);
    ask(&server, "a", true);
    assert_counted(&vote(&server, "a", 0, "phone-one"));
    let closed = ask(&server, "a", false);
    assert_eq!(closed["counts"], json!([1, 0, 0]));
    let rejected = vote(&server, "a", 1, "phone-one");
    assert_rejected(&rejected, 409, "a is closed");
    // Open again.
    assert_eq!(ask(&server, "a", true)["votes"], 1);
    assert_eq!(ask(&server, "b", true)["counts"], json!([0, 0, 0]));
    let late = vote(&server, "a", 0, "phone-one");
    assert_rejected(&late, 409, "the current question is b, not a");
    assert_counted(&vote(&server, "b", 2, "phone-one"));
    counts_become(&server, [0, 0, 1]);
    assert_eq!(ask(&server, "a", true)["votes"], 0);
    let without = change(&server, r#"{"vote":null}"#);
    assert_eq!(without["vote"], Value::Null);
    assert_problem(&vote(&server, "a", 0, "phone-one"), 409);
}

#[test]
fn the_audience_sees_the_counts_when_the_question_is_closed() {
    let server = quiet();
    let asked = ask(&server, "a", true);
    let audience = panel(&server, "polling");
    let wire = WebSocket::at(audience, "/lab/wire?only=state");
    let mut phone = Viewer(wire);
    let first = phone.message();
    assert_eq!(first["lab"]["presenter"], false);
    assert_eq!(first["lab"]["vote"]["counts"], Value::Null);
    assert_counted(&vote_at(audience, &ballot("a", 1, "phone-one")));
    let seen = phone.lab()["vote"].clone();
    let hidden = json!({
        "question": "a", "options": 3, "open": true, "opened": asked["opened"], "votes": 1,
        "counts": null,
    });
    assert_eq!(seen, hidden);
    assert_eq!(super::json(&get_at(audience, "/lab"))["vote"], hidden);
    ask(&server, "a", false);
    assert_eq!(phone.lab()["vote"]["counts"], json!([0, 1, 0]));
}

#[test]
fn opened_grows_each_time_a_question_starts_at_zero() {
    let server = quiet();
    let opened = |vote: &Value| vote["opened"].as_u64().expect("a number");
    let first = opened(&ask(&server, "a", true));
    assert_counted(&vote(&server, "a", 0, "phone-one"));
    assert_eq!(opened(&ask(&server, "a", false)), first);
    assert_eq!(opened(&ask(&server, "a", true)), first);
    change(&server, r#"{"vote":null}"#);
    let after_null = opened(&ask(&server, "a", true));
    assert!(after_null > first, "{after_null}, {first}");
    let four = r#"{"vote":{"question":"a","options":4,"open":true}}"#;
    let with_four = opened(&change(&server, four)["vote"]);
    assert!(with_four > after_null, "{with_four}, {after_null}");
    let other = opened(&ask(&server, "b", true));
    assert!(other > with_four, "{other}, {with_four}");
    // A phone remembers its vote longer than the server runs.
    let restarted = opened(&ask(&quiet(), "a", true));
    assert!(restarted > first, "{restarted}, {first}");
}

#[test]
fn an_invalid_question_is_rejected() {
    let server = quiet();
    let before = state(&server);
    let long = format!(
        r#"{{"question":"{}","options":3,"open":true}}"#,
        "a".repeat(65)
    );
    for (vote, reason) in [
        ("1", "invalid type"),
        ("{}", "missing field"),
        (r#"{"question":"a","options":3}"#, "missing field"),
        (
            r#"{"question":"","options":3,"open":true}"#,
            "1 to 64 characters",
        ),
        (&long, "1 to 64 characters"),
        (
            r#"{"question":"a b","options":3,"open":true}"#,
            "1 to 64 characters",
        ),
        (
            r#"{"question":"a","options":1,"open":true}"#,
            "range 2 to 10",
        ),
        (
            r#"{"question":"a","options":11,"open":true}"#,
            "range 2 to 10",
        ),
        (
            r#"{"question":"a","options":3,"open":true,"votes":9}"#,
            "unknown field",
        ),
    ] {
        let answer = post(&server, &format!(r#"{{"vote":{vote}}}"#));
        assert_rejected(&answer, 400, reason);
        assert_eq!(state(&server), before, "{vote}");
    }
}

#[test]
fn an_invalid_vote_is_rejected_with_the_reason() {
    let server = quiet();
    ask(&server, "a", true);
    for (body, reason) in [
        ("", "not a JSON object"),
        ("[]", "not a JSON object"),
        ("{", "the vote is not valid"),
        (r#"{"question":"a","option":0}"#, "missing field"),
        (
            r#"{"question":"a","option":-1,"voter":"phone-one"}"#,
            "the vote is not valid",
        ),
        (
            r#"{"question":"a","option":0,"voter":"phone-one","x":1}"#,
            "unknown field",
        ),
    ] {
        assert_rejected(&vote_at(server.address, body), 400, reason);
    }
    let last = "option: 3 is not in the range 0 to 2";
    assert_rejected(&vote(&server, "a", 3, "phone-one"), 400, last);
    let id = "question: expected 1 to 64 characters";
    assert_rejected(&vote(&server, "", 0, "phone-one"), 400, id);
    for voter in ["1234567", &"x".repeat(65), "with space", "전화기전화기"] {
        let id = "voter: expected 8 to 64 characters";
        assert_rejected(&vote(&server, "a", 0, voter), 400, id);
    }
    assert_problem(&vote(&server, "a", 0, &"x".repeat(1_024)), 413);
    assert_eq!(state(&server)["vote"]["votes"], 0);
    // The shortest and the longest ID, with each kind of character.
    assert_counted(&vote(&server, "a", 0, "0-9abXYZ"));
    assert_counted(&vote(&server, "a", 0, &"x".repeat(64)));
}

#[test]
fn the_limits_of_publishing_apply_to_votes() {
    // If the machine was too busy for the burst, another vote was allowed.
    let (answers, update) = awaited("a burst of votes", || {
        let server = Server::quiet(&["--lab", "--publish-rate-per-client", "2"]);
        ask(&server, "a", true);
        let began = Instant::now();
        let answers = [(); 3].map(|()| vote(&server, "a", 0, "phone-one"));
        let update = server.ask(&request("POST", "/updates", &[], b"1"));
        (began.elapsed() < Duration::from_millis(300)).then_some((answers, update))
    });
    assert_counted(&answers[0]);
    assert_counted(&answers[1]);
    assert_problem(&answers[2], 429);
    assert_eq!(answers[2].head.field("retry-after"), Some("1"));
    assert_problem(&update, 429);
}

#[test]
fn one_network_cannot_use_up_the_voters_of_others() {
    let options = "--lab --source none --publish-rate 0 --publish-rate-per-client 0 \
                   --trusted-proxy 127.0.0.1";
    let options: Vec<_> = options.split_whitespace().collect();
    let (server, line) = Server::start_reading_line(&options);
    // Behind a proxy, only the token makes the presenter.
    let (_, token) = line.trim_end().split_once("token=").expect("a token");
    let question = br#"{"vote":{"question":"a","options":3,"open":true}}"#;
    let asked = server.ask(&request(
        "POST",
        &format!("/lab?token={token}"),
        &[],
        question,
    ));
    assert_eq!(asked.head.status, 200, "{}", asked.text());
    let mut connection = server.connect();
    let mut vote = |client: &str, voter: &str| {
        let field = format!("X-Forwarded-For: {client}");
        vote_over(&mut connection, &[&field], &ballot("a", 0, voter))
    };
    for nth in 0..500 {
        let address = format!("2001:db8::{nth:x}");
        assert_counted(&vote(&address, &format!("phone-{nth:03}")));
    }
    let rejected = vote("2001:db8::1:0", "one-phone-too-many");
    let reason = "your network has reached its limit of 500 voters";
    assert_rejected(&rejected, 429, reason);
    assert_counted(&vote("2001:db8::1:0", "phone-000"));
    assert_counted(&vote("2001:db8:0:1::", "another-phone"));
}

#[test]
fn many_votes_are_reported_together() {
    let server = Server::unlimited(&["--lab"]);
    let (mut viewer, _) = Viewer::new(&server);
    ask(&server, "a", true);
    let mut connection = server.connect();
    let began = Instant::now();
    for nth in 0..200 {
        let body = ballot("a", nth % 3, &format!("phone-{nth:03}"));
        connection.send(&request("POST", "/lab/vote", &[], body.as_bytes()));
        assert_eq!(connection.head().status, 204);
    }
    let mut reports = 0;
    while viewer.lab()["vote"]["votes"] != 200 {
        reports += 1;
    }
    let most = began.elapsed().as_millis() / 250 + 2;
    assert!(reports <= most, "{reports} in {:?}", began.elapsed());
}
