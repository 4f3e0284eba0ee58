//! The whole talk with the keyboard, with and without a server.

use fantoccini::key::Key;
use serde_json::{Value, json};

use super::{Talk, text};

/// The content of a slide. `cut` lists overflowing elements, and `keys` missing translations.
const SHOWN: &str = include_str!("shown.js");

impl Talk {
    /// Goes through all slides with one key and checks each, also with axe-core.
    async fn give(&self, lang: &str, recorded: bool) -> Vec<String> {
        self.keys([Key::Home]).await;
        // "1 of 20" or the Korean form.
        let all = "Math.max(...document.getElementById('count').textContent.match(/\\d+/g))";
        let all = self.number(all).await as usize;
        assert!((12..=21).contains(&all), "{all} slides");
        let mut seen = Vec::new();
        loop {
            let slide = self.check(lang, recorded).await;
            let id = text(&slide["id"]).to_owned();
            // A revealed answer stays visible.
            if slide["asks"] == true && slide["answer"] == "" {
                self.keys([Key::Right]).await;
                self.until("/\\d/.test(document.getElementById('answer').textContent)")
                    .await;
                self.check(lang, recorded).await;
            }
            self.assert_accessible(&format!("{lang}, {id}")).await;
            seen.push(id.clone());
            if seen.len() == all {
                return seen;
            }
            self.keys([Key::Right]).await;
            if slide["chart"] == true {
                // A chart as large as the screen.
                self.until("document.querySelector('.charts img').height > 0.8 * innerHeight")
                    .await;
                self.check(lang, recorded).await;
                self.keys([Key::Right]).await;
            }
            self.until(&format!("location.hash !== '#{id}'")).await;
        }
    }

    /// Checks the slide and returns its content.
    async fn check(&self, lang: &str, recorded: bool) -> Value {
        let slide = self.read(SHOWN).await;
        assert_eq!(slide["lang"], lang, "{slide}");
        assert_ne!(slide["title"], "", "{slide}");
        assert_eq!(slide["cut"], json!([]), "{slide}");
        assert_eq!(slide["keys"], json!([]), "{slide}");
        assert_eq!(slide["pictures"], 0, "{slide}");
        assert_eq!(slide["recorded"], recorded, "{slide}");
        slide
    }
}

#[tokio::test]
async fn the_whole_talk_by_keyboard_in_both_languages_live_and_without_a_server() {
    let (talk, server) = Talk::start().await;
    talk.open("lang=en").await;
    let english = talk.give("en", false).await;
    talk.keys(['l']).await;
    // A common projector resolution.
    talk.size(1024, 768).await;
    let korean = talk.give("ko", false).await;
    talk.size(1280, 720).await;
    assert_eq!(korean, english);
    // The service worker has cached everything once it controls the page.
    talk.until("navigator.serviceWorker.controller !== null")
        .await;

    drop(server);
    talk.until_visible("#recorded").await;
    assert_eq!(talk.give("ko", true).await, english);
    talk.keys(['l']).await;
    assert_eq!(talk.give("en", true).await, english);

    // Also after a reload.
    talk.open("lang=en").await;
    talk.until_visible("#recorded").await;
    assert_eq!(talk.give("en", true).await, english);

    // The pieces beyond the rows also play: the reloaded page, and the proxy.
    talk.show("page-refresh").await;
    talk.until("document.querySelector('#panels iframe.shown')?.contentDocument?.querySelector('#stage iframe')?.srcdoc.includes('<ol>') === true").await;
    talk.show("ports").await;
    talk.strip().await;
    talk.until_in_row("refused: 400").await;
    talk.show("websocket").await;
    talk.until_in_row("2 B").await;
}
