//! Behaviour at a terminal in case of errors and interruptions.

use std::{
    io::{BufRead, BufReader, Read},
    process::{Command, Output, Stdio},
};

use crate::running::{self, Running};

fn words(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// `loadgen run` with this standard output.
fn run_into(output: Stdio) -> Output {
    Command::new(env!("CARGO_BIN_EXE_loadgen"))
        .args(["run", "--transport", "sse", "--clients", "1"])
        .args(["--rate", "20", "--duration", "200ms", "--warm-up", "1ms"])
        .stdin(Stdio::null())
        .stdout(output)
        .stderr(Stdio::piped())
        .spawn()
        .and_then(|run| run.wait_with_output())
        .unwrap()
}

#[test]
fn a_full_disk_gives_an_error_message() {
    let Ok(full) = std::fs::File::create("/dev/full") else {
        return running::skipped("there is no /dev/full here");
    };
    let output = run_into(full.into());
    let text = words(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.contains("can't write to standard output"), "{text}");
}

#[test]
fn a_closed_pipe_is_not_an_error() {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let output = run_into(writer.into());
    let text = words(&output.stderr);
    // A busy machine may invalidate the run.
    assert!(matches!(output.status.code(), Some(0 | 1)), "{text}");
    assert!(!text.contains("standard output"), "{text}");
}

#[test]
fn a_warning_is_in_the_table_and_on_standard_error() {
    // Ten clients that publish in turn, and a warm-up that is too short for the first turns.
    let cold = "run --transport sse --direction up --clients 10 --rate 10 --duration 1s \
                --warm-up 100ms";
    let run = |more: &str| {
        let args = format!("{cold} {more}");
        let mut command = Command::new(env!("CARGO_BIN_EXE_loadgen"));
        command.args(args.split_whitespace()).output().unwrap()
    };
    let shown = |output: &[u8]| words(output).contains("warning: cold-publish: ");
    let table = run("");
    assert!(shown(&table.stdout), "{}", words(&table.stdout));
    assert!(shown(&table.stderr), "{}", words(&table.stderr));
    let json = run("--json");
    assert!(shown(&json.stderr), "{}", words(&json.stderr));
}

/// Starts the program and interrupts it, like Ctrl-C, after its first line of output.
fn interrupted(args: &[&str]) -> (Option<i32>, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_loadgen"));
    let mut program = Running(
        command
            .args(args)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap(),
    );
    let mut stderr = BufReader::new(program.0.stderr.take().unwrap());
    let mut text = String::new();
    stderr.read_line(&mut text).unwrap();
    running::signal("INT", program.0.id());
    stderr.read_to_string(&mut text).unwrap();
    (program.0.wait().unwrap().code(), text)
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
