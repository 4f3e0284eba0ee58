//! Runs the lab for an hour and checks that the memory of its tab is bounded.
//!
//! `just soak 60m`: all eight panels in a real Chromium at 10 updates per second. It prints a line
//! every minute, and fails if memory keeps growing or a panel misses an update.

#[allow(dead_code, reason = "an example needs only a part of it")]
#[path = "../tests/browser/harness/mod.rs"]
mod harness;

use std::{
    fs,
    time::{Duration, Instant},
};

use harness::{chromium::Chromium, process::Running};

const EACH: Duration = Duration::from_secs(60);
/// The page keeps two minutes of the wires, and Chromium decides when to collect garbage.
const WARM_UP: usize = 5;
/// The means of the minutes after the warm-up and of the last minutes are compared.
const SHORTEST: Duration = Duration::from_secs(2 * WARM_UP as u64 * 60);
/// A leak of a kilobyte for each of 80 updates a second would be 288 MB in an hour.
const MOST_GROWTH: f64 = 1.3;

#[tokio::main]
async fn main() {
    let span = std::env::args().nth(1).unwrap_or_else(|| "60m".into());
    let span: humantime::Duration = span
        .parse()
        .expect("the argument is a duration such as 60m");
    assert!(*span >= SHORTEST, "{span} is too short: use 10m or more");
    let (_server, address) = Running::serve("--rate 10 --lab");
    let browser = Chromium::start().await;
    // High enough for all panels, since a browser does not draw invisible frames.
    let high = browser.client.set_window_size(1600, 3000).await;
    high.expect("a window may be that high");
    let url = format!("http://{address}/?lang=en&scene=free");
    browser.goto(&url).await;
    let began = Instant::now();
    let mut memory = Vec::new();
    println!("minute  all processes MB  page's heap MB  updates, gaps and repeats of each panel");
    while began.elapsed() < *span {
        tokio::time::sleep(EACH).await;
        let megabytes = resident_megabytes(browser.process());
        memory.push(megabytes);
        let heap = browser
            .read("performance.memory.usedJSHeapSize / 1e6")
            .await;
        let panels = panels(&browser).await;
        println!(
            "{:6}  {megabytes:16.0}  {:14.1}  {panels:?}",
            memory.len(),
            heap.as_f64().unwrap_or(f64::NAN)
        );
        for panel in &panels {
            assert_eq!(panel[1..], [0, 0], "gaps and repeats: {panels:?}");
        }
    }
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    let early = mean(&memory[WARM_UP - 1..2 * WARM_UP - 1]);
    let late = mean(&memory[memory.len() - WARM_UP..]);
    println!("mean of {WARM_UP} minutes after {WARM_UP}: {early:.0} MB, of the last: {late:.0} MB");
    assert!(
        late <= MOST_GROWTH * early,
        "{late} MB at the end, {early} MB early"
    );
}

/// The updates, gaps and repeats shown by each panel.
async fn panels(browser: &Chromium) -> Vec<[u64; 3]> {
    let client = &browser.client;
    let mut all = Vec::new();
    for nth in 0..8 {
        // They are of another origin, so only the driver can access them.
        client.enter_frame(nth).await.expect("eight panels");
        let shown = "['updates', 'gaps', 'repeats'].map((id) => \
                     Number(document.getElementById(id).value))";
        let shown = browser.read(shown).await;
        all.push(serde_json::from_value(shown).expect("three numbers"));
        client.enter_parent_frame().await.expect("the page");
    }
    all
}

/// The memory of a process and all its children, with proportional shares of shared pages (PSS).
fn resident_megabytes(process: u32) -> f64 {
    let rollup = fs::read_to_string(format!("/proc/{process}/smaps_rollup")).unwrap_or_default();
    let pss = rollup.lines().find_map(|line| line.strip_prefix("Pss:"));
    let kilobytes = pss.and_then(|pss| pss.trim().trim_end_matches(" kB").parse::<f64>().ok());
    let tasks = fs::read_dir(format!("/proc/{process}/task"));
    let children = tasks.into_iter().flatten().flatten().flat_map(|task| {
        let children = fs::read_to_string(task.path().join("children")).unwrap_or_default();
        let ids = children.split_whitespace().filter_map(|id| id.parse().ok());
        ids.collect::<Vec<u32>>()
    });
    kilobytes.unwrap_or(0.0) / 1e3 + children.map(resident_megabytes).sum::<f64>()
}
