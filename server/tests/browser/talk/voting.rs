//! Phones that vote on a slide's question.

use fantoccini::key::Key;
use serde_json::json;

use super::Talk;
use crate::harness::{chromium::Chromium, process::Running};

/// Presses the button of an option and waits until the phone shows it as its own vote.
async fn choose(phone: &Chromium, nth: usize) {
    let button = format!("document.querySelectorAll('#options button')[{nth}]");
    phone.until(&format!("{button} !== undefined")).await;
    phone.run(&format!("{button}.click()")).await;
    phone
        .until(&format!("{button}.getAttribute('aria-pressed') === 'true'"))
        .await;
}

#[tokio::test]
async fn phones_vote_once_each_and_all_see_the_result_with_the_answer() {
    // By a name that phones could use, too.
    let options = "--lab --rtt 200ms --rate 2 --allowed-host feed.test";
    let (_server, address) = Running::serve(options);
    let (_, port) = address.split_once(':').expect("a port");
    let address = format!("feed.test:{port}");
    let talk = Talk::at(address.clone()).await;
    talk.open("lang=en").await;
    // The slide for phones is counted.
    talk.until("document.getElementById('count').textContent.startsWith('1 of 2')")
        .await;
    talk.keys([Key::Right]).await;
    talk.until_slide("join").await;

    let phone = Chromium::start().await;
    let url = format!("http://{address}/join.html?lang=ko");
    phone.goto(&url).await;
    let has_question = "document.getElementById('vote')?.checkVisibility()";
    let has_no_question = format!("{has_question} === false");
    phone.until(&has_no_question).await;
    talk.keys([Key::Right]).await;
    phone.until(has_question).await;
    let asked = "document.getElementById('asked').textContent";
    let asked = phone.text(asked).await;
    assert!(asked.contains('까'), "in the phone's language: {asked}");
    let votes = "document.getElementById('votes').textContent";
    let until_votes = async |count: usize| {
        talk.until(&format!("{votes} === 'Votes: {count}'")).await;
    };
    until_votes(0).await;
    choose(&phone, 0).await;
    until_votes(1).await;
    // It may be changed, and remains one vote.
    choose(&phone, 1).await;
    until_votes(1).await;
    let options = "[...document.querySelectorAll('#options li')]";
    let counts = format!("{options}.map((li) => li.querySelector('data')?.value ?? '').join()");
    assert_eq!(talk.read(&counts).await, ",,", "the counts are hidden");

    // The vote that opens again has no votes, and the phone does not say that its own counts.
    talk.keys([Key::Left]).await;
    phone.until(&has_no_question).await;
    talk.keys([Key::Right]).await;
    until_votes(0).await;
    let other = json!({ "question": "page-refresh", "option": 2, "voter": "ab".repeat(16) });
    phone.post("/lab/vote", other).await;
    until_votes(1).await;
    let not_pressed = "document.querySelectorAll('#options button[aria-pressed=false]')";
    phone.until(&format!("{not_pressed}.length === 3")).await;
    choose(&phone, 1).await;
    until_votes(2).await;

    talk.keys([Key::Right]).await;
    let result = format!("{counts} === '0,1,1'");
    talk.until(&result).await;
    phone.until(&result).await;
    let correct = format!("{options}.filter((li) => li.innerText.includes('✓'))");
    phone.until(&format!("{correct}.length === 1")).await;
    // The next slide has no question.
    talk.keys([Key::Right]).await;
    phone.until(&has_no_question).await;
}

#[tokio::test]
async fn nothing_of_a_vote_is_visible_where_no_phone_can_join() {
    let (talk, _server) = Talk::start().await;
    talk.open("lang=en#page-refresh").await;
    talk.until("document.querySelectorAll('#options li').length === 3")
        .await;
    // By then the slide has changed the lab.
    talk.until_lab("feed.rate_per_s", json!(1.0)).await;
    talk.until_lab("vote", json!(null)).await;
    let shown = "document.getElementById('votes').textContent + document.querySelectorAll('#options.voting').length";
    assert_eq!(talk.read(shown).await, "0");
}
