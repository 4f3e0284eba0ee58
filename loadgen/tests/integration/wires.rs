//! Do the charts of several wires show the ratios of overhead?

use loadgen::show::{
    answer, chart,
    claims::{self, claim::Verdict},
    kind::Kind,
    language::Language,
    report::page,
};
use serde_json::{Value, json};

use crate::{by_hand, charts, legible, running::measured};

/// Long polling and WebSocket over several wires.
pub const SUITE: &str = r#"
name = "by hand"
analysis = "Nothing runs."
[[scenario]]
name = "overhead"
wires = ["http1", "http1-tls", "http2-tls"]
transports = ["long-polling", "websocket"]
clients = 5
rate_per_s = 4
payload_bytes = 100
duration = "1s"
repeats = 1
analysis = "Bytes."
[[scenario]]
name = "connect"
wires = ["http1", "http1-tls"]
transports = ["websocket"]
clients = 5
rate_per_s = 4
payload_bytes = 100
rtt = "200ms"
duration = "1s"
reconnect = true
repeats = 1
analysis = "Round trips."
"#;

/// A row whose updates have 100 bytes of payload and this overhead.
fn row(scenario: &str, transport: &str, request_head: f64, tcp_ip: f64) -> Value {
    let mut row = by_hand::row(scenario, transport, 1);
    row["bytes_per_update"] = json!({
        "payload": 100.0, "request_head": request_head, "tcp_ip": tcp_ip,
        "total": 100.0 + request_head + tcp_ip,
    });
    row
}

/// Rows of the suite: 847 and 106 bytes of overhead over HTTP/1.1, 128 and 282 over TLS.
pub fn rows() -> Vec<Value> {
    let mut connect = row("connect-http1-tls", "websocket", 0.0, 104.0);
    connect["first_update_us"] = json!({"p50": 600_000, "count": 5});
    connect["reconnect_us"] = json!({"p50": 602_000, "count": 5});
    connect["connect_setup_bytes"] = json!(2087.0);
    connect["reconnect_setup_bytes"] = json!(1769.0);
    vec![
        row("overhead-http1", "long-polling", 700.0, 147.0),
        row("overhead-http1", "websocket", 2.0, 104.0),
        row("overhead-http1-tls", "websocket", 24.0, 104.0),
        row("overhead-http2-tls", "long-polling", 126.0, 156.0),
        connect,
    ]
}

#[test]
fn the_charts_show_each_wire_and_gaps() {
    let (_folder, record) = by_hand::opened(SUITE, &rows());
    let charts = chart::all(&record);
    legible::check(&charts);
    // The English chart comes first.
    let of = |kind: Kind| charts.iter().find(|chart| chart.kind == kind).unwrap();
    let wires = of(Kind::Wires);
    assert_eq!(wires.path(), "charts/wires-overhead.svg");
    // Over HTTP/2 the ratio is relative to a WebSocket over TLS: 282 / 128.
    for text in ["\n8.0 ×\n", "\n2.2 ×\n", "\n282 B\n"] {
        assert!(wires.svg.contains(text), "{text}: {}", wires.svg);
    }
    assert!(wires.svg.contains(
        "long-polling, HTTP/1.1 + TLS: no measurement: not recorded; \
         long-polling, HTTP/2 + TLS: 282 B; websocket, HTTP/1.1: 106 B"
    ));
    let setup = of(Kind::Setup);
    assert_eq!(setup.path(), "charts/setup-connect.svg");
    for text in ["\n3.00\n", "\n3.01\n", "\n2,087\n", "\n1,769\n"] {
        assert!(setup.svg.contains(text), "{text}: {}", setup.svg);
    }
    let report = page::page(&record, &charts).into_string();
    let heading = "Scenario “overhead” over 3 wires";
    assert!(report.contains(heading), "{report}");
}

#[test]
fn the_prediction_is_compared_with_the_record() {
    let (_folder, record) = by_hand::opened(SUITE, &rows());
    let verdicts = |record| {
        let claims = claims::of_record(record);
        claims
            .iter()
            .map(|claim| claim.verdict())
            .collect::<Vec<_>>()
    };
    // The last two: 382 bytes of 370, and a ratio of 1.68.
    assert_eq!(verdicts(&record), [Verdict::Predicted; 5]);
    let (_folder, record) = by_hand::opened(SUITE, &rows()[..3]);
    assert_eq!(verdicts(&record)[3..], [Verdict::Open; 2]);
}

#[test]
fn the_answer_has_the_numbers_of_the_records() {
    let (_folder, wires) = by_hand::opened(SUITE, &rows());
    let [mut long_polling, mut websocket] =
        ["long-polling", "websocket"].map(|transport| row("near", transport, 0.0, 0.0));
    long_polling["latency_us"]["mean"] = json!(99_600.0);
    websocket["latency_us"]["mean"] = json!(50_400.0);
    let (_folder, record) = by_hand::opened(charts::SUITE, &[long_polling, websocket]);
    let answer =
        |wires, language: Language| answer::paragraphs(&record, wires, &record, language.words());
    let english = answer(&wires, Language::English).unwrap().join(" ");
    let http1 = ["847", "106", "8.0 times"];
    let today = ["282", "128", "2.2 times"];
    for number in [http1, today, ["871", "100 ms", "50 ms"]].concat() {
        assert!(english.contains(number), "{number}: {english}");
    }
    let korean = answer(&wires, Language::Korean).unwrap().join(" ");
    assert!(korean.contains("282바이트 대 128바이트"), "{korean}");
    assert_eq!(answer(&record, Language::English), None);
}

/// Bytes of a long poll's request header.
fn request_head(options: &str) -> f64 {
    let options = format!("--clients 2 --rate 5 --duration 1s {options}");
    let row = measured(&format!("--transport long-polling {options}"));
    assert_eq!(row["requests_per_update"], 1.0);
    row["bytes_per_update"]["request_head"].as_f64().unwrap()
}

#[test]
fn a_cookie_has_the_requested_length() {
    let field = "Cookie: \r\n".len() as f64;
    let with_cookie = request_head("--cookie-bytes 200");
    assert_eq!(with_cookie - request_head(""), 200.0 + field);
}

#[test]
fn over_http2_a_cookie_that_repeats_is_one_byte() {
    // The position in the path may get a digit more.
    let cookie =
        request_head("--http 2 --tls --cookie-bytes 1000") - request_head("--http 2 --tls");
    assert!((0.5..2.5).contains(&cookie), "{cookie}");
}
