//! Does a real Chromium measure the same as the load generator, and does it report the bytes on the
//! wire?

use std::{
    path::Path,
    process::{Command, Stdio},
};

use loadgen::record::ErrorCode;
use serde_json::Value;

use crate::running;

/// The rows of `loadgen browser`.
fn compared(options: &str) -> Vec<Value> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_loadgen"))
        .args(["browser", "--json", "--root"])
        .arg(root)
        .args(options.split_whitespace())
        .stdin(Stdio::null())
        .output()
        .unwrap();
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("{options}: {}", String::from_utf8_lossy(&output.stderr)))
}

/// Both sides of a row, which have lost nothing.
fn sides(row: &Value) -> [&Value; 2] {
    ["load_generator", "browser"].map(|side| {
        let found = &row[side];
        let code = running::error_code(found);
        assert!(code.is_none_or(ErrorCode::is_retryable), "{row:#}");
        let received = &found["updates_received"];
        assert_eq!(&found["updates_expected"], received, "{row:#}");
        assert!((19..=21).contains(&received.as_u64().unwrap()), "{row:#}");
        found
    })
}

#[test]
fn a_browser_loses_nothing_and_reports_the_headers_on_the_wire() {
    let rows = compared("--duration 2s --transport polling,websocket");
    assert_eq!(rows.len(), 2);
    for row in &rows {
        for found in sides(row) {
            for fault in ["lost", "duplicated", "reordered"] {
                assert_eq!(found[fault], 0, "{row:#}");
            }
            // Opening a stream has two headers; polling every second has more.
            assert!(
                found["headers_as_on_the_wire"].as_u64() >= Some(2),
                "{row:#}"
            );
        }
        // A report or a ledger that differs from the wire gives a warning.
        let warnings = sides(row).map(|side| &side["warnings"]);
        let warnings = warnings.into_iter().flat_map(|all| all.as_array().unwrap());
        let about_headers = warnings.filter(|warning| warning.as_str().unwrap().contains("head"));
        assert_eq!(about_headers.count(), 0, "{row:#}");
    }
    // The profile was captured from a page at /; this page has an address of its own.
    let why = |nth: usize| rows[nth]["why"].to_string();
    assert!(why(0).contains("Referer +"), "{}", why(0));
    // A handshake has no referer.
    let bytes = |side: &str| rows[1][side]["request_head_bytes"].as_u64().unwrap();
    assert_eq!(bytes("browser"), bytes("load_generator"), "{}", why(1));
}

#[test]
fn over_tls_the_bytes_of_a_browser_have_a_total_and_no_classes() {
    let rows = compared("--duration 2s --http 2 --transport sse,websocket");
    assert_eq!(rows.len(), 2);
    for (row, http_version) in rows.iter().zip(["2", "1.1"]) {
        let [ours, browsers] = sides(row);
        for found in [ours, browsers] {
            assert_eq!(found["http_version"], http_version);
            assert_eq!(found["tls"], true);
        }
        assert_eq!(ours["unexplained_bytes"], 0, "{row:#}");
        for unknown in ["unexplained_bytes", "requests_per_update", "requests"] {
            assert_eq!(browsers[unknown], Value::Null, "{unknown}");
        }
        let each = &browsers["bytes_per_update"];
        for class in ["payload", "request_head", "tls", "setup", "tcp_ip"] {
            assert_eq!(each[class], Value::Null, "{class}");
            assert_eq!(browsers["bytes_total"][class], Value::Null, "{class}");
        }
        // A machine that is too busy for times leaves no total.
        let ours = &ours["bytes_per_update"];
        if let (Some(browsers), Some(ours), Some(packets)) = (
            each["total"].as_f64(),
            ours["total"].as_f64(),
            ours["tcp_ip"].as_f64(),
        ) {
            // A frame is a frame: 100 bytes, and 51 or 24 around them.
            assert!((browsers - (ours - packets)).abs() < 2.0, "{row:#}");
        }
    }
}

#[test]
fn a_folder_without_the_page_is_rejected_with_a_remedy() {
    let output = Command::new(env!("CARGO_BIN_EXE_loadgen"))
        .args(["browser", "--root", "src"])
        .output()
        .unwrap();
    let words = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1));
    assert!(words.contains("name it with --root"), "{words}");
}

#[test]
#[cfg(target_os = "linux")]
fn an_interrupt_ends_all_started_processes() {
    use std::fs;

    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    // The browser's profile is in its temporary folder and identifies its processes.
    let folder = tempfile::tempdir().unwrap();
    let child = Command::new(env!("CARGO_BIN_EXE_loadgen"))
        .args("browser --transport websocket --duration 1m --root".split(' '))
        .arg(root)
        .env("TMPDIR", folder.path())
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut child = running::Running(child);
    let profile = folder.path().display().to_string();
    let browsers = || {
        let all = fs::read_dir("/proc").unwrap().flatten();
        let commands = all.filter_map(|process| fs::read(process.path().join("cmdline")).ok());
        commands
            .filter(|command| String::from_utf8_lossy(command).contains(&profile))
            .count()
    };
    running::wait_until("the browser runs", || browsers() > 0);
    running::signal("INT", child.0.id());
    assert_eq!(child.0.wait().unwrap().code(), Some(130));
    running::wait_until("the browser has ended", || browsers() == 0);
    assert_eq!(
        fs::read_dir(folder.path()).unwrap().count(),
        0,
        "the profile is gone"
    );
}
