//! Can a record be read and resumed wherever its process was killed?

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
};

use hdrhistogram::Histogram;
use loadgen::{
    measure::bench::Bench,
    record::{
        Arrow, CarriedUpdate, Check, Direction, Environment, Folder, Measurement, Record, Suite,
        What,
        folder::{CAPTURES, HISTOGRAMS, ROWS},
    },
};
use serde_json::{Value, json};
use server::Transport;

use crate::by_hand;

const SUITE: &str = r#"
name = "by hand"
analysis = "Nothing is measured."
[[scenario]]
name = "near"
clients = 1
rate_per_s = 10
payload_bytes = 100
duration = "1s"
transports = ["sse", "websocket"]
repeats = 1
capture = true
analysis = "Written by hand."
"#;

/// The files that grow, in the order in which they are written.
const FILES: [&str; 3] = [HISTOGRAMS, CAPTURES, ROWS];

/// Saves the nth step of the suite, with or without an error.
fn keep(folder: &Folder, nth: usize, error: Option<&str>) {
    let suite = Suite::parse(SUITE).unwrap();
    let step = suite.steps()[nth];
    let measurement = Measurement {
        error: error.map(String::from),
        ..Measurement::empty(step.transport, step.scenario)
    };
    let mut histogram = Histogram::new_with_bounds(1, 3_600_000_000, 3).unwrap();
    histogram.record(1_000 * (nth as u64 + 1)).unwrap();
    let arrow = Arrow {
        connection: 0,
        direction: Direction::Down,
        client_us: 2,
        server_us: 1,
        bytes: 102,
        record_bytes: Vec::new(),
        what: What::Chunk,
        updates: vec![CarriedUpdate {
            seq: nth as u64,
            at_us: Some(1),
        }],
    };
    let histograms = [("latency", histogram.clone()), ("accepted", histogram)];
    let arrows = [arrow.clone(), arrow];
    let kept = folder.keep(&step, &measurement, &histograms, &arrows);
    kept.unwrap();
}

fn created() -> (tempfile::TempDir, Folder) {
    let results = tempfile::tempdir().unwrap();
    let folder = Folder::create(results.path(), SUITE, &Environment::read()).unwrap();
    (results, folder)
}

fn contents(folder: &Path) -> [Vec<u8>; 3] {
    FILES.map(|name| fs::read(folder.join(name)).unwrap())
}

/// States in which a process can be killed while it saves a measurement: one file is torn, the files
/// before it are written, the files after it are not.
fn states(before: &[Vec<u8>; 3], after: &[Vec<u8>; 3]) -> Vec<[usize; 3]> {
    let mut states = Vec::new();
    for file in 0..FILES.len() {
        let (first, last) = (before[file].len(), after[file].len() - 1);
        for torn in (first..last).step_by(13).chain([last]) {
            states.push([0, 1, 2].map(|nth| match nth {
                _ if nth < file => after[nth].len(),
                _ if nth == file => torn,
                _ => before[nth].len(),
            }));
        }
    }
    states
}

#[test]
fn a_record_is_read_and_resumed_wherever_its_process_was_killed() {
    let (_results, folder) = created();
    keep(&folder, 0, None);
    let before = contents(folder.path());
    keep(&folder, 1, None);
    let after = contents(folder.path());
    for lengths in states(&before, &after) {
        for (nth, name) in FILES.iter().enumerate() {
            let path = folder.path().join(name);
            fs::write(&path, &after[nth]).unwrap();
            let file = File::options().write(true).open(path).unwrap();
            file.set_len(lengths[nth] as u64).unwrap();
        }
        let record = Record::read(folder.path()).unwrap();
        assert_eq!(record.rows.len(), 1, "{lengths:?}");
        record.check_histograms().unwrap();

        let resumed = Bench::resume(folder.path(), Vec::new()).unwrap();
        let steps = resumed.steps();
        assert_eq!(steps.len(), 1, "{lengths:?}");
        assert_eq!(steps[0].transport, Transport::WebSocket);
        assert_eq!(contents(folder.path()), before, "{lengths:?}");
        keep(&folder, 1, None);
        assert_eq!(contents(folder.path()), after, "{lengths:?}");
    }
    let record = Record::read(folder.path()).unwrap();
    for (nth, transport) in (0..).zip([Transport::Sse, Transport::WebSocket]) {
        let latencies = record.latencies("near", transport).unwrap().unwrap();
        assert_eq!((latencies.len(), latencies.max() / 1_000), (1, nth + 1));
        let arrows = record.arrows("near", transport);
        assert_eq!((arrows.len(), arrows[1].updates[0].seq), (2, nth));
    }
}

#[test]
fn an_error_saves_only_its_row_and_no_tag_occurs_twice() {
    let (_results, folder) = created();
    keep(&folder, 0, Some("the machine was busy"));
    keep(&folder, 0, None);
    let record = Record::read(folder.path()).unwrap();
    assert_eq!(record.rows.len(), 2);
    record.check_histograms().unwrap();
    assert_eq!(record.arrows("near", Transport::Sse).len(), 2);
    let log = fs::read_to_string(folder.path().join(HISTOGRAMS)).unwrap();
    let tags: Vec<_> = log
        .lines()
        .filter_map(|line| line.split(',').next())
        .collect();
    let expected = ["latency", "accepted"].map(|kind| format!("Tag=near/sse/1/{kind}"));
    assert_eq!(tags[1..], expected);
}

#[test]
fn a_record_needs_every_kind_of_histogram_of_a_direction() {
    let kinds = ["latency", "accepted", "round-trip"];
    let up: &[&str] = &kinds;
    for (direction, needed) in [(Direction::Down, &kinds[..1]), (Direction::Up, up)] {
        for missing in kinds {
            let (_results, folder) = created();
            let suite = Suite::parse(SUITE).unwrap();
            let step = suite.steps()[0];
            let mut measurement = Measurement::empty(step.transport, step.scenario);
            measurement.conditions.direction = direction;
            let present = kinds.into_iter().filter(|&kind| kind != missing);
            let present = present.map(|kind| (kind, Histogram::new(3).unwrap()));
            let histograms: Vec<_> = present.collect();
            folder.keep(&step, &measurement, &histograms, &[]).unwrap();
            let checked = Record::read(folder.path()).unwrap().check_histograms();
            let is_missed = checked.is_err_and(|error| error.to_string().contains(missing));
            let is_needed = needed.contains(&missing);
            assert_eq!(is_missed, is_needed, "{direction:?} {missing}");
        }
    }
}

#[test]
fn a_resumed_record_has_one_more_calibration() {
    let (_results, folder) = created();
    for read in [61, 60] {
        let checks = [Check::bytes("request head", 61, read)];
        folder.keep_calibration(&checks).unwrap();
    }
    let text = fs::read(folder.path().join("calibration.json")).unwrap();
    let written: Vec<Vec<Value>> = serde_json::from_slice(&text).unwrap();
    let holds: Vec<_> = written.iter().map(|checks| &checks[0]["holds"]).collect();
    assert_eq!(holds, [&json!(true), &json!(false)]);
    let record = Record::read(folder.path()).unwrap();
    assert_eq!(record.calibrations.len(), 2);
}

#[test]
fn a_record_keeps_the_names_of_its_scenarios() {
    let suite = SUITE.replace("rate_per_s = 10", "sweep = { rate_per_s = [0.5, 2] }");
    let results = tempfile::tempdir().unwrap();
    let folder = Folder::create(results.path(), &suite, &Environment::read()).unwrap();
    let names = |path: PathBuf| {
        let parts = Record::read(&path).unwrap().suite.scenarios.into_iter();
        parts.map(|part| part.scenario.name).collect::<Vec<_>>()
    };
    assert_eq!(names(folder.path().into()), ["near-0-5", "near-2"]);
    let row = by_hand::row("near-0.5", "sse", 1);
    fs::write(folder.path().join(ROWS), format!("{row}\n")).unwrap();
    assert_eq!(names(folder.path().into()), ["near-0.5", "near-2"]);
}

#[test]
fn a_byte_order_mark_at_the_start_of_a_file_is_skipped() {
    let (_results, folder) = created();
    keep(&folder, 0, None);
    let before = Record::read(folder.path()).unwrap();
    let files = fs::read_dir(folder.path()).unwrap();
    for path in files.map(|entry| entry.unwrap().path()) {
        if path.is_file() {
            let bytes = fs::read(&path).unwrap();
            fs::write(path, [b"\xef\xbb\xbf", &bytes[..]].concat()).unwrap();
        }
    }
    let record = Record::read(folder.path()).unwrap();
    assert_eq!(record.rows.len(), before.rows.len());
    assert_eq!(record.suite, before.suite);
    record.check_histograms().unwrap();
    assert_eq!(record.arrows("near", Transport::Sse).len(), 2);
    let suite = folder.path().join("suite.toml");
    assert_eq!(Suite::read(&suite).unwrap().0, before.suite);
}
