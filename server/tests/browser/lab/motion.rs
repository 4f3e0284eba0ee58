//! The picture can be paused, moved back and slowed down, and respects reduced motion.

use fantoccini::key::Key;
use serde_json::json;

use super::Lab;
use crate::harness::driver::devtools;

const INSTANT: &str = "Number(document.getElementById('instant').value)";
const AGO: &str = "document.getElementById('ago').textContent";
const REQUESTS: &str = "Number(document.querySelector(\"[data-transport='long-polling'] data.requests\").textContent.replaceAll(',', ''))";

#[tokio::test]
async fn the_picture_can_be_paused_moved_back_and_slowed_down() {
    let lab = Lab::open(&["--rate", "10"], "lang=en&show=pair").await;
    lab.until("20 requests", &format!("{REQUESTS} >= 20")).await;
    assert_eq!(lab.text(AGO).await, "live");

    lab.press("#still").await;
    lab.until("a still picture", &format!("{AGO} !== 'live'"))
        .await;
    // The counters follow the picture four times per second; by then they have settled.
    feed(&lab, 5).await;
    let still = (
        lab.number(INSTANT).await,
        lab.text(AGO).await,
        lab.number(REQUESTS).await,
    );
    feed(&lab, 20).await;
    let later = (
        lab.number(INSTANT).await,
        lab.text(AGO).await,
        lab.number(REQUESTS).await,
    );
    assert_eq!(later, still, "the picture moves although it is paused");

    lab.focus("#instant").await;
    lab.keys(&[Key::PageDown; 5]).await;
    lab.until("earlier counters", &format!("{REQUESTS} < {}", still.2))
        .await;
    assert!(lab.number(INSTANT).await < still.0);
    assert_ne!(lab.text(AGO).await, still.1);

    // Space resumes at the selected speed; the keyboard selects one hundredth.
    lab.focus("#speed").await;
    lab.keys(&[Key::End]).await;
    assert_eq!(
        lab.text("document.getElementById('speed').selectedOptions[0].textContent")
            .await,
        "×1/100"
    );
    // A paused picture is stretched, and continues when it is resumed.
    lab.press("#still").await;
    let instant_and_clock = format!("[{INSTANT}, performance.now()]");
    let before = lab.read(&instant_and_clock).await;
    feed(&lab, 20).await;
    let after = lab.read(&instant_and_clock).await;
    let passed = |nth: usize| {
        after[nth].as_f64().expect("a number") - before[nth].as_f64().expect("a number")
    };
    assert!(
        passed(0) > 0.0,
        "slow motion does not advance: {before} {after}"
    );
    assert!(
        passed(0) * 10.0 < passed(1),
        "slow motion is not slower: {before} {after}"
    );

    lab.press("#live").await;
    lab.until("the present", &format!("{AGO} === 'live'")).await;
    lab.until("all counters again", &format!("{REQUESTS} > {}", still.2))
        .await;
    let now = lab.number(INSTANT).await;
    lab.until("time that goes on", &format!("{INSTANT} > {now} + 1000"))
        .await;
}

/// Waits until the feed has published this number of further updates.
async fn feed(lab: &Lab, updates: u64) {
    let newest = "fetch('/polling').then((answer) => answer.json()).then(([{ seq }]) => seq)";
    let until = lab.number(newest).await + updates as f64;
    lab.until(
        "more updates",
        &format!("{newest}.then((seq) => seq >= {until})"),
    )
    .await;
}

/// Records the frame in which a row of the picture is drawn. (The clock advances between two rows
/// of one frame, by many milliseconds on a busy machine.)
const NOTE_DRAWN: &str = "window.drawn = [];
    const canvas = HTMLCanvasElement.prototype;
    const context = canvas.getContext;
    canvas.getContext = function (...kind) {
        drawn.push(document.timeline.currentTime);
        return context.apply(this, kind);
    };";
/// The intervals between drawings; the rows of one drawing have the same time.
const WAITS: &str = "drawn.slice(1).map((at, nth) => at - drawn[nth]).filter((ms) => ms > 0)";

#[tokio::test]
async fn with_reduced_motion_the_picture_moves_once_a_second() {
    let lab = Lab::open(&["--rate", "5"], "lang=en&show=pair").await;
    let client = &lab.browser.client;
    lab.run(NOTE_DRAWN, vec![]).await;
    lab.until(
        "a picture that flows",
        &format!("{WAITS}.filter((ms) => ms < 500).length > 5"),
    )
    .await;

    let calm = json!({ "features": [{ "name": "prefers-reduced-motion", "value": "reduce" }] });
    devtools(client, "Emulation.setEmulatedMedia", calm).await;
    lab.goto("lang=en&show=pair").await;
    lab.run(NOTE_DRAWN, vec![]).await;
    lab.until("four drawings", &format!("{WAITS}.length >= 3"))
        .await;
    let waits = lab.read(WAITS).await;
    let least = |wait: &serde_json::Value| wait.as_f64().is_some_and(|ms| ms > 900.0);
    assert!(
        waits.as_array().expect("numbers").iter().all(least),
        "{waits}"
    );
}
