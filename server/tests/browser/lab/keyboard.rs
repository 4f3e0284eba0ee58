//! Everything can be reached and operated with the keyboard.

use fantoccini::key::Key;
use serde_json::json;
use server::Transport;

use super::{AGO, Lab, NEWEST};

/// Records the elements that receive the focus, in the page or in a panel.
const WATCH: &str = include_str!("focus.js");
/// Elements that can be operated and never received the focus, or not visibly.
const MISSED: &str = "return focusable().filter((element) => !reached.has(element)).map((element) => element.outerHTML.slice(0, 200))";
const UNSEEN: &str = "return [...unseen].map((element) => element.outerHTML.slice(0, 200))";

#[tokio::test]
async fn everything_can_be_operated_with_the_keyboard() {
    let lab = Lab::open("--rate 5", "lang=en&show=all").await;
    every_stop(&lab).await;
    check_keys(&lab).await;
}

async fn every_stop(lab: &Lab) {
    lab.run(WATCH).await;
    for transport in Transport::ALL {
        lab.until_updates(transport).await;
        lab.run_in(transport, WATCH).await.expect("a panel");
    }
    lab.run("scrollTo(0, 0); document.activeElement.blur()")
        .await;
    let around = "reached.size > 1 && document.activeElement === [...reached][0] || document.activeElement === document.body";
    let mut stops = 0;
    loop {
        lab.keys([Key::Tab]).await;
        stops += 1;
        assert!(
            stops < 200,
            "200 presses of Tab do not cycle through the page"
        );
        if lab.read(around).await == true {
            break;
        }
    }
    for (script, what) in [(MISSED, "is not reached"), (UNSEEN, "shows no focus")] {
        let mut found = vec![("the page", lab.run(script).await)];
        for transport in Transport::ALL {
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
    lab.keys_at("#show input:checked", [Key::Up]).await;
    lab.until(&format!("{rows} === 2")).await;
    assert!(lab.text("location.search").await.contains("show=pair"));
    lab.keys([Key::Down]).await;
    lab.until(&format!("{rows} === 8")).await;

    lab.until_lab("panels[0].rtt_us", json!(0)).await;
    lab.keys_at("#for", [Key::End]).await;
    lab.keys_at("#rtt", [Key::Right, Key::Right]).await;
    lab.until_lab("panels[7].rtt_us", json!(20_000)).await;
    lab.until_lab("panels[0].rtt_us", json!(0)).await;
    lab.keys_at("#bandwidth", [Key::Down]).await;
    lab.until_lab("panels[7].bandwidth_bit_per_s", json!(100_000_000))
        .await;
    lab.keys_at("#for", [Key::Home]).await;
    lab.keys_at("#rate", [Key::Down]).await;
    lab.until_lab("feed.rate_per_s", json!(10.0)).await;

    lab.keys_at("#running", [Key::Enter]).await;
    lab.until_lab("feed.running", json!(false)).await;
    let next = lab.number(NEWEST).await + 1.0;
    lab.keys_at("#publish", [Key::Enter]).await;
    lab.until(&format!("{NEWEST}.then((seq) => seq === {next})"))
        .await;

    lab.press("#unplug").await;
    lab.until_lab("panels.every(({ plugged }) => !plugged)", json!(true))
        .await;
    lab.press("#still").await;
    lab.until(&format!("{AGO} !== 'live'")).await;
    lab.keys_at("#live", [Key::Enter]).await;
    lab.until(&format!("{AGO} === 'live'")).await;
}
