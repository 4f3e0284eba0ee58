//! The presenter's tools: notes, full screen, and keys.

use fantoccini::{Locator, key::Key};
use serde_json::Value;

use super::Talk;
use crate::harness::driver::eventually;

/// The content of the presenter's window, and whether all of it is visible.
const NOTES: &str = include_str!("notes.js");

impl Talk {
    /// Presses a key until an expression is true.
    async fn press_until(&self, key: Key, expression: &str) {
        eventually(async || {
            if self.read(expression).await == true {
                return Ok(());
            }
            self.keys([key]).await;
            Err(format!("not true: {expression}"))
        })
        .await;
    }
}

#[tokio::test]
async fn the_notes_show_the_next_slide_and_the_answer_of_each() {
    let (talk, _server) = Talk::start().await;
    talk.open("lang=en").await;
    talk.keys(['p']).await;
    let client = &talk.client;
    let slides = client.window().await.expect("a window");
    let presenter = eventually(async || {
        let mut all = client.windows().await.expect("windows").into_iter();
        let other = all.find(|window| *window != slides);
        other.ok_or_else(|| "no window opens".to_owned())
    });
    let switched = client.switch_to_window(presenter.await).await;
    switched.expect("the presenter's window");
    talk.until_element("#notes h1").await;
    // Without a display, the window does not get the requested size.
    let sized = client.set_window_size(900, 791).await;
    sized.expect("a window");
    talk.until("innerWidth === 900 && innerHeight === 700")
        .await;
    for lang in ["en", "ko"] {
        talk.keys([Key::Home]).await;
        let mut wanted = Value::Null; // the next slide, as announced by the previous notes
        loop {
            // An answer with a number.
            talk.until("document.querySelector('#notes .options') === null || /\\d/.test(document.querySelector('#notes .reply').textContent)").await;
            let notes = talk.read(NOTES).await;
            assert_eq!(notes["seen"], true, "{lang}: {notes}");
            assert_eq!(notes["asks"], notes["reply"] != "", "{notes}");
            assert_eq!(notes["correct"], u8::from(notes["asks"] == true), "{notes}");
            assert_eq!(notes["times"].as_array().map(Vec::len), Some(2), "{notes}");
            let is_wanted = wanted.is_null() || notes["title"] == wanted;
            assert!(is_wanted, "expected {wanted}: {notes}");
            if notes["last"] == true {
                break;
            }
            wanted = notes["next"].clone();
            let came = format!("document.querySelector('#notes h1').textContent === {wanted}");
            talk.press_until(Key::Right, &came).await;
        }
        talk.keys(['l']).await;
    }
}

#[tokio::test]
async fn a_key_toggles_full_screen_and_the_browser_may_reject_it() {
    let (talk, _server) = Talk::start().await;
    talk.open("lang=en").await;
    talk.keys(['f']).await;
    talk.until("document.fullscreenElement !== null").await;
    talk.keys(['f']).await;
    talk.until("document.fullscreenElement === null").await;
    // As in browsers without it, such as those of some phones.
    talk.run("document.documentElement.requestFullscreen = undefined")
        .await;
    talk.keys(['f']).await;
    let message = "document.getElementById('refused').textContent";
    talk.until(&format!("{message}.includes('F11')")).await;
    talk.keys([Key::Right]).await;
    talk.until(&format!("{message} === ''")).await;
}

#[tokio::test]
async fn keys_work_regardless_of_the_focus() {
    let (talk, _server) = Talk::start().await;
    talk.open("lang=en#page-refresh").await;
    let client = &talk.client;
    // The panel has reported its height.
    let height = "document.querySelector('#panels iframe.shown')?.style.minHeight";
    talk.until(&format!("/px/.test({height})")).await;
    let panel = Locator::Css("#panels iframe.shown");
    let frame = client.find(panel).await.expect("a panel");
    frame.enter_frame().await.expect("into the panel");
    let body = client.find(Locator::Css("body")).await.expect("a body");
    let key = char::from(Key::Right).to_string();
    body.send_keys(&key).await.expect("a key");
    client.enter_parent_frame().await.expect("out again");
    let answered = "document.getElementById('answer').textContent !== ''";
    talk.until(answered).await;

    // A click focuses the chart's button, and Space still advances.
    talk.show("when-not").await;
    talk.until_element(".chart").await;
    let chart = client.find(Locator::Css(".chart")).await.expect("a chart");
    chart.click().await.expect("it is large");
    talk.press_until(Key::Space, answered).await;
    talk.press_until(Key::Space, "location.hash === '#free-play'")
        .await;
}
