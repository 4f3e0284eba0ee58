//! Printing, the proxy slide, and updates from the audience.

use std::time::{Duration, Instant};

use serde_json::json;

use super::{PATIENCE, Talk, in_row};
use crate::harness::driver::{devtools, read};

/// The content of the handout.
const HANDOUT: &str = include_str!("handout.js");

#[tokio::test]
async fn the_handout_has_every_slide_with_a_picture_and_the_answers_on_its_last_page() {
    let (talk, _server) = Talk::start().await;
    talk.open("lang=en").await;
    let client = talk.client();
    // A4 at 96 px per inch.
    let paper = json!({ "width": 794, "height": 1123, "deviceScaleFactor": 1, "mobile": false });
    devtools(client, "Emulation.setDeviceMetricsOverride", paper).await;
    for (lang, last, sign) in [("en", "Answers", "bytes"), ("ko", "정답", "바이트")] {
        let print = json!({ "media": "print" });
        devtools(client, "Emulation.setEmulatedMedia", print).await;
        talk.until(
            "a number in each answer",
            "(dispatchEvent(new Event('beforeprint')), [...document.querySelectorAll('#handout .answers p')].every(({ textContent }) => /·.*\\d/.test(textContent)))",
        )
        .await;
        talk.until(
            "charts",
            "[...document.querySelectorAll('#handout img')].every(({ complete }) => complete)",
        )
        .await;
        let handout = read(client, HANDOUT).await;
        assert_eq!(handout["pages"], handout["slides"], "{lang}: {handout}");
        assert_eq!(handout["blank"], json!([]), "{lang}: {handout}");
        assert_eq!(handout["cut"], json!([]), "{lang}: {handout}");
        assert_eq!(handout["answered"], handout["asking"], "{lang}: {handout}");
        assert_eq!(handout["given"], json!([]), "{lang}: {handout}");
        assert_eq!(handout["noted"], json!([]), "{lang}: {handout}");
        assert_eq!(handout["last"], last, "{handout}");
        assert_eq!(handout["fits"], true, "{lang}: {handout}");
        let text = handout["answers"].as_str().expect("a text");
        assert!(text.contains(sign), "{lang}: {text}");
        let screen = json!({ "media": "screen" });
        devtools(client, "Emulation.setEmulatedMedia", screen).await;
        talk.press('l').await;
    }
}

const PROXY: &str =
    "fetch('/lab').then((answer) => answer.json()).then(({ panels }) => panels[7].proxy)";
const MAY: &str =
    "fetch('/lab').then((answer) => answer.json()).then(({ audience }) => audience.may_publish)";

#[tokio::test]
async fn the_proxy_is_shown_and_removed_for_the_next_talk() {
    let (talk, _server) = Talk::start().await;
    talk.open("lang=en#ports").await;
    talk.until("updates by WebSocket", &in_row("2 B")).await;
    talk.strip().await;
    talk.until("that it is refused", &in_row("refused: 400"))
        .await;
    talk.until("no figure of it", &format!("!{}", in_row("2 B")))
        .await;
    let proxy = format!("{PROXY}.then((proxy) => proxy === 'strips-upgrade')");
    talk.until("the proxy", &proxy).await;
    // Switching the language does not remove it.
    talk.press('l').await;
    talk.until("the same in Korean", &in_row("거부됨: 400"))
        .await;
    let allow = "fetch('/lab', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{\"audience_may_publish\":true}' }).then(({ ok }) => ok)";
    assert_eq!(read(talk.client(), allow).await, true);

    // Closed, and opened again by a browser with an empty profile.
    let Talk { browser, address } = talk;
    drop(browser);
    let talk = Talk::at(address).await;
    talk.open("lang=en").await;
    let none = format!("{PROXY}.then((proxy) => proxy === null)");
    talk.until("no proxy", &none).await;
    talk.until("silence", &format!("{MAY}.then((may) => may === false)"))
        .await;
    // Removing it reset the panels' connections while they were loading.
    talk.show("ports").await;
    let shown = "[...document.querySelectorAll('#piece .row')].map((row) => row.querySelector('data.overhead').textContent)";
    talk.until(
        "updates in every row",
        &format!("{shown}.length === 8 && {shown}.every((text) => /\\d/.test(text))"),
    )
    .await;
}

#[tokio::test]
async fn texts_of_the_audience_appear_on_the_join_slide() {
    let (talk, _server) = Talk::start().await;
    talk.open("lang=en#join").await;
    talk.until(
        "updates by WebSocket",
        "document.querySelector('.lines') !== null",
    )
    .await;
    let say = "fetch('/updates', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ from: 'sse', id: '1', said: '<b>hello</b>' }) }).then(({ ok }) => ok)";
    let shown = "document.querySelector('.lines').innerText.includes('<b>hello</b>')";
    // A client that connects later does not receive it, so it may have to be sent again.
    let start = Instant::now();
    while read(talk.client(), shown).await != true {
        assert!(start.elapsed() < PATIENCE, "no sent text is shown");
        assert_eq!(read(talk.client(), say).await, true);
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}
