//! The number of instructions of a delivery (encoding and reading from the feed, for many clients
//! in one thread, without sockets), relative to a loop with a fixed amount of work (`just
//! instructions`).
//!
//! Callgrind counts both in the same run, so the ratio does not depend on the machine.

use std::{
    env, fs,
    hint::black_box,
    process::{Command, ExitCode},
};

use anyhow::{Context, bail, ensure};
use server::{
    feed::{Feed, Position, data::Data},
    format::{EVENT_STREAM, Format, JSON, TEXT_FRAME},
};

const CLIENTS: usize = 1000;
const UPDATES: usize = 100;
/// The bytes that the fixed loop hashes per client and update, about the length of an update.
const FIXED_BYTES: usize = 200;
/// The maximum ratio of a delivery to the fixed loop. The last measured ratio is 10 % below.
const HIGHEST_RATIO: f64 = 0.84;
/// The environment variable that is set inside callgrind.
const COUNTED: &str = "DELIVERIES_ARE_COUNTED";

fn main() -> anyhow::Result<ExitCode> {
    if env::var_os(COUNTED).is_some() {
        for format in [&JSON, &EVENT_STREAM, &TEXT_FRAME] {
            black_box(deliver(format));
        }
        black_box(fixed_loop());
        return Ok(ExitCode::SUCCESS);
    }
    let listing = count()?;
    let deliveries = 3.0 * (CLIENTS * UPDATES) as f64;
    let (delivery, fixed) = (
        instructions(&listing, "instructions::deliver")? / deliveries,
        instructions(&listing, "instructions::fixed_loop")? / (CLIENTS * UPDATES) as f64,
    );
    let ratio = delivery / fixed;
    println!(
        "{delivery:.0} instructions per delivery, {fixed:.0} per iteration of the fixed loop: \
         {ratio:.3}, at most {HIGHEST_RATIO}"
    );
    Ok(match ratio <= HIGHEST_RATIO {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    })
}

/// Publishes updates, which each client reads.
#[inline(never)]
fn deliver(format: &Format) -> usize {
    let data = Data::json(&format!("\"{}\"", "x".repeat(150))).expect("it is a JSON string");
    let feed = Feed::new(1024, 16 << 20);
    let mut places = vec![Position::default(); CLIENTS];
    let mut bytes = 0;
    for at_us in 0..UPDATES {
        feed.publish(at_us as u64, |_, _| data.clone())
            .expect("the feed is in memory");
        for place in &mut places {
            let due = feed.after(*place, usize::MAX);
            bytes += format
                .parts(&due)
                .map(|part| black_box(part).len())
                .sum::<usize>();
            *place = due.next;
        }
    }
    bytes
}

/// Hashes (FNV-1a) the same number of bytes per client and update. Each step depends on the
/// previous one, so that the compiler cannot shorten it.
#[inline(never)]
fn fixed_loop() -> u64 {
    let bytes = black_box([b'x'; FIXED_BYTES]);
    let turns = 0..CLIENTS * UPDATES;
    turns.fold(0xcbf2_9ce4_8422_2325, |hash, _| {
        let step = |hash: u64, &byte: &u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        black_box(&bytes).iter().fold(hash, step)
    })
}

/// Callgrind's list of the instructions of each function, including its callees.
fn count() -> anyhow::Result<String> {
    if Command::new("valgrind").arg("--version").output().is_err() {
        bail!("valgrind is missing: .ci/setup perf installs it");
    }
    let own = env::current_exe()?;
    let counts = own.with_extension("callgrind");
    let run = Command::new("valgrind")
        .args(["--tool=callgrind", "--quiet"])
        .arg(format!("--callgrind-out-file={}", counts.display()))
        .arg(&own)
        .env(COUNTED, "")
        .status()?;
    ensure!(run.success(), "callgrind ended with {run}");
    let listing = Command::new("callgrind_annotate")
        .args(["--inclusive=yes", "--threshold=100"])
        .arg(&counts)
        .output()
        .context("callgrind_annotate does not start")?;
    fs::remove_file(counts)?;
    Ok(String::from_utf8(listing.stdout)?)
}

/// The instructions of a function. A line starts with the count, and has the name after the file.
fn instructions(listing: &str, function: &str) -> anyhow::Result<f64> {
    let mut lines = listing.lines();
    let line = lines.find(|line| line.contains(function));
    let line = line.with_context(|| format!("callgrind does not list {function}"))?;
    let count = line.split_whitespace().next().unwrap_or_default();
    let count = count.replace(',', "").parse::<f64>();
    count.with_context(|| format!("no count in '{line}'"))
}
