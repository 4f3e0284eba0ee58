//! Answers: hidden until they are revealed, then marked.

use std::time::{Duration, Instant};

use fantoccini::{Locator, key::Key};
use serde_json::{Value, json};

use super::{PATIENCE, Talk};
use crate::harness::driver::read;

/// Records what is drawn and what the answer is.
const WATCH: &str = include_str!("watch.js");
/// The answer, and where it is visible. `MORE` stands for the texts of other documents.
const ANSWER: &str = include_str!("answer.js");
const ASKING: &str = "import('/slides/index.js').then(({ SLIDES }) => \
    SLIDES.filter(({ question }) => question).map(({ id }) => id))";

impl Talk {
    /// Reveals the answer of each question and checks the page before and after it.
    async fn guess_all(&self, mode: &str) {
        let asking = read(self.client(), ASKING).await;
        let asking: Vec<String> = serde_json::from_value(asking).expect("a list of names");
        assert!(asking.len() >= 13, "{asking:?}");
        for id in asking {
            read(self.client(), WATCH).await;
            self.show(&id).await;
            let before = self.answer(&id, |it| it["known"] == true).await;
            let about = format!("{mode}, {id}: {before}");
            assert_eq!(before["given"], json!([]), "{about}");
            assert_eq!(before["isUnmarked"], true, "{about}");
            assert_eq!(before["answer"], "", "{about}");
            assert_eq!(before["spoken"], "", "{about}");

            self.press(Key::Right.into()).await;
            let is_shown = |it: &Value| {
                let (answer, written) = (it["answer"].as_str(), it["written"].as_str());
                answer.zip(written).is_some_and(|(a, w)| a.contains(w))
            };
            let after = self.answer(&id, is_shown).await;
            let about = format!("{mode}, {id}: {after}");
            assert_eq!(after["isMarked"], true, "{about}");
            assert_ne!(after["spoken"], "", "{about}");
        }
    }

    /// Waits until the page knows the answer of this slide and `is` holds.
    async fn answer(&self, id: &str, is: impl Fn(&Value) -> bool) -> Value {
        let start = Instant::now();
        loop {
            let panel = json!([self.text_of_panel().await]).to_string();
            let answer = read(self.client(), &ANSWER.replace("MORE", &panel)).await;
            if answer["known"] == true && is(&answer) {
                return answer;
            }
            assert!(start.elapsed() < PATIENCE, "{id}: {answer}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// The text of the visible panel. It comes from another port, so that the page cannot read it.
    async fn text_of_panel(&self) -> String {
        let client = self.client();
        let Ok(panel) = client.find(Locator::Css("#panels iframe.shown")).await else {
            return String::new();
        };
        if panel.enter_frame().await.is_err() {
            return String::new(); // the slide has changed
        }
        let text = read(client, "document.body?.innerText ?? ''").await;
        let parent = client.clone().enter_parent_frame().await;
        parent.expect("out of the panel");
        text.as_str().expect("a text").to_owned()
    }
}

#[tokio::test]
async fn no_answer_is_visible_before_it_is_revealed_and_the_correct_option_is_marked_then() {
    let (talk, server) = Talk::start().await;
    for lang in ["en", "ko"] {
        talk.open(&format!("lang={lang}")).await;
        talk.guess_all(&format!("live, {lang}")).await;
    }
    // The service worker has cached everything once it controls the page.
    talk.until("a worker", "navigator.serviceWorker.controller !== null")
        .await;
    talk.until(
        "the cache",
        "document.documentElement.dataset.kept === 'true'",
    )
    .await;
    drop(server);
    talk.open("lang=en").await;
    talk.until(
        "the recording",
        "document.getElementById('recorded').checkVisibility()",
    )
    .await;
    talk.guess_all("recorded, en").await;
}
