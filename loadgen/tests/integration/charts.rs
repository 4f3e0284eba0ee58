//! Are the charts and the report a pure function of the record?

use std::{
    fs,
    path::{Path, PathBuf},
};

use hdrhistogram::Histogram;
use loadgen::{
    client::shared::histogram,
    record::{
        Arrow, LatencyUs, Record, Row,
        folder::{CAPTURES, HISTOGRAMS, ROWS},
        histograms::{self, LATENCY},
        lines,
    },
    show::{
        chart::{
            self,
            comparison::SIDES,
            excerpt::{self, Excerpt, ends},
            png::Fonts,
        },
        kind::Kind,
        language::Language,
        number::grouped,
        report,
    },
};
use serde_json::json;
use server::Transport;

use crate::{by_hand, legible};

/// One scenario with captured messages.
pub const SUITE: &str = r#"
name = "by hand <&>"
analysis = "Nothing is <b>measured</b> & nothing runs."
[[scenario]]
name = "near"
clients = 1
rate_per_s = 10
payload_bytes = 100
rtt = "100ms"
duration = "1s"
repeats = 1
capture = true
analysis = "Written by hand."
"#;

/// Ten updates, each after a millisecond.
fn latencies() -> Histogram<u64> {
    let mut latencies = histogram();
    latencies.record_n(1_000, 10).unwrap();
    latencies
}

/// A record's folder, written row by row. It has its own parent folder for the gallery.
struct Hand(tempfile::TempDir);

impl Hand {
    fn new() -> Self {
        let hand = Self(tempfile::tempdir().unwrap());
        by_hand::record(&hand.path(), SUITE, "A <CPU>", &[]);
        hand
    }

    /// A record with all eight transports and a capture of both sides.
    fn whole() -> Self {
        let hand = Self::new();
        for transport in Transport::ALL {
            hand.good(transport);
        }
        hand.captures(10);
        hand
    }

    fn path(&self) -> PathBuf {
        self.0.path().join("2026-01-02")
    }

    fn file(&self, name: &str, text: &str) {
        fs::write(self.path().join(name), text).unwrap();
    }

    fn row(&self, transport: Transport, error: Option<&str>) -> Row {
        let good = error.is_none();
        let overhead = good.then_some(2.0 + 50.0 * transport as u8 as f64);
        // Polling transports receive ten updates per response, long polling one.
        let requests = [0.1, 0.1, 0.1, 1.0, 0.0, 0.0, 0.0, 0.0][transport as usize];
        let mut row = by_hand::row("near", transport.name(), 1);
        row["clients"] = 1.into();
        row["rtt_us"] = 100_000.into();
        row["duration_s"] = 1.0.into();
        row["updates_expected"] = 10.into();
        row["updates_received"] = 10.into();
        let times = good.then(|| LatencyUs::of(&latencies()));
        row["latency_us"] = json!(times.unwrap_or_default());
        row["bytes_per_update"] = json!({
            "payload": 100.0, "request_head": overhead, "total": overhead.map(|o| o + 100.0),
        });
        row["requests_per_update"] = json!(good.then_some(requests));
        row["warnings"] = json!(["mind <the> gap"]);
        row["error"] = json!(error);
        lines::append(&self.path().join(ROWS), format!("{row}\n").as_bytes()).unwrap();
        serde_json::from_value(row).unwrap()
    }

    fn good(&self, transport: Transport) {
        let row = self.row(transport, None);
        let log = histograms::log(&row, &[(LATENCY, latencies())]).unwrap();
        lines::append(&self.path().join(HISTOGRAMS), &log).unwrap();
    }

    /// Captures this many updates, one every 100 ms. Long polling has no open request when they are
    /// published.
    fn captures(&self, updates: u64) {
        let mut lines = String::new();
        // Every message takes 50 ms.
        let mut send = |way: &str, what: &str, left_us: u64, bytes: u64, seq: Option<u64>| {
            let reached_us = left_us + 50_000;
            let (client_us, server_us) = match way {
                "up" => (left_us, reached_us),
                _ => (reached_us, left_us),
            };
            let transport = match what {
                "request" | "response" => Transport::LongPolling,
                _ => Transport::WebSocket,
            };
            let update = seq.map(|seq| json!({"seq": seq, "at_us": 1_000_000 + 100_000 * seq}));
            let line = json!({
                "scenario": "near", "transport": transport, "repeat": 1, "connection": 0,
                "direction": way, "client_us": client_us, "server_us": server_us, "bytes": bytes,
                "what": what, "updates": Vec::from_iter(update),
            });
            lines += &format!("{line}\n");
        };
        send("up", "handshake", 1_010_000, 501, None);
        send("down", "handshake", 1_060_000, 167, None);
        for seq in 1..=updates {
            let at_us = 1_000_000 + 100_000 * seq;
            send("up", "request", at_us - 20_000, 2_000 + seq, None);
            send("down", "response", at_us + 30_000, 700, Some(seq));
            send("down", "frame", at_us, 3_000 + seq, Some(seq));
        }
        self.file(CAPTURES, &lines);
    }

    fn record(&self) -> Record {
        Record::read(&self.path()).unwrap()
    }

    fn svg(&self, kind: Kind) -> String {
        let charts = chart::all(&self.record());
        let chart = charts.into_iter().find(|chart| chart.kind == kind);
        chart.expect("the scenario has a chart of each kind").svg
    }
}

fn bytes(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    for found in fs::read_dir(folder).unwrap() {
        let path = found.unwrap().path();
        match path.is_dir() {
            true => files.extend(bytes(&path)),
            false => files.push((path.display().to_string(), fs::read(&path).unwrap())),
        }
    }
    files.sort();
    files
}

#[test]
fn the_same_record_gives_the_same_bytes() {
    let hand = Hand::whole();
    let draw = || {
        let record = hand.record();
        let drawn = chart::draw(&record, &Fonts::installed()).unwrap();
        let is_svg = |path: &&PathBuf| path.extension().unwrap() == "svg";
        let svgs = drawn.paths.iter().filter(is_svg).count();
        assert_eq!(svgs, chart::all(&record).len());
        let page = report::write(&record).unwrap();
        assert_eq!(page, hand.path().join("index.html"));
        bytes(hand.0.path())
    };
    let first = draw();
    assert!(first == draw(), "drawn again, another file came out");
}

#[test]
fn a_gap_is_shown_in_place_of_the_measurement() {
    let one = Hand::new();
    one.good(Transport::Sse);
    for (kind, transports) in [
        (Kind::Overhead, ["polling", "websocket"]),
        (Kind::Latency, ["polling", "websocket"]),
        (Kind::Comparison, ["long-polling", "websocket"]),
        (Kind::Timeline, ["long-polling", "websocket"]),
    ] {
        for transport in transports {
            let gap = format!("{transport}: no measurement: not recorded");
            assert!(one.svg(kind).contains(&gap), "{kind:?}: {gap}");
        }
    }
    let blind = Hand::whole();
    fs::remove_file(blind.path().join(CAPTURES)).unwrap();
    let comparison = blind.svg(Kind::Comparison);
    assert!(comparison.contains("no capture of its messages"));
    report::write(&blind.record()).unwrap();
}

#[test]
fn a_record_whose_histograms_are_missing_or_damaged_is_not_drawn() {
    let refused = |change: fn(&str) -> String, part: &str| {
        let hand = Hand::whole();
        let log = fs::read_to_string(hand.path().join(HISTOGRAMS)).unwrap();
        hand.file(HISTOGRAMS, &change(&log));
        let drawn = Record::read(&hand.path())
            .and_then(|record| chart::draw(&record, &Fonts::default()).map(drop));
        let error = format!("{:#}", drawn.unwrap_err());
        assert!(error.contains(HISTOGRAMS), "{error}");
        assert!(error.contains(part), "{error}");
        assert!(!hand.path().join("charts").exists());
        if let Ok(record) = Record::read(&hand.path()) {
            assert!(report::write(&record).is_err());
        }
    };
    let polling = "the tag 'near/polling/1/latency'";
    refused(|log| log.replace("/polling/1", "/polling/2"), polling);
    refused(|log| log.replace(",HIST", ",HISS"), "near/page-refresh/1");
    refused(|log| log.replace("latency,0.000,", "latency,"), "line 1");
    refused(|log| log.repeat(2), "two histograms have the tag");
}

#[test]
fn damaged_captures_are_named_by_their_line() {
    let hand = Hand::whole();
    let captures = fs::read_to_string(hand.path().join(CAPTURES)).unwrap();
    hand.file(CAPTURES, &captures.replacen("\n{", "\n", 1));
    let error = format!("{:#}", Record::read(&hand.path()).unwrap_err());
    assert!(error.contains("captures.jsonl, line 2"), "{error}");
}

#[test]
fn the_comparison_has_every_arrow_of_its_span() {
    let hand = Hand::whole();
    let record = hand.record();
    let sides = excerpt::excerpts(&record, &record.suite.scenarios[0], &SIDES);
    let svg = hand.svg(Kind::Comparison);
    let mut seen = 0;
    for side in sides.iter().flatten() {
        let all = record.arrows("near", side.row.transport);
        let is_whole = |arrow: &&Arrow| {
            let (left_us, reached_us) = ends(arrow);
            side.shows(left_us) && side.shows(reached_us)
        };
        for arrow in all.iter().filter(is_whole) {
            assert!(side.arrows.contains(arrow), "{arrow:?}");
            let label = format!(" {} B\n", grouped(arrow.bytes as f64, 0));
            assert!(svg.contains(&label), "{label}");
            seen += 1;
        }
    }
    assert!(seen > 15, "the span shows too little: {seen}");
}

#[test]
fn the_report_shows_each_chart_once() {
    let hand = Hand::whole();
    let record = hand.record();
    let page = fs::read_to_string(report::write(&record).unwrap()).unwrap();
    for chart in chart::all(&record) {
        let (_, labels) = chart.svg.split_once("aria-labelledby=\"").unwrap();
        let id = labels.split([' ', '"']).next().unwrap();
        let shown = page.matches(&format!("id=\"{id}\"")).count();
        let english = chart.language == Language::English;
        assert_eq!(shown, usize::from(english), "{}", chart.path());
    }
}

#[test]
fn charts_of_one_and_of_forty_updates_are_legible() {
    for (updates, text) in [(1, "All updates are drawn (1)."), (40, " of 40 captured;")] {
        let hand = Hand::whole();
        hand.captures(updates);
        let charts = chart::all(&hand.record());
        legible::check(&charts);
        legible::whole(&charts);
        for kind in [Kind::Comparison, Kind::Timeline] {
            assert!(hand.svg(kind).contains(text), "{kind:?} of {updates}");
        }
    }
}

#[test]
fn both_sides_show_the_same_updates_at_the_same_heights() {
    let hand = Hand::whole();
    let record = hand.record();
    let sides = excerpt::excerpts(&record, &record.suite.scenarios[0], &SIDES);
    let [Some(polls), Some(frames)] = &sides[..] else {
        panic!("both sides are captured");
    };
    let heights = |side: &Excerpt<'_>| {
        let shown = side.planned().filter(|(_, at_us)| side.shows(*at_us));
        let heights = shown.map(|(update, at_us)| (update.seq, at_us - side.from_us));
        heights.collect::<Vec<_>>()
    };
    assert_eq!(heights(polls), heights(frames));
    // The request of each update arrives 30 ms after its planned time, and the response takes 50.
    let late = |side: &Excerpt<'_>, us: u64| {
        let mut updates = side.updates.iter();
        updates.all(|update| update.latency_us() == Some(us))
    };
    assert!(late(polls, 80_000) && late(frames, 50_000));
    // The handshake is in the chart.
    assert_eq!(frames.begin_us, frames.from_us);
}

#[test]
fn the_sums_are_those_of_the_row() {
    let hand = Hand::whole();
    for kind in [Kind::Comparison, Kind::Timeline] {
        let svg = hand.svg(kind);
        for text in [
            ": 10 updates × 252 B = 2,520 B; mean latency 1.0 ms.",
            ": 10 updates × 452 B = 4,520 B; mean latency 1.0 ms.",
            "Drawn: updates 1 to 7, 7 of 10 captured;",
        ] {
            assert!(svg.contains(text), "{text}: {svg}");
        }
    }
}

#[test]
fn any_captured_transports_can_be_compared() {
    use Transport::{LongPolling, Polling, Sse, WebSocket};
    let hand = Hand::whole();
    let captures = fs::read_to_string(hand.path().join(CAPTURES)).unwrap();
    for transport in Transport::ALL {
        let refused = chart::beside_each_other(&hand.record(), &[LongPolling, transport]);
        match transport {
            WebSocket => assert_eq!(refused.unwrap().len(), 4),
            LongPolling => assert!(refused.is_err(), "twice the same"),
            _ => {
                let refused = refused.unwrap_err().to_string();
                let gap = format!("no capture of {transport} in the scenario 'near'");
                assert!(refused.contains(&gap), "{refused}");
            }
        }
    }
    assert!(chart::beside_each_other(&hand.record(), &[Polling]).is_err());

    let polls = captures.split_inclusive('\n');
    let polls: String = polls.filter(|line| line.contains("long-polling")).collect();
    for transport in [Polling, Sse] {
        let copy = polls.replace("long-polling", transport.name());
        lines::append(&hand.path().join(CAPTURES), copy.as_bytes()).unwrap();
    }
    let wanted = [Sse, Polling, LongPolling, WebSocket];
    let charts = chart::beside_each_other(&hand.record(), &wanted).unwrap();
    let paths: Vec<_> = charts.iter().map(|chart| chart.path()).collect();
    let name = "near-sse-polling-long-polling-websocket";
    assert_eq!(paths[0], format!("charts/comparison-{name}.svg"));
    assert_eq!(paths[3], format!("charts/timeline-{name}.ko.svg"));
    for chart in charts {
        let (_, drawn) = chart.svg.split_once("</desc>").unwrap();
        for transport in wanted {
            assert!(drawn.contains(&format!(">\n{transport}\n<")), "{transport}");
        }
    }
}

#[test]
fn shared_responses_are_noted() {
    let hand = Hand::whole();
    let svg = hand.svg(Kind::Overhead);
    let names = "page-refresh, polling and hidden-frame";
    let note = format!("Note: with {names}, about 10 updates share one response.");
    assert!(svg.contains(&note), "{svg}");
    // 52 of polling to 352 of websocket, the last transport.
    assert!(svg.contains("52 B") && svg.contains("0.1 ×"));
}

#[test]
fn the_report_contacts_no_host_and_runs_no_script() {
    let hand = Hand::whole();
    chart::draw(&hand.record(), &Fonts::default()).unwrap();
    let page = fs::read_to_string(report::write(&hand.record()).unwrap()).unwrap();
    let gallery = fs::read_to_string(hand.0.path().join("index.html")).unwrap();
    for text in [&page, &gallery] {
        for foreign in ["<script", "http:", "https:", "=\"//", "url(", "@import"] {
            assert!(!text.contains(foreign), "{foreign}");
        }
        // The icon, which is in the page itself.
        assert_eq!(text.matches("<link").count(), 1);
        assert!(text.contains("<link rel=\"icon\" href=\"data:image/svg+xml,%3Csvg"));
    }
    assert!(gallery.contains("2026-01-02/charts/comparison-near.svg"));
}

#[test]
fn foreign_text_is_never_markup() {
    let hand = Hand::new();
    let error = "a <script>& \u{1b}[31m went \"wrong\"";
    hand.row(Transport::Polling, Some(error));
    let record = hand.record();
    let page = fs::read_to_string(report::write(&record).unwrap()).unwrap();
    assert!(!page.contains("<script") && !page.contains("<b>"));
    assert!(page.contains("a &lt;script&gt;&amp;"));
    assert!(page.contains("mind &lt;the&gt; gap"));
    assert!(page.contains("&lt;b&gt;measured&lt;/b&gt; &amp; nothing"));
    let svg = hand.svg(Kind::Overhead);
    assert!(svg.contains("a &lt;script&gt;&amp;") && !svg.contains("<script"));
    assert!(!svg.contains('\u{1b}'), "no XML document may have it");
    let gallery = fs::read_to_string(hand.0.path().join("index.html")).unwrap();
    assert!(gallery.contains("by hand &lt;&amp;&gt;") && gallery.contains("A &lt;CPU&gt;"));
}

#[test]
fn a_page_that_is_not_a_gallery_is_not_overwritten() {
    let hand = Hand::whole();
    let page = hand.0.path().join("index.html");
    fs::write(&page, "the page of someone else").unwrap();
    let refused = report::write(&hand.record()).unwrap_err().to_string();
    assert!(refused.contains("not a gallery"), "{refused}");
    let kept = fs::read_to_string(&page).unwrap();
    assert_eq!(kept, "the page of someone else");
}
