//! The presenter's tools: notes, full screen, and keys.

use std::time::{Duration, Instant};

use fantoccini::{Locator, key::Key};
use serde_json::Value;

use super::{PATIENCE, Talk};
use crate::harness::driver::read;

/// The content of the presenter's window, and whether all of it is visible.
const NOTES: &str = include_str!("notes.js");

#[tokio::test]
async fn the_notes_show_the_next_slide_and_the_answer_of_each() {
    let (talk, _server) = Talk::start().await;
    talk.open("lang=en").await;
    talk.press('p').await;
    let client = talk.client();
    let slides = client.window().await.expect("a window");
    let start = Instant::now();
    let presenter = loop {
        let all = client.windows().await.expect("windows");
        if let Some(other) = all.into_iter().find(|window| *window != slides) {
            break other;
        }
        assert!(start.elapsed() < PATIENCE, "no window opens");
        tokio::time::sleep(Duration::from_millis(50)).await;
    };
    client
        .switch_to_window(presenter)
        .await
        .expect("the presenter's window");
    talk.until("notes", "document.querySelector('#notes h1') !== null")
        .await;
    // Without a display, the window does not get the requested size.
    let sized = client.set_window_size(900, 791).await;
    sized.expect("a window");
    talk.until("its size", "innerWidth === 900 && innerHeight === 700")
        .await;
    for lang in ["en", "ko"] {
        talk.press(Key::Home.into()).await;
        let mut wanted = Value::Null; // the next slide, as announced by the previous notes
        loop {
            talk.until(
                "an answer with a number",
                "document.querySelector('#notes .options') === null || /\\d/.test(document.querySelector('#notes .reply').textContent)",
            )
            .await;
            let notes = read(client, NOTES).await;
            assert_eq!(notes["seen"], true, "{lang}: {notes}");
            assert_eq!(notes["asks"], notes["reply"] != "", "{notes}");
            assert_eq!(notes["correct"], u8::from(notes["asks"] == true), "{notes}");
            assert_eq!(notes["times"].as_array().map(Vec::len), Some(2), "{notes}");
            assert!(
                wanted.is_null() || notes["title"] == wanted,
                "expected {wanted}: {notes}"
            );
            if notes["last"] == true {
                break;
            }
            wanted = notes["next"].clone();
            let came = format!("document.querySelector('#notes h1').textContent === {wanted}");
            let start = Instant::now();
            while read(client, &came).await != true {
                assert!(start.elapsed() < PATIENCE, "without {wanted}");
                talk.press(Key::Right.into()).await;
            }
        }
        talk.press('l').await;
    }
}

#[tokio::test]
async fn a_key_toggles_full_screen_and_the_browser_may_reject_it() {
    let (talk, _server) = Talk::start().await;
    talk.open("lang=en").await;
    talk.press('f').await;
    talk.until("full screen", "document.fullscreenElement !== null")
        .await;
    talk.press('f').await;
    talk.until("a window again", "document.fullscreenElement === null")
        .await;
    // As in browsers without it, such as those of some phones.
    read(
        talk.client(),
        "document.documentElement.requestFullscreen = undefined",
    )
    .await;
    talk.press('f').await;
    let message = "document.getElementById('refused').textContent";
    talk.until("a message", &format!("{message}.includes('F11')"))
        .await;
    talk.press(Key::Right.into()).await;
    talk.until("no message", &format!("{message} === ''")).await;
}

#[tokio::test]
async fn keys_work_regardless_of_the_focus() {
    let (talk, _server) = Talk::start().await;
    talk.open("lang=en#page-refresh").await;
    let client = talk.client();
    let panel = "#panels iframe.shown";
    talk.until(
        "the panel",
        // It has reported its height.
        &format!("/px/.test(document.querySelector('{panel}')?.style.minHeight)"),
    )
    .await;
    let frame = client.find(Locator::Css(panel)).await.expect("a panel");
    frame.enter_frame().await.expect("into the panel");
    let body = client.find(Locator::Css("body")).await.expect("a body");
    let key = char::from(Key::Right).to_string();
    body.send_keys(&key).await.expect("a key");
    client
        .clone()
        .enter_parent_frame()
        .await
        .expect("out again");
    let answered = "document.getElementById('answer').textContent !== ''";
    talk.until("an answer", answered).await;

    // A click focuses the chart's button, and Space still advances.
    talk.show("when-not").await;
    talk.until("a chart", "document.querySelector('.chart') !== null")
        .await;
    let chart = client.find(Locator::Css(".chart")).await.expect("a chart");
    chart.click().await.expect("it is large");
    for expected in [answered, "location.hash === '#free-play'"] {
        let start = Instant::now();
        while read(client, expected).await != true {
            assert!(start.elapsed() < PATIENCE, "without {expected}");
            talk.press(' ').await;
        }
    }
}
