//! The picture can be paused, moved back and slowed down, and respects reduced motion.

use super::{AGO, Lab, NEWEST};
use fantoccini::key::Key;

const INSTANT: &str = "Number(document.getElementById('instant').value)";
const REQUESTS: &str = "Number(document.querySelector(\"[data-transport='long-polling'] data.requests\").textContent.replaceAll(',', ''))";

#[tokio::test]
async fn the_picture_can_be_paused_moved_back_and_slowed_down() {
    let lab = Lab::open("--rate 10", "lang=en&show=pair").await;
    lab.until(&format!("{REQUESTS} >= 20")).await;
    assert_eq!(lab.text(AGO).await, "live");

    lab.press("#still").await;
    lab.until(&format!("{AGO} !== 'live'")).await;
    // The counters follow the picture four times per second; by then they have settled.
    feed(&lab, 5).await;
    let picture = format!("[{INSTANT}, {AGO}, {REQUESTS}]");
    let still = lab.read(&picture).await;
    feed(&lab, 20).await;
    let later = lab.read(&picture).await;
    assert_eq!(later, still, "the picture moves although it is paused");

    let (instant, ago, requests) = (&still[0], &still[1], &still[2]);
    lab.keys_at("#instant", [Key::PageDown; 5]).await;
    lab.until(&format!("{REQUESTS} < {requests}")).await;
    assert_eq!(lab.read(&format!("{INSTANT} < {instant}")).await, true);
    assert_ne!(lab.text(AGO).await, *ago);

    // Space resumes at the selected speed; the keyboard selects one hundredth.
    lab.keys_at("#speed", [Key::End]).await;
    let speed = "document.getElementById('speed').selectedOptions[0].textContent";
    assert_eq!(lab.text(speed).await, "×1/100");
    // A paused picture is stretched, and continues when it is resumed.
    lab.press("#still").await;
    let start = lab.read(&format!("[{INSTANT}, performance.now()]")).await;
    feed(&lab, 20).await;
    let (instant, clock) = (&start[0], &start[1]);
    let passed = format!("[{INSTANT} - {instant}, performance.now() - {clock}]");
    let passed: [f64; 2] = serde_json::from_value(lab.read(&passed).await).expect("numbers");
    assert!(passed[0] > 0.0, "slow motion does not advance: {passed:?}");
    assert!(
        passed[0] * 10.0 < passed[1],
        "slow motion is not slower: {passed:?}"
    );

    lab.press("#live").await;
    lab.until(&format!("{AGO} === 'live'")).await;
    lab.until(&format!("{REQUESTS} > {requests}")).await;
    let now = lab.number(INSTANT).await;
    lab.until(&format!("{INSTANT} > {now} + 1000")).await;
}

/// Waits until the feed has published this number of further updates.
async fn feed(lab: &Lab, updates: u64) {
    let until = lab.number(NEWEST).await + updates as f64;
    lab.until(&format!("{NEWEST}.then((seq) => seq >= {until})"))
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
    let lab = Lab::open("--rate 5", "lang=en&show=pair").await;
    lab.run(NOTE_DRAWN).await;
    lab.until(&format!("{WAITS}.filter((ms) => ms < 500).length > 5"))
        .await;

    lab.set_media_feature("prefers-reduced-motion", "reduce")
        .await;
    lab.visit("lang=en&show=pair").await;
    lab.run(NOTE_DRAWN).await;
    lab.until(&format!("{WAITS}.length >= 3")).await;
    let waits = lab.read(WAITS).await;
    let waits: Vec<f64> = serde_json::from_value(waits).expect("numbers");
    assert!(waits.iter().all(|ms| *ms > 900.0), "{waits:?}");
}
