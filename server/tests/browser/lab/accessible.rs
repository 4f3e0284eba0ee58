//! Accessibility of the lab: WCAG 2.2 AA by axe-core, and the layout on a narrow screen.

use fantoccini::key::Key;
use serde_json::json;
use server::Transport;

use super::Lab;

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
    let lab = Lab::open("--rate 5", "lang=en").await;
    for lang in ["en", "ko"] {
        scenes(&lab, lang).await;
        lab.visit(&format!("lang={lang}")).await;
        for scheme in ["light", "dark"] {
            lab.set_media_feature("prefers-color-scheme", scheme).await;
            check_all(&lab, &format!("{lang}, {scheme}")).await;
        }
        narrow_the_screen(&lab).await;
        let place = format!("{lang}, 320 px wide");
        check_all(&lab, &place).await;
        for transport in Transport::ALL {
            lab.until_updates(transport).await;
            lab.enter(transport).await.expect("a panel");
            assert_fits(&lab, &format!("{place}, {transport}'s panel")).await;
            lab.leave().await;
        }
        widen_the_screen(&lab).await;
    }
}

/// The scenes that have only some of the controls, also on a narrow screen.
async fn scenes(lab: &Lab, lang: &str) {
    for scene in ["bytes", "time", "both", "break"] {
        lab.visit(&format!("lang={lang}&scene={scene}")).await;
        let place = format!("{lang}, {scene}");
        lab.assert_accessible(&place).await;
        narrow_the_screen(lab).await;
        check(lab, &format!("{place}, 320 px wide")).await;
        widen_the_screen(lab).await;
    }
}

/// The rows, the bytes of two messages, and a panel.
async fn check_all(lab: &Lab, place: &str) {
    for show in ["pair", "all"] {
        lab.press(&format!("#show input[value='{show}']")).await;
        check(lab, &format!("{place}, {show}")).await;
    }
    for kind in ["frame", "handshake"] {
        open(lab, kind).await;
        let place = format!("{place}, the bytes of a {kind}");
        let body = "document.querySelector('.bytes-body')";
        let hidden = format!("{body}.scrollWidth - {body}.clientWidth");
        assert_eq!(lab.read(&hidden).await, 0, "{place}");
        check(lab, &place).await;
        lab.keys([Key::Escape]).await;
    }
    lab.until_updates(Transport::WebSocket).await;
    lab.enter(Transport::WebSocket).await.expect("a panel");
    lab.assert_accessible(&format!("{place}, a panel")).await;
    lab.leave().await;
}

async fn check(lab: &Lab, place: &str) {
    assert_fits(lab, place).await;
    lab.assert_accessible(place).await;
}

/// Opens a message of the WebSocket with the keyboard: the newest or the first.
async fn open(lab: &Lab, kind: &str) {
    lab.press("#live").await;
    lab.keys_at("[data-transport='websocket'] canvas", [Key::Left])
        .await;
    let lesson = match kind {
        "frame" => "bytes-frame",
        _ => {
            let description = "document.getElementById('said').textContent";
            let mut before = String::new();
            let mut now = lab.text(description).await;
            while now != before {
                before = now;
                lab.keys([Key::Left; 10]).await;
                now = lab.text(description).await;
            }
            "bytes-token"
        }
    };
    lab.keys([Key::Enter]).await;
    lab.until_element(&format!("dialog[open] .{lesson}")).await;
}

/// 320 CSS pixels, as on a small phone or at a zoom of 400 %.
async fn narrow_the_screen(lab: &Lab) {
    lab.resize(320, 800).await;
}

async fn widen_the_screen(lab: &Lab) {
    lab.devtools("Emulation.clearDeviceMetricsOverride", json!({}))
        .await;
}

async fn assert_fits(lab: &Lab, place: &str) {
    let widths = lab.run(WIDEST).await;
    let [room, width] = ["room", "width"].map(|key| widths[key].as_f64().expect("a width"));
    assert!(width <= room, "{place}: {widths:#}");
}
