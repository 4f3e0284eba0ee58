use super::*;
use crate::record::{Direction, HttpVersion, Reconnect};

const QUICK: &str = include_str!("../../../scenarios/quick.toml");

#[test]
fn repeats_are_interleaved_over_scenarios_and_transports() {
    let suite = Suite::parse(QUICK).unwrap();
    let steps = suite.steps();
    assert_eq!(steps.len(), (4 * 8 + 5) * 3);
    let shown = |nth: usize| {
        let step = &steps[nth];
        (step.repeat, step.scenario.name.as_str(), step.transport)
    };
    assert_eq!(shown(0), (1, "steady", Transport::PageRefresh));
    assert_eq!(shown(8), (1, "distance", Transport::PageRefresh));
    assert_eq!(shown(16), (1, "steady-interval-50ms", Transport::Polling));
    assert_eq!(shown(29), (1, "silent", Transport::PageRefresh));
    assert_eq!(shown(52), (3, "silent", Transport::WebSocket));
    assert_eq!(shown(53), (2, "steady", Transport::PageRefresh));
    assert_eq!(shown(110), (3, "publish", Transport::WebSocket));
}

#[test]
fn only_the_steps_of_a_silent_scenario_share_a_batch() {
    let suite = Suite::parse(QUICK).unwrap();
    let steps = suite.steps();
    let together: Vec<_> = Suite::batches(&steps)
        .filter(|batch| batch.len() > 1)
        .map(|batch| (batch[0].scenario.name.as_str(), batch.len()))
        .collect();
    assert_eq!(together, [("silent", 24)]);
}

#[test]
fn a_sweep_has_a_scenario_for_each_value() {
    let suite = Suite::parse(include_str!("../../../scenarios/full.toml")).unwrap();
    let knee: Vec<_> = suite
        .groups()
        .find(|group| group[0].scenario.name.starts_with("knee-one-"))
        .unwrap()
        .iter()
        .map(|part| (part.scenario.name.as_str(), part.scenario.rtt.as_millis()))
        .collect();
    assert_eq!(knee.len(), 8);
    assert_eq!(knee[0], ("knee-one-100ms", 100));
    assert_eq!(knee[7], ("knee-one-600ms", 600));
}

#[test]
fn with_peers_there_is_a_scenario_for_each_server_and_its_transports() {
    let suite = Suite::to_measure(include_str!("../../../scenarios/perf.toml")).unwrap();
    let of = |name: &str| suite.part(name).unwrap();
    let ours = of("cost-ours");
    assert_eq!(ours.scenario.target, None);
    assert_eq!(ours.transports, [Transport::Sse, Transport::WebSocket]);
    let npm_ws = of("rate-60-npm-ws");
    assert_eq!(npm_ws.scenario.target, Some(Peer::NpmWs));
    assert_eq!(npm_ws.transports, [Transport::WebSocket]);
    let only = |name: &str| {
        let is_chosen = |step: &&Step<'_>| suite.is_one_of(&step.scenario.name, &[name.into()]);
        suite.steps().iter().filter(is_chosen).count()
    };
    assert_eq!(only("cost-long-polling"), 3 * 7);
    assert_eq!(only("engine-io"), 7 + 2 + 4);
    assert_eq!(only("cost-ours"), 2 * 7);
}

#[test]
fn with_wires_there_is_a_scenario_for_each_wire_and_value() {
    let suite = Suite::to_measure(include_str!("../../../scenarios/wires.toml")).unwrap();
    let of = |name: &str| suite.part(name).unwrap();
    assert_eq!(of("100-bytes-http1-tls").transports, Transport::ALL);
    let http2 = of("100-bytes-http2-tls");
    assert_eq!(http2.scenario.http_version, HttpVersion::Http2);
    assert!(http2.scenario.tls && !http2.transports.contains(&Transport::WebSocket));
    let cookie = of("cookie-http2-tls-1000");
    assert_eq!(cookie.scenario.cookie_bytes, 1000);
    assert_eq!(cookie.point.as_ref().unwrap().sweep, "cookie-http2-tls");
    let groups: Vec<_> = suite
        .over_wires()
        .map(|parts| (parts[0].variant_of.as_deref().unwrap(), parts.len()))
        .collect();
    let names = ["100-bytes", "1000-bytes", "publish", "connect"];
    assert_eq!(groups, names.map(|name| (name, 3)));
}

const ONE: &str = r#"
name = "one"
analysis = "A suite for a test."
[[scenario]]
name = "near"
clients = 2
rate_per_s = 10
payload_bytes = 100
duration = "2s"
repeats = 3
analysis = "It is measured with other keys."
"#;

/// A suite of one scenario with these keys in place of its own.
fn with(keys: &str) -> String {
    let (suite, own) = ONE.split_once("[[scenario]]\n").unwrap();
    let key = |line: &str| line.split(" = ").next().unwrap().to_owned();
    let replaced: Vec<_> = keys.lines().map(key).collect();
    let kept = own.lines().filter(|line| !replaced.contains(&key(line)));
    let kept: Vec<_> = kept.collect();
    format!("{suite}[[scenario]]\n{keys}\n{}", kept.join("\n"))
}

#[test]
fn a_bad_suite_is_rejected_with_the_reason() {
    let long_name = format!("name = \"{}\"", "x".repeat(300));
    for (keys, reason) in [
        ("rtt = \"100\"", "at line 5, "),
        ("rtt = \"100\"", "rtt = \"100\""),
        ("rtt = \"100\"", "'100' is not a valid duration"),
        ("clients = 0", "0 clients"),
        ("repeats = 0", "0 repeats"),
        ("round_trip = 1", "'near' has an unknown key 'round_trip'"),
        ("name = \"../x\"", "../x"),
        (&long_name, "too long"),
        ("transports = []", "name each once"),
        ("transports = [\"sse\", \"sse\"]", "name each once"),
        ("sweep = { rtt = [] }", "has no values"),
        ("sweep = { clients = [1, 1] }", "two scenarios"),
        ("rate_per_s = 0.4", "use 2s 500ms or more"),
        ("http_version = \"2\"", "add TLS"),
        (
            "http_version = \"2\"\ntls = true",
            "'near': a WebSocket runs",
        ),
        ("tls = true\ncapture = true", "only one client"),
        ("reconnect = \"soon\"", "use true, false, \"spread\" or"),
        ("reconnect = 3", "use true, false, \"spread\" or"),
        ("servers = 2", "need brokers"),
        ("brokers = 6", "at most 5"),
        ("brokers = 1\nservers = 0", "0 servers"),
        ("brokers = 1\nservers = 3", "at least one for each server"),
        ("brokers = 1\ntls = true", "omit peers and TLS"),
        ("brokers = 1\npeers = [\"nchan\"]", "omit peers and TLS"),
        (
            "brokers = 1\nservers = 2\ncapture = true",
            "only one server",
        ),
        ("brokers = 1\nrate_per_s = 0", "a rate above 0"),
        (
            "transports = [\"websocket\"]\nwires = [\"http2-tls\"]",
            "'near' has no transport that its wires",
        ),
    ] {
        let error = format!("{:#}", Suite::to_measure(&with(keys)).unwrap_err());
        assert!(error.contains(reason), "{keys}: {error}");
    }
    let http2 = "http_version = \"2\"\ntls = true\ntransports = [\"sse\"]";
    Suite::to_measure(&with(http2)).unwrap();
}

const RATES: &str = r#"
name = "rates"
analysis = "Several rates."
[[scenario]]
name = "rate"
direction = "up"
clients = 2
rate_per_s = 1
payload_bytes = 100
duration = "2s"
sweep = { rate_per_s = [0, 0.5, 10] }
repeats = 2
analysis = "At rate 0 there are no updates."
"#;

#[test]
fn a_sweep_over_rates_may_start_at_zero() {
    let suite = Suite::to_measure(RATES).unwrap();
    let rates: Vec<_> = suite
        .scenarios
        .iter()
        .map(|SuitePart { scenario, .. }| {
            let seconds = scenario.duration.as_secs();
            (scenario.name.as_str(), scenario.direction, seconds)
        })
        .collect();
    let expected = [
        ("rate-0", Direction::Down, 31),
        ("rate-0-5", Direction::Up, 2),
        ("rate-10", Direction::Up, 2),
    ];
    assert_eq!(rates, expected);
    let steps = suite.steps();
    let batches = Suite::batches(&steps).map(<[Step<'_>]>::len);
    // All silent runs share a batch; the others follow one by one.
    assert_eq!(batches.collect::<Vec<_>>()[..3], [16, 1, 1]);
    assert_eq!(Suite::base(&suite.scenarios).scenario.name, "rate-0-5");
}

#[test]
fn scenarios_have_brokers_and_servers() {
    let suite = Suite::to_measure(include_str!("../../../scenarios/cluster.toml")).unwrap();
    let counts = |name: &str| {
        let scenario = &suite.part(name).unwrap().scenario;
        (scenario.brokers, scenario.servers)
    };
    assert_eq!(counts("embedded"), (Some(0), 1));
    assert_eq!(counts("three-servers"), (Some(3), 3));
    let one = Suite::to_measure(ONE).unwrap();
    assert_eq!(one.scenarios[0].scenario.brokers, Some(0));
}

#[test]
fn reconnect_is_spread_or_at_once_or_absent() {
    for (value, reconnect) in [
        ("false", None),
        ("true", Some(Reconnect::Spread)),
        ("\"spread\"", Some(Reconnect::Spread)),
        ("\"at-once\"", Some(Reconnect::AtOnce)),
    ] {
        let suite = Suite::parse(&with(&format!("reconnect = {value}"))).unwrap();
        assert_eq!(suite.scenarios[0].scenario.reconnect, reconnect);
    }
}

#[test]
fn scenarios_are_selected_by_their_name_or_their_sweeps() {
    let suite = Suite::parse(include_str!("../../../scenarios/full.toml")).unwrap();
    let only = ["case-a", "knee", "rate-100"].map(String::from);
    suite.require(&only).unwrap();
    let chosen = |name: &str| suite.is_one_of(name, &only);
    assert!(chosen("case-a") && chosen("knee-240ms") && chosen("rate-100"));
    assert!(!chosen("case-b") && !chosen("knee-one-240ms") && !chosen("rate-1"));
    let unknown = suite.require(&["nee".into()]).unwrap_err().to_string();
    let reason = "the suite 'full' has no scenario 'nee': it has steady, ";
    assert!(unknown.starts_with(reason), "{unknown}");
    assert!(unknown.contains(", knee, knee-one, "), "{unknown}");
}
