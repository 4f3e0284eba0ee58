//! Answers: hidden until they are revealed, then marked.

use fantoccini::{Locator, key::Key};
use serde_json::{Value, json};

use super::Talk;
use crate::harness::driver::eventually;

/// Records what is drawn and what the answer is.
const WATCH: &str = include_str!("watch.js");
/// The answer, and where it is visible. `MORE` stands for the texts of other documents.
const ANSWER: &str = include_str!("answer.js");
const ASKING: &str = "import('/slides/index.js').then(({ SLIDES }) => \
    SLIDES.filter(({ question }) => question).map(({ id }) => id))";

impl Talk {
    /// Reveals the answer of each question and checks the page before and after it.
    async fn guess_all(&self, mode: &str) {
        let asking = self.read(ASKING).await;
        let asking: Vec<String> = serde_json::from_value(asking).expect("a list of names");
        assert!(asking.len() >= 13, "{asking:?}");
        for id in asking {
            self.read(WATCH).await;
            self.show(&id).await;
            let before = self.answer(&id, |it| it["known"] == true).await;
            let about = format!("{mode}, {id}: {before}");
            assert_eq!(before["given"], json!([]), "{about}");
            assert_eq!(before["isUnmarked"], true, "{about}");
            assert_eq!(before["answer"], "", "{about}");
            assert_eq!(before["spoken"], "", "{about}");

            self.keys([Key::Right]).await;
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
        eventually(async || {
            let panel = json!([self.text_of_panel().await]).to_string();
            let answer = self.read(&ANSWER.replace("MORE", &panel)).await;
            match answer["known"] == true && is(&answer) {
                true => Ok(answer),
                false => Err(format!("{id}: {answer}")),
            }
        })
        .await
    }

    /// The text of the visible panel. It comes from another port, so that the page cannot read it.
    async fn text_of_panel(&self) -> String {
        let panel = Locator::Css("#panels iframe.shown");
        let Ok(panel) = self.client.find(panel).await else {
            return String::new();
        };
        if panel.enter_frame().await.is_err() {
            return String::new(); // the slide has changed
        }
        let text = self.text("document.body?.innerText ?? ''").await;
        let parent = self.client.enter_parent_frame().await;
        parent.expect("out of the panel");
        text
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
    talk.until("navigator.serviceWorker.controller !== null")
        .await;
    talk.until("document.documentElement.dataset.kept === 'true'")
        .await;
    drop(server);
    talk.open("lang=en").await;
    talk.until_visible("#recorded").await;
    talk.guess_all("recorded, en").await;
}
