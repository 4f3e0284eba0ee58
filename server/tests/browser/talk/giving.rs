//! The whole talk with the keyboard, with and without a server.

use fantoccini::key::Key;
use serde_json::{Value, json};

use super::{Talk, in_row};
use crate::harness::{
    axe::{LOOK, assert_no_violations, axe},
    driver::read,
};

/// The content of a slide. `cut` lists overflowing elements, and `keys` missing translations.
const SHOWN: &str = include_str!("shown.js");

impl Talk {
    /// Goes through all slides with one key and checks each, also with axe-core.
    async fn give(&self, lang: &str, recorded: bool) -> Vec<String> {
        let client = self.client();
        let installed = client.execute(&axe(), vec![]).await;
        installed.expect("axe-core runs");
        self.press(Key::Home.into()).await;
        let all = read(client, "document.getElementById('count').textContent").await;
        // "1 of 20" or the Korean form.
        let numbers = all
            .as_str()
            .expect("a text")
            .split(|c: char| !c.is_ascii_digit());
        let all: usize = numbers
            .filter_map(|number| number.parse().ok())
            .max()
            .expect("a number");
        assert!((12..=21).contains(&all), "{all} slides");
        let mut seen = Vec::new();
        loop {
            let slide = read(client, SHOWN).await;
            let id = slide["id"].as_str().expect("a hash").to_owned();
            check(&slide, lang, recorded);
            // A revealed answer stays visible.
            if slide["asks"] == true && slide["answer"] == "" {
                self.press(Key::Right.into()).await;
                self.until(
                    &format!("an answer with a number on {id}"),
                    "/\\d/.test(document.getElementById('answer').textContent)",
                )
                .await;
                check(&read(client, SHOWN).await, lang, recorded);
            }
            let found = client.execute(LOOK, vec![]).await;
            assert_no_violations(&found.expect("axe-core looks"), &format!("{lang}, {id}"));
            seen.push(id.clone());
            if seen.len() == all {
                return seen;
            }
            self.press(Key::Right.into()).await;
            if slide["chart"] == true {
                self.until(
                    "a chart as large as the screen",
                    "document.querySelector('.charts img').height > 0.8 * innerHeight",
                )
                .await;
                check(&read(client, SHOWN).await, lang, recorded);
                self.press(Key::Right.into()).await;
            }
            self.until(
                &format!("a slide after {id}"),
                &format!("location.hash !== '#{id}'"),
            )
            .await;
        }
    }
}

fn check(slide: &Value, lang: &str, recorded: bool) {
    assert_eq!(slide["lang"], lang, "{slide}");
    assert_ne!(slide["title"], "", "{slide}");
    assert_eq!(slide["cut"], json!([]), "{slide}");
    assert_eq!(slide["keys"], json!([]), "{slide}");
    assert_eq!(slide["pictures"], 0, "{slide}");
    assert_eq!(slide["recorded"], recorded, "{slide}");
}

#[tokio::test]
async fn the_whole_talk_by_keyboard_in_both_languages_live_and_without_a_server() {
    let (talk, server) = Talk::start().await;
    talk.open("lang=en").await;
    let english = talk.give("en", false).await;
    talk.press('l').await;
    // A common projector resolution.
    talk.size(1024, 768).await;
    let korean = talk.give("ko", false).await;
    talk.size(1280, 720).await;
    assert_eq!(korean, english);
    // The service worker has cached everything once it controls the page.
    talk.until("a worker", "navigator.serviceWorker.controller !== null")
        .await;

    drop(server);
    talk.until(
        "the recording",
        "document.getElementById('recorded').checkVisibility()",
    )
    .await;
    assert_eq!(talk.give("ko", true).await, english);
    talk.press('l').await;
    assert_eq!(talk.give("en", true).await, english);

    // Also after a reload.
    talk.open("lang=en").await;
    talk.until(
        "the recording after a reload",
        "document.getElementById('recorded').checkVisibility()",
    )
    .await;
    assert_eq!(talk.give("en", true).await, english);

    // The pieces beyond the rows also play: the reloaded page, and the proxy.
    talk.show("page-refresh").await;
    talk.until("a recorded page", "document.querySelector('#panels iframe.shown')?.contentDocument?.querySelector('#stage iframe')?.srcdoc.includes('<ol>') === true").await;
    talk.show("ports").await;
    talk.strip().await;
    talk.until("who is refused", &in_row("refused: 400")).await;
    talk.show("websocket").await;
    talk.until("updates by WebSocket", &in_row("2 B")).await;
}
