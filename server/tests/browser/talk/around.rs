//! Printing, the proxy slide, and updates from the audience.

use std::time::Duration;

use fantoccini::key::Key;
use serde_json::json;

use super::{Talk, in_row, text};
use crate::harness::driver::eventually;

/// The content of the handout.
const HANDOUT: &str = include_str!("handout.js");

#[tokio::test]
async fn the_handout_has_every_slide_with_a_picture_and_the_answers_on_its_last_page() {
    let (talk, _server) = Talk::start().await;
    talk.open("lang=en").await;
    // A4 at 96 px per inch.
    talk.resize(794, 1123).await;
    for (lang, last, sign) in [("en", "Answers", "bytes"), ("ko", "정답", "바이트")] {
        let print = json!({ "media": "print" });
        talk.devtools("Emulation.setEmulatedMedia", print).await;
        // A number in each answer.
        talk.until("(dispatchEvent(new Event('beforeprint')), [...document.querySelectorAll('#handout .answers p')].every(({ textContent }) => /·.*\\d/.test(textContent)))").await;
        let charts = "[...document.querySelectorAll('#handout img')]";
        talk.until(&format!("{charts}.every(({{ complete }}) => complete)"))
            .await;
        let handout = talk.read(HANDOUT).await;
        assert_eq!(handout["pages"], handout["slides"], "{lang}: {handout}");
        assert_eq!(handout["answered"], handout["asking"], "{lang}: {handout}");
        for fault in ["blank", "cut", "given", "noted"] {
            assert_eq!(handout[fault], json!([]), "{lang}, {fault}: {handout}");
        }
        assert_eq!(handout["last"], last, "{handout}");
        assert_eq!(handout["fits"], true, "{lang}: {handout}");
        let answers = text(&handout["answers"]);
        assert!(answers.contains(sign), "{lang}: {answers}");
        let screen = json!({ "media": "screen" });
        talk.devtools("Emulation.setEmulatedMedia", screen).await;
        talk.keys(['l']).await;
    }
}

#[tokio::test]
async fn the_answer_about_proxies_switches_the_proxy_on_and_the_next_talk_removes_it() {
    let (talk, _server) = Talk::start().await;
    talk.open("lang=en#ports").await;
    talk.until_in_row("2 B").await;
    talk.until_lab("panels[7].proxy", json!(null)).await;
    talk.keys([Key::Right]).await;
    talk.until_in_row("refused: 400").await;
    talk.until(&format!("!{}", in_row("2 B"))).await;
    talk.until_lab("panels[7].proxy", json!("strips-upgrade"))
        .await;
    // The forever frame is loaded again, and does not wait for 20 s of silence.
    let rows = "[...document.querySelectorAll('#piece .row')]";
    let others = format!("{rows}.filter(({{ innerText }}) => /\\d+ B/.test(innerText))");
    talk.until(&format!("{others}.length === 7")).await;
    // The button switches it, too.
    talk.strip().await;
    talk.until_lab("panels[7].proxy", json!(null)).await;
    talk.strip().await;
    talk.until_in_row("refused: 400").await;
    // Switching the language does not remove it.
    talk.keys(['l']).await;
    talk.until_in_row("거부됨: 400").await;
    talk.post("/lab", json!({ "audience_may_publish": true }))
        .await;

    // Closed, and opened again by a browser with an empty profile.
    let Talk { browser, address } = talk;
    drop(browser);
    let talk = Talk::at(address).await;
    talk.open("lang=en").await;
    talk.until_lab("panels[7].proxy", json!(null)).await;
    talk.until_lab("audience.may_publish", json!(false)).await;
    // Removing it reset the panels' connections while they were loading.
    talk.show("ports").await;
    let shown = "[...document.querySelectorAll('#piece .row data.overhead')]";
    let numbers = format!("{shown}.filter(({{ textContent }}) => /\\d/.test(textContent))");
    talk.until(&format!("{numbers}.length === 8")).await;
}

#[tokio::test]
async fn texts_of_the_audience_appear_on_the_join_slide() {
    let (talk, _server) = Talk::start().await;
    talk.open("lang=en#join").await;
    talk.until_element(".lines").await;
    let line = json!({ "from": "sse", "id": "1", "said": "<b>hello</b>" });
    // A client that connects later does not receive it, so it may have to be sent again.
    eventually(async || {
        talk.post("/updates", line.clone()).await;
        tokio::time::sleep(Duration::from_millis(500)).await;
        let lines = "document.querySelector('.lines').innerText";
        let shown = talk.text(lines).await;
        match shown.contains("<b>hello</b>") {
            true => Ok(()),
            false => Err(format!("no sent text is shown: {shown}")),
        }
    })
    .await;
}
