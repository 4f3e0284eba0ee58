//! Everything can be reached and operated with the keyboard.

use fantoccini::key::Key;
use serde_json::{Value, json};

use super::{Lab, TRANSPORTS};

/// Records the elements that receive the focus, in the page or in a panel.
const WATCH: &str = include_str!("focus.js");
/// Elements that can be operated and never received the focus, or not visibly.
const MISSED: &str = "return focusable().filter((element) => !reached.has(element)).map((element) => element.outerHTML.slice(0, 200))";
const UNSEEN: &str = "return [...unseen].map((element) => element.outerHTML.slice(0, 200))";

#[tokio::test]
async fn everything_can_be_operated_with_the_keyboard() {
    let lab = Lab::open(&["--rate", "5"], "lang=en&show=all").await;
    every_stop(&lab).await;
    check_keys(&lab).await;
}

async fn every_stop(lab: &Lab) {
    lab.run(WATCH, vec![]).await;
    for transport in TRANSPORTS {
        lab.until_panel(transport, "updates", |panel| panel.updates > 0)
            .await;
        lab.run_in(transport, WATCH).await.expect("a panel");
    }
    lab.run("scrollTo(0, 0); document.activeElement.blur()", vec![])
        .await;
    let mut stops = 0;
    loop {
        lab.keys(&[Key::Tab]).await;
        stops += 1;
        assert!(
            stops < 200,
            "200 presses of Tab do not cycle through the page"
        );
        let around = "reached.size > 1 && document.activeElement === [...reached][0] || document.activeElement === document.body";
        if lab.read(around).await == json!(true) {
            break;
        }
    }
    for (script, what) in [(MISSED, "is not reached"), (UNSEEN, "shows no focus")] {
        let mut found = vec![("the page", lab.run(script, vec![]).await)];
        for transport in TRANSPORTS {
            let in_panel = lab.run_in(transport, script).await;
            found.push((transport.name(), in_panel.expect("a panel")));
        }
        found.retain(|(_, elements)| *elements != json!([]));
        assert!(found.is_empty(), "{what}: {found:#?}");
    }
    assert!(stops > 40, "{stops} stops: the test sees too little");
}

async fn check_keys(lab: &Lab) {
    let rows = "document.querySelectorAll('.row:not([hidden])').length";
    lab.focus("#show input:checked").await;
    lab.keys(&[Key::Up]).await;
    lab.until("two rows", &format!("{rows} === 2")).await;
    assert!(lab.text("location.search").await.contains("show=pair"));
    lab.keys(&[Key::Down]).await;
    lab.until("eight rows", &format!("{rows} === 8")).await;

    state_of(lab, "panels[0].rtt_us", json!(0)).await;
    lab.focus("#for").await;
    lab.keys(&[Key::End]).await;
    lab.focus("#rtt").await;
    lab.keys(&[Key::Right, Key::Right]).await;
    state_of(lab, "panels[7].rtt_us", json!(20_000)).await;
    state_of(lab, "panels[0].rtt_us", json!(0)).await;
    lab.focus("#bandwidth").await;
    lab.keys(&[Key::Down]).await;
    state_of(lab, "panels[7].bandwidth_bit_per_s", json!(100_000_000)).await;
    lab.focus("#for").await;
    lab.keys(&[Key::Home]).await;
    lab.focus("#rate").await;
    lab.keys(&[Key::Down]).await;
    state_of(lab, "feed.rate_per_s", json!(10.0)).await;

    lab.focus("#running").await;
    lab.keys(&[Key::Enter]).await;
    state_of(lab, "feed.running", json!(false)).await;
    let newest = "fetch('/polling').then((answer) => answer.json()).then(([{ seq }]) => seq)";
    let before = lab.number(newest).await;
    lab.focus("#publish").await;
    lab.keys(&[Key::Enter]).await;
    lab.until(
        "one more update",
        &format!("{newest}.then((seq) => seq === {})", before + 1.0),
    )
    .await;

    lab.press("#unplug").await;
    state_of(lab, "panels.every(({ plugged }) => !plugged)", json!(true)).await;
    lab.press("#still").await;
    lab.until(
        "a still picture",
        "document.getElementById('ago').textContent !== 'live'",
    )
    .await;
    lab.focus("#live").await;
    lab.keys(&[Key::Enter]).await;
    lab.until(
        "the present",
        "document.getElementById('ago').textContent === 'live'",
    )
    .await;
}

/// Waits until the server's state of the lab equals `wanted`.
pub async fn state_of(lab: &Lab, part: &str, wanted: Value) {
    let state = format!(
        "fetch('/lab').then((answer) => answer.json()).then((lab) => JSON.stringify(lab.{part}))"
    );
    lab.until(
        &format!("{part} = {wanted}"),
        &format!("{state}.then((value) => value === JSON.stringify({wanted}))"),
    )
    .await;
}
