//! Finding a slide, and the slide that only an audience with phones sees.

use fantoccini::{Locator, key::Key};
use serde_json::json;

use super::Talk;

const COUNT: &str = "document.getElementById('count').textContent";

#[tokio::test]
async fn the_overview_leads_to_a_slide_by_arrow_keys_and_by_a_click() {
    let (talk, _server) = Talk::start().await;
    talk.open("lang=en").await;
    let is_open = "document.getElementById('overview').open";
    let is_closed = format!("!{is_open}");
    let titles = "[...document.querySelectorAll('#grid button')].map(({ lastChild }) => lastChild.textContent)";
    talk.keys(['o']).await;
    talk.until(is_open).await;
    let shown = talk.read(titles).await;
    let shown = shown.as_array().expect("a list");
    let all = talk.text(COUNT).await;
    assert_eq!(all, format!("1 of {}", shown.len()));
    assert_eq!(shown[0], "Long polling and WebSocket");
    assert!(!shown.contains(&json!("Join in")), "{shown:?}");
    let focused = "Number(document.activeElement.firstChild.textContent)";
    assert_eq!(talk.number(focused).await, 1.0);
    talk.keys([Key::Right]).await;
    assert_eq!(talk.number(focused).await, 2.0);
    talk.keys([Key::Down]).await;
    let number = talk.number(focused).await as usize;
    assert!(number > 3, "{number} is in the first row");
    let title = &shown[number - 1];
    talk.keys([Key::Enter]).await;
    let name = "document.getElementById('name').textContent";
    talk.until(&format!("{name} === {title}")).await;
    assert_eq!(talk.read(is_open).await, false);

    talk.keys(['o']).await;
    let first = talk.client.find(Locator::Css("#grid button")).await;
    first.expect("a slide").click().await.expect("a click");
    talk.until_slide("title").await;
    // The key that opened it closes it, too.
    talk.keys(['o']).await;
    talk.until(is_open).await;
    talk.keys(['o']).await;
    talk.until(&is_closed).await;
}

#[tokio::test]
async fn a_number_leads_to_its_slide_and_the_talk_skips_joining_where_no_phone_can() {
    let (talk, _server) = Talk::start().await;
    talk.open("lang=ko").await;
    talk.keys([Key::Right]).await;
    talk.until_slide("page-refresh").await;
    talk.keys([Key::Left]).await;
    talk.until_slide("title").await;

    talk.keys(['g']).await;
    talk.until("document.activeElement.id === 'number'").await;
    talk.keys("9999".chars()).await;
    let leads = talk.text("document.getElementById('leads').textContent");
    assert!(leads.await.starts_with("1–"));
    talk.keys([Key::Enter]).await;
    assert_eq!(talk.read("location.hash").await, "#title");

    talk.keys(['g', '2']).await;
    talk.keys([Key::Enter]).await;
    // Nobody can join here, so the second slide is the third of the files.
    talk.until_slide("page-refresh").await;
    assert!(talk.text(COUNT).await.starts_with("2 / "));
    let focus = talk.text("document.activeElement.id").await;
    assert_eq!(focus, "name", "the new title is not read out");
}
