//! Behaviour at a terminal in case of errors and interruptions.

use std::{
    io::{BufRead, BufReader, Read},
    process::Stdio,
};

use crate::running::{self, Ended, Running, ended, program};

/// `loadgen run` with this standard output.
fn run_into(output: Stdio) -> Ended {
    let options = "--transport sse --clients 1 --rate 20 --duration 200ms --warm-up 1ms";
    ended(running::loadgen(options).stdout(output))
}

#[test]
fn a_full_disk_gives_an_error_message() {
    let Ok(full) = std::fs::File::create("/dev/full") else {
        return running::skipped("there is no /dev/full here");
    };
    let Ended { code, stderr, .. } = run_into(full.into());
    assert_eq!(code, Some(1), "{stderr}");
    let error = "can't write to standard output";
    assert!(stderr.contains(error), "{stderr}");
}

#[test]
fn a_closed_pipe_is_not_an_error() {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let Ended { code, stderr, .. } = run_into(writer.into());
    // A busy machine may invalidate the run.
    assert!(matches!(code, Some(0 | 1)), "{stderr}");
    assert!(!stderr.contains("standard output"), "{stderr}");
}

#[test]
fn a_warning_is_in_the_table_and_on_standard_error() {
    // Ten clients that publish in turn, and a warm-up that is too short for the first turns.
    let cold = "run --transport sse --direction up --clients 10 --rate 10 --duration 1s \
                --warm-up 100ms";
    let is_shown = |output: &str| output.contains("warning: cold-publish: ");
    let table = ended(program().args(cold.split_whitespace()));
    for output in [&table.stdout, &table.stderr] {
        assert!(is_shown(output), "{table:?}");
    }
    let json = ended(program().args(cold.split_whitespace()).arg("--json"));
    assert!(is_shown(&json.stderr), "{json:?}");
}

/// Starts the program and interrupts it, like Ctrl-C, after its first line of output.
fn interrupted(args: &[&str]) -> (Option<i32>, String) {
    let mut command = program();
    command.args(args);
    command.stdout(Stdio::null()).stderr(Stdio::piped());
    let mut child = Running(command.spawn().unwrap());
    let mut stderr = BufReader::new(child.0.stderr.take().unwrap());
    let mut text = String::new();
    stderr.read_line(&mut text).unwrap();
    running::signal("INT", child.0.id());
    stderr.read_to_string(&mut text).unwrap();
    (child.0.wait().unwrap().code(), text)
}

#[test]
fn a_stopped_calibration_is_reported() {
    let (code, text) = interrupted(&["calibrate"]);
    assert_eq!(code, Some(130), "{text}");
    assert!(text.contains("stopped"), "{text}");
}

#[test]
fn a_record_stopped_before_its_first_row_leaves_no_folder() {
    let folder = tempfile::tempdir().unwrap();
    let suite = folder.path().join("quick.toml");
    let quick = include_str!("../../scenarios/quick.toml");
    std::fs::write(&suite, quick).unwrap();
    let results = folder.path().join("results");
    let (suite, to) = (suite.to_str().unwrap(), results.to_str().unwrap());
    let (code, text) = interrupted(&["record", suite, "--results", to]);
    assert_eq!(code, Some(130), "{text}");
    assert!(text.contains("stopped"), "{text}");
    let left = std::fs::read_dir(&results).map_or(0, Iterator::count);
    assert_eq!(left, 0, "{text}");
}
