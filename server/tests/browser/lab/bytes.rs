//! The bytes in the dialog of an arrow equal those that were sent.

use fantoccini::key::Key;
use serde::Deserialize;
use server::base::position::Position;

use super::{AGO, Lab};
use crate::harness::driver::eventually;

/// The dialog of an arrow.
#[derive(Debug, Deserialize)]
struct Opened {
    title: String,
    total: usize,
    /// The length of each piece of a part, in bytes.
    pieces: Vec<usize>,
    /// The length of each part, in bytes.
    parts: Vec<usize>,
    /// The text of each piece with its kind.
    texts: Vec<(String, String)>,
}

impl Opened {
    fn text(&self, kind: &str) -> &str {
        let found = self.texts.iter().find(|(of, _)| of == kind);
        &found.unwrap_or_else(|| panic!("no {kind} in {self:#?}")).1
    }

    fn assert_complete(&self) {
        assert_eq!(self.pieces.iter().sum::<usize>(), self.total, "{self:#?}");
        assert_eq!(self.parts.iter().sum::<usize>(), self.total, "{self:#?}");
    }
}

#[tokio::test]
async fn the_keyboard_opens_an_arrow_that_shows_the_sent_bytes() {
    let lab = Lab::open("--rate 5", "lang=en&show=pair").await;
    let (opened, sent) = open_update(&lab, "websocket").await;
    assert_eq!(opened.title, "websocket · server → client · frame");
    assert_eq!(sent.len(), 100);
    assert_eq!(opened.total, 2 + sent.len(), "a frame header of two bytes");
    opened.assert_complete();
    close(&lab, "websocket").await;

    // A header of four bytes if the length does not fit into seven bits.
    lab.keys_at("#payload", [Key::Down, Key::Down]).await;
    lab.until("document.getElementById('payload').value === '500'")
        .await;
    let newest = "fetch('/polling').then((answer) => answer.text())";
    lab.until(&format!("{newest}.then(({{ length }}) => length === 502)"))
        .await;
    lab.press("#live").await;
    lab.until(&format!("{AGO} === 'live'")).await;
    let (opened, sent) = open_update_of(&lab, "websocket", 500).await;
    opened.assert_complete();
    assert_eq!(opened.total, 4 + sent.len());
    close(&lab, "websocket").await;
    let (opened, _) = open_update_of(&lab, "long-polling", 500).await;
    opened.assert_complete();
    assert_eq!(opened.text("status-line"), "HTTP/1.1 200 OK\r\n");
    close(&lab, "long-polling").await;
    asks(&lab).await;
}

#[tokio::test]
async fn a_frame_over_https_opens_byte_by_byte() {
    let lab = Lab::open("--tls", "lang=en&show=pair").await;
    tab_to(&lab, "websocket").await;
    choose(&lab, "Updates ").await;
    let opened = open(&lab).await;
    assert_eq!(opened.title, "websocket · server → client · frame");
    assert_eq!(opened.total, 5 + 2 + 100 + 17);
    assert!(opened.text("update").starts_with("{\"seq\":"), "{opened:?}");
    opened.assert_complete();
}

/// The request of a long poll, and its size.
async fn asks(lab: &Lab) {
    tab_to(lab, "long-polling").await;
    choose(lab, "request").await;
    let opened = open(lab).await;
    assert_eq!(opened.title, "long-polling · client → server · request");
    let line = opened.text("request-line");
    let after = line
        .strip_prefix("GET /long-polling?after=")
        .and_then(|rest| rest.strip_suffix(" HTTP/1.1\r\n"));
    assert!(
        after.is_some_and(|text| text.parse::<Position>().is_ok_and(|at| at.check.is_some())),
        "{line:?}"
    );
    let lines: usize = opened.texts.iter().map(|(_, text)| text.len()).sum();
    assert_eq!(lines, opened.total, "the lines of the request: {opened:#?}");
    opened.assert_complete();
    close(lab, "long-polling").await;
}

/// Opens a transport's newest update, and reads the same one from the server's history.
async fn open_update(lab: &Lab, transport: &str) -> (Opened, String) {
    tab_to(lab, transport).await;
    choose(lab, "Updates ").await;
    let opened = open(lab).await;
    let text = opened.text("update").to_owned();
    let update: serde_json::Value = serde_json::from_str(&text).expect("an update is JSON");
    let before = update["seq"].as_u64().expect("a seq") - 1;
    let ask = format!("fetch('/polling?after={before}&max=1').then((answer) => answer.text())");
    let sent = lab.text(&ask).await;
    let sent = sent
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    let sent = sent.expect("one update in an array").to_owned();
    assert_eq!(text, sent, "{transport} received something else");
    (opened, sent)
}

/// Opens newest updates until one has this length.
async fn open_update_of(lab: &Lab, transport: &str, length: usize) -> (Opened, String) {
    eventually(async || {
        let (opened, sent) = open_update(lab, transport).await;
        if sent.len() == length {
            return Ok((opened, sent));
        }
        close(lab, transport).await;
        lab.press("#live").await;
        Err(format!("{transport}: no update of {length} bytes: {sent}"))
    })
    .await
}

async fn tab_to(lab: &Lab, transport: &str) {
    let css = format!("[data-transport='{transport}'] canvas");
    let there = format!("document.activeElement === document.querySelector(\"{css}\")");
    lab.focus("#language").await;
    for _ in 0..40 {
        if lab.read(&there).await == true {
            return;
        }
        lab.keys([Key::Tab]).await;
    }
    panic!("40 presses of Tab do not reach {transport}'s row");
}

/// Moves back from arrow to arrow until the description contains these words.
async fn choose(lab: &Lab, words: &str) {
    let description = "document.getElementById('said').textContent";
    for _ in 0..40 {
        lab.keys([Key::Left]).await;
        if lab.text(description).await.contains(words) {
            return;
        }
    }
    panic!("no arrow of {words}");
}

async fn open(lab: &Lab) -> Opened {
    lab.keys([Key::Enter]).await;
    lab.until("document.getElementById('bytes').open").await;
    let opened = lab.run(include_str!("opened.js")).await;
    serde_json::from_value(opened).expect("opened.js and Opened have the same fields")
}

/// Closes the dialog with Esc; the focus returns to the row.
async fn close(lab: &Lab, transport: &str) {
    lab.keys([Key::Escape]).await;
    lab.until("!document.getElementById('bytes').open").await;
    let row = "document.activeElement.closest('.row')?.dataset.transport ?? ''";
    assert_eq!(lab.text(row).await, transport, "the focus is elsewhere");
}
