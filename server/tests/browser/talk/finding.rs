//! Finding a slide, and the slide that only an audience with phones sees.

use fantoccini::{Locator, key::Key};
use serde_json::json;

use super::Talk;
use crate::harness::driver::read;

const COUNT: &str = "document.getElementById('count').textContent";

impl Talk {
    async fn until_at(&self, id: &str) {
        self.until(id, &format!("location.hash === '#{id}'")).await;
    }

    /// Sends keys to the focused element.
    async fn keys(&self, keys: &str) {
        let active = self.client().active_element().await.expect("a focus");
        active.send_keys(keys).await.expect("it accepts keys");
    }
}

#[tokio::test]
async fn the_overview_leads_to_a_slide_by_arrow_keys_and_by_a_click() {
    let (talk, _server) = Talk::start().await;
    talk.open("lang=en").await;
    let titles = "[...document.querySelectorAll('#grid button')].map(({ lastChild }) => lastChild.textContent)";
    talk.press('o').await;
    talk.until("the overview", "document.getElementById('overview').open")
        .await;
    let shown = read(talk.client(), titles).await;
    let shown = shown.as_array().expect("a list");
    let all = read(talk.client(), COUNT).await;
    assert_eq!(all, format!("1 of {}", shown.len()));
    assert_eq!(shown[0], "Long polling and WebSocket");
    assert!(!shown.contains(&json!("Join in")), "{shown:?}");
    let focused = "document.activeElement.firstChild.textContent";
    assert_eq!(read(talk.client(), focused).await, "1");
    talk.keys(&Key::Right.to_string()).await;
    assert_eq!(read(talk.client(), focused).await, "2");
    talk.keys(&Key::Down.to_string()).await;
    let number = read(talk.client(), focused).await;
    let number: usize = number
        .as_str()
        .and_then(|it| it.parse().ok())
        .expect("a number");
    assert!(number > 3, "{number} is in the first row");
    let title = shown[number - 1].clone();
    talk.keys(&Key::Enter.to_string()).await;
    let name = format!("document.getElementById('name').textContent === {title}");
    talk.until("the chosen slide", &name).await;
    assert_eq!(
        read(talk.client(), "document.getElementById('overview').open").await,
        false
    );

    talk.press('o').await;
    let first = talk.client().find(Locator::Css("#grid button")).await;
    first.expect("a slide").click().await.expect("a click");
    talk.until_at("title").await;
    // The key that opened it closes it, too.
    talk.press('o').await;
    talk.until("the overview", "document.getElementById('overview').open")
        .await;
    talk.keys("o").await;
    talk.until("no overview", "!document.getElementById('overview').open")
        .await;
}

#[tokio::test]
async fn a_number_leads_to_its_slide() {
    let (talk, _server) = Talk::start().await;
    talk.open("lang=ko").await;
    talk.press('g').await;
    talk.until("a field", "document.activeElement.id === 'number'")
        .await;
    talk.keys("9999").await;
    let leads = read(
        talk.client(),
        "document.getElementById('leads').textContent",
    )
    .await;
    assert!(leads.as_str().expect("a text").starts_with("1–"), "{leads}");
    talk.keys(&Key::Enter.to_string()).await;
    assert_eq!(read(talk.client(), "location.hash").await, "#title");

    talk.press('g').await;
    talk.keys("2").await;
    talk.keys(&Key::Enter.to_string()).await;
    // Nobody can join here, so the second slide is the third of the files.
    talk.until_at("page-refresh").await;
    assert!(
        read(talk.client(), COUNT)
            .await
            .as_str()
            .expect("a text")
            .starts_with("2 / ")
    );
    let focus = "document.activeElement.id === 'name'";
    assert_eq!(
        read(talk.client(), focus).await,
        true,
        "the new title is not read out"
    );
}

#[tokio::test]
async fn the_talk_skips_joining_where_no_phone_can() {
    let (talk, _server) = Talk::start().await;
    talk.open("lang=en").await;
    talk.press(Key::Right.into()).await;
    talk.until_at("page-refresh").await;
    talk.press(Key::Left.into()).await;
    talk.until_at("title").await;
}
