//! Phones that vote on a slide's question.

use fantoccini::key::Key;

use super::{PATIENCE, Talk};
use crate::harness::{
    chromium::Chromium,
    driver::{read, until},
    process::Running,
};

const OPTIONS: &str = "[...document.querySelectorAll('#options li')]";

struct Phone(Chromium);

impl Phone {
    async fn until(&self, wanted: &str, expression: &str) {
        until(&self.0.client, PATIENCE, wanted, expression).await;
    }

    async fn choose(&self, nth: usize) {
        let button = format!("document.querySelectorAll('#options button')[{nth}]");
        self.until("options", &format!("{button} !== undefined"))
            .await;
        read(&self.0.client, &format!("{button}.click()")).await;
        let pressed = format!("{button}.getAttribute('aria-pressed') === 'true'");
        self.until("its own vote", &pressed).await;
    }
}

#[tokio::test]
async fn phones_vote_once_each_and_all_see_the_result_with_the_answer() {
    // By a name that phones could use, too.
    let (_server, address) = Running::serve(&[
        "--lab",
        "--rtt",
        "200ms",
        "--rate",
        "2",
        "--allowed-host",
        "feed.test",
    ]);
    let (_, port) = address.split_once(':').expect("a port");
    let address = format!("feed.test:{port}");
    let talk = Talk::at(address.clone()).await;
    talk.open("lang=en").await;
    talk.until(
        "a slide for phones",
        "document.getElementById('count').textContent.startsWith('1 of 2')",
    )
    .await;
    talk.press(Key::Right.into()).await;
    talk.until("joining", "location.hash === '#join'").await;

    let phone = Phone(Chromium::start().await);
    let url = format!("http://{address}/join.html?lang=ko");
    phone.0.client.goto(&url).await.expect("the page opens");
    phone
        .until(
            "no question",
            "document.getElementById('vote')?.checkVisibility() === false",
        )
        .await;
    talk.press(Key::Right.into()).await;
    phone
        .until(
            "the question",
            "document.getElementById('vote').checkVisibility()",
        )
        .await;
    let asked = read(
        &phone.0.client,
        "document.getElementById('asked').textContent",
    )
    .await;
    assert!(
        asked.as_str().expect("a text").contains('까'),
        "in the phone's language: {asked}"
    );
    let votes =
        |count: usize| format!("document.getElementById('votes').textContent === 'Votes: {count}'");
    talk.until("no votes", &votes(0)).await;
    phone.choose(0).await;
    talk.until("a vote", &votes(1)).await;
    // It may be changed, and remains one vote.
    phone.choose(1).await;
    talk.until("still a vote", &votes(1)).await;
    let counts = format!("{OPTIONS}.map((li) => li.querySelector('data')?.value ?? '').join()");
    assert_eq!(
        read(talk.client(), &counts).await,
        ",,",
        "the counts are hidden"
    );

    // The vote that opens again has no votes, and the phone does not say that its own counts.
    talk.press(Key::Left.into()).await;
    phone
        .until(
            "no question",
            "!document.getElementById('vote').checkVisibility()",
        )
        .await;
    talk.press(Key::Right.into()).await;
    talk.until("no votes again", &votes(0)).await;
    let other =
        "fetch('/lab/vote', { method: 'POST', headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ question: 'page-refresh', option: 2, voter: 'ab'.repeat(16) }) })
        .then((answer) => answer.ok)";
    assert_eq!(read(&phone.0.client, other).await, true);
    talk.until("the vote of another phone", &votes(1)).await;
    phone
        .until(
            "no vote of its own",
            "document.querySelectorAll('#options button[aria-pressed=false]').length === 3",
        )
        .await;
    phone.choose(1).await;
    talk.until("both votes", &votes(2)).await;

    talk.press(Key::Right.into()).await;
    talk.until("the result", &format!("{counts} === '0,1,1'"))
        .await;
    phone
        .until("the result", &format!("{counts} === '0,1,1'"))
        .await;
    phone
        .until(
            "the correct option",
            &format!("{OPTIONS}.filter((li) => li.innerText.includes('✓')).length === 1"),
        )
        .await;
    // The next slide has no question.
    talk.press(Key::Right.into()).await;
    phone
        .until(
            "no result",
            "!document.getElementById('vote').checkVisibility()",
        )
        .await;
}

#[tokio::test]
async fn nothing_of_a_vote_is_visible_where_no_phone_can_join() {
    let (talk, _server) = Talk::start().await;
    talk.open("lang=en#page-refresh").await;
    talk.until(
        "a question",
        "document.querySelectorAll('#options li').length === 3",
    )
    .await;
    let lab = "fetch('/lab').then((answer) => answer.json())";
    talk.until(
        "the slide's lab",
        &format!("{lab}.then(({{ feed }}) => feed.rate_per_s === 1)"),
    )
    .await;
    let vote = read(
        talk.client(),
        &format!("{lab}.then(({{ vote }}) => vote ?? null)"),
    )
    .await;
    assert!(vote.is_null(), "{vote}");
    let shown = "document.getElementById('votes').textContent + document.querySelectorAll('#options.voting').length";
    assert_eq!(read(talk.client(), shown).await, "0");
}
