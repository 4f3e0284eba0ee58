//! Accessibility of the lab: WCAG 2.2 AA by axe-core, and the layout on a narrow screen.

use fantoccini::key::Key;
use serde_json::{Value, json};
use server::Transport;

use super::{Lab, TRANSPORTS};
use crate::harness::{
    axe::{LOOK, assert_no_violations, axe},
    driver::devtools,
};

/// The width of the document, the available width, and the elements that exceed it.
const WIDEST: &str = "const room = innerWidth;
    const wide = [...document.querySelectorAll('body *')]
        .filter((element) => element.getBoundingClientRect().right > room + 0.5);
    return {
        room,
        width: document.scrollingElement.scrollWidth,
        wider: wide.slice(0, 5).map(({ outerHTML }) => outerHTML.slice(0, 150)),
    }";

#[tokio::test]
async fn axe_finds_no_violations_and_the_page_fits_a_phone() {
    let axe = axe();
    let lab = Lab::open(&["--rate", "5"], "lang=en").await;
    let client = &lab.browser.client;
    for lang in ["en", "ko"] {
        scenes(&lab, &axe, lang).await;
        lab.goto(&format!("lang={lang}")).await;
        lab.run(&axe, vec![]).await;
        for scheme in ["light", "dark"] {
            let media =
                json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
            devtools(client, "Emulation.setEmulatedMedia", media).await;
            let here = format!("{lang}, {scheme}");
            for show in ["pair", "all"] {
                lab.press(&format!("#show input[value='{show}']")).await;
                assert_nothing_found(&lab, &format!("{here}, {show}")).await;
            }
            for words in ["frame", "handshake"] {
                open(&lab, words).await;
                assert_nothing_found(&lab, &format!("{here}, the bytes of a {words}")).await;
                lab.keys(&[Key::Escape]).await;
            }
            in_panel(&lab, &axe, &here).await;
        }
        narrow(&lab, &axe, lang).await;
    }
}

/// The scenes that have only some of the controls, also on a narrow screen.
async fn scenes(lab: &Lab, axe: &str, lang: &str) {
    let client = &lab.browser.client;
    for scene in ["bytes", "time", "both", "break"] {
        lab.goto(&format!("lang={lang}&scene={scene}")).await;
        lab.run(axe, vec![]).await;
        assert_nothing_found(lab, &format!("{lang}, {scene}")).await;
        narrow_the_screen(lab).await;
        let place = format!("{lang}, {scene}, 320 px wide");
        assert_fits(&lab.run(WIDEST, vec![]).await, &place);
        assert_nothing_found(lab, &place).await;
        devtools(client, "Emulation.clearDeviceMetricsOverride", json!({})).await;
    }
}

/// 320 CSS pixels, as on a small phone or at a zoom of 400 %.
fn narrow_screen() -> Value {
    json!({ "width": 320, "height": 800, "deviceScaleFactor": 1, "mobile": false })
}

async fn assert_nothing_found(lab: &Lab, place: &str) {
    assert_no_violations(&lab.run(LOOK, vec![]).await, place);
}

async fn in_panel(lab: &Lab, axe: &str, place: &str) {
    let transport = Transport::WebSocket;
    lab.until_panel(transport, "updates", |panel| panel.updates > 0)
        .await;
    lab.run_in(transport, axe).await.expect("a panel");
    let report = lab.run_in(transport, LOOK).await.expect("a panel");
    assert_no_violations(&report, &format!("{place}, a panel"));
}

/// Opens a message of the WebSocket with the keyboard: the newest or the first.
async fn open(lab: &Lab, kind: &str) {
    lab.press("#live").await;
    lab.focus("[data-transport='websocket'] canvas").await;
    lab.keys(&[Key::Left]).await;
    let lesson = match kind {
        "frame" => "bytes-frame",
        _ => {
            let description = "document.getElementById('said').textContent";
            let mut before = String::new();
            let mut now = lab.text(description).await;
            while now != before {
                before = now;
                lab.keys(&[Key::Left; 10]).await;
                now = lab.text(description).await;
            }
            "bytes-token"
        }
    };
    lab.keys(&[Key::Enter]).await;
    let shown = format!("document.querySelector('dialog[open] .{lesson}') !== null");
    lab.until(lesson, &shown).await;
}

async fn narrow_the_screen(lab: &Lab) {
    let method = "Emulation.setDeviceMetricsOverride";
    devtools(&lab.browser.client, method, narrow_screen()).await;
    lab.until("a narrow page", "innerWidth === 320").await;
}

async fn narrow(lab: &Lab, axe: &str, lang: &str) {
    let client = &lab.browser.client;
    narrow_the_screen(lab).await;
    for show in ["pair", "all"] {
        lab.press(&format!("#show input[value='{show}']")).await;
        let place = format!("{lang}, {show}, 320 px wide");
        assert_fits(&lab.run(WIDEST, vec![]).await, &place);
        assert_nothing_found(lab, &place).await;
    }
    for kind in ["frame", "handshake"] {
        open(lab, kind).await;
        let place = format!("{lang}, the bytes of a {kind}, 320 px wide");
        assert_fits(&lab.run(WIDEST, vec![]).await, &place);
        let inside = "const body = document.querySelector('.bytes-body'); return body.scrollWidth - body.clientWidth";
        assert_eq!(lab.run(inside, vec![]).await, 0, "{place}");
        assert_nothing_found(lab, &place).await;
        lab.keys(&[Key::Escape]).await;
    }
    for transport in TRANSPORTS {
        lab.until_panel(transport, "updates", |panel| panel.updates > 0)
            .await;
        let widest = lab.run_in(transport, WIDEST).await.expect("a panel");
        assert_fits(
            &widest,
            &format!("{lang}, {transport}'s panel, 320 px wide"),
        );
    }
    in_panel(lab, axe, &format!("{lang}, 320 px wide")).await;
    devtools(client, "Emulation.clearDeviceMetricsOverride", json!({})).await;
}

fn assert_fits(widths: &Value, place: &str) {
    let [room, width] = ["room", "width"].map(|key| widths[key].as_f64().expect("a width"));
    assert!(room <= 320.0 && width <= room, "{place}: {widths:#}");
}
