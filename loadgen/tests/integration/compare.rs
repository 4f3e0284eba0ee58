//! Can a CI job rely on the comparison of two records?

use std::{fs, path::Path};

use crate::{
    by_hand,
    running::{Ended, ended, program},
};

fn suite() -> String {
    by_hand::suite(r#"[{ name = "near", clients = 1, rate_per_s = 10, repeats = 3 }]"#)
}

/// A record of long polling and WebSocket with these median latencies, one for each repeat of
/// WebSocket. All other values are those of a measured row.
fn record(folder: &Path, cpu: &str, websocket_us: &[u64]) {
    let mut rows = Vec::new();
    for (repeat, &us) in (1..).zip(websocket_us) {
        for (transport, us) in [("long-polling", 9_000), ("websocket", us)] {
            let mut row = by_hand::row("near", transport, repeat);
            row["latency_us"]["p50"] = us.into();
            rows.push(row);
        }
    }
    by_hand::record(folder, &suite(), cpu, &rows);
}

/// Compares two records that differ in WebSocket's latency alone.
fn compared(first_us: &[u64], second_us: &[u64], options: &[&str]) -> Ended {
    let folder = tempfile::tempdir().unwrap();
    let (first, second) = (folder.path().join("a"), folder.path().join("b"));
    record(&first, "one", first_us);
    record(&second, "one", second_us);
    run(&first, &second, options)
}

fn run(first: &Path, second: &Path, options: &[&str]) -> Ended {
    ended(program().arg("compare").args([first, second]).args(options))
}

/// The line of WebSocket in the first table.
fn line(ended: &Ended) -> String {
    let mut lines = ended.stdout.lines();
    let line = lines.find(|line| line.starts_with("websocket")).unwrap();
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}

const STRICT: [&str; 2] = ["--threshold", "10%"];
const USUAL: [u64; 3] = [1_000, 1_001, 1_002];

#[test]
fn a_record_does_not_differ_from_itself() {
    let output = compared(&USUAL, &USUAL, &["--threshold", "0%"]);
    assert_eq!(output.code, Some(0), "{output:?}");
    assert_eq!(output.stderr, "");
    let row = line(&output);
    assert!(row.ends_with("+0.0% 0.7% no difference shown"), "{row}");
    let text = &output.stdout;
    assert!(!text.contains("worse"));
    for part in [
        "\nnear, p50 ms [95 % confidence interval of the mean, 3 repeats]:\n",
        "detectable: the smallest change",
    ] {
        assert!(text.contains(part), "{text}");
    }
}

#[test]
fn worse_by_more_than_the_threshold_is_exit_code_1_and_is_named() {
    let worse = [1_200, 1_201, 1_202];
    let output = compared(&USUAL, &worse, &STRICT);
    assert_eq!(output.code, Some(1), "{output:?}");
    let failure = "loadgen: near, websocket: p50 ms is worse by +20.0%\n";
    assert_eq!(output.stderr, failure);
    assert!(line(&output).ends_with("+20.0% 0.7% worse"), "{output:?}");

    let allowed = compared(&USUAL, &worse, &["--threshold", "25%"]);
    assert_eq!(allowed.code, Some(0), "{allowed:?}");
    let without_threshold = compared(&USUAL, &worse, &[]);
    assert_eq!(without_threshold.code, Some(0), "{without_threshold:?}");
    let better = compared(&worse, &USUAL, &STRICT);
    assert_eq!(better.code, Some(0), "{better:?}");
    assert!(line(&better).ends_with("-16.7% 0.6% better"), "{better:?}");
}

#[test]
fn overlapping_intervals_show_no_difference() {
    let scattered = compared(&[1_000, 1_900, 1_950], &[1_500, 2_600, 2_700], &STRICT);
    assert_eq!(scattered.code, Some(0), "{scattered:?}");
    let row = line(&scattered);
    // 1.617 ± 1.327 and 2.267 ± 1.652: the first interval is wider than its median.
    let expected = "1.90 (1.00 to 1.95) 2.60 (1.50 to 2.70) +36.8% 157.2% no difference shown";
    assert_eq!(row, format!("websocket {expected}"));

    let single = compared(&[1_000], &[9_000], &STRICT);
    assert_eq!(single.code, Some(1), "a check that can't fail");
    let row = line(&single);
    let expected = "1.00 of 1 repeat 9.00 of 1 repeat +800.0% - unknown: a single repeat";
    assert_eq!(row, format!("websocket {expected}"));
}

#[test]
fn missing_values_and_another_machine_are_reported() {
    let folder = tempfile::tempdir().unwrap();
    let (first, second) = (folder.path().join("a"), folder.path().join("b"));
    record(&first, "one", &USUAL);
    record(&second, "another", &USUAL);
    let rows = fs::read_to_string(second.join("measurements.jsonl")).unwrap();
    let polls = rows.lines().filter(|row| !row.contains("\"websocket\""));
    let polls: String = polls.map(|row| format!("{row}\n")).collect();
    fs::write(second.join("measurements.jsonl"), polls).unwrap();
    let output = run(&first, &second, &[]);
    assert_eq!(output.code, Some(0), "{output:?}");
    let gap = "near, websocket: no measurement in B";
    assert!(output.stdout.contains(gap), "{output:?}");
    let strict = run(&first, &second, &STRICT);
    assert_eq!(strict.code, Some(1), "a missing value is a failure");
    let backwards = run(&second, &first, &STRICT);
    assert_eq!(backwards.code, Some(0), "{backwards:?}");
    assert!(output.stderr.contains("processor"), "{output:?}");

    // Ten clients are another scenario, whatever its name.
    let other = suite().replace("clients = 1", "clients = 10");
    fs::write(second.join("suite.toml"), other).unwrap();
    let output = run(&first, &second, &[]);
    assert_eq!(output.code, Some(1), "{output:?}");
    for error in ["no value in common", "the conditions differ"] {
        assert!(output.stderr.contains(error), "{output:?}");
    }

    let refused = run(&first, &second, &["--threshold", "10"]);
    assert_eq!(refused.code, Some(2));
    assert!(refused.stderr.contains("such as 10%"), "{refused:?}");
}
