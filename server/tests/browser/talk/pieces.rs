//! Single slides: both directions, the handshake, TLS, and the answer about proxies.

use std::time::Duration;

use fantoccini::key::Key;

use super::{Talk, text};
use crate::harness::{driver::eventually, process::Running};

/// The texts of the elements on the slide that match a selector.
fn texts(css: &str) -> String {
    format!("[...document.querySelectorAll(`#piece {css}`)].map(({{ innerText }}) => innerText)")
}

#[tokio::test]
async fn a_line_is_sent_by_both_clients_of_the_slide() {
    let (talk, _server) = Talk::start().await;
    talk.open("lang=en#websocket").await;
    let said = format!("{}.join()", texts(".lines li"));
    // A client that has not connected yet sends nothing.
    eventually(async || {
        talk.show("websocket").await;
        talk.until_visible(".saying > button").await;
        talk.click(".saying > button").await;
        talk.show("join").await;
        tokio::time::sleep(Duration::from_secs(2)).await;
        let lines = talk.text(&said).await;
        match ["long-polling", "websocket"]
            .iter()
            .all(|name| lines.contains(name))
        {
            true => Ok(()),
            false => Err(format!("not sent by both: {lines}")),
        }
    })
    .await;
}

/// The milliseconds between the polls of twelve seconds.
const BETWEEN_POLLS: &str = "import('/view/shared/lab.js').then(async ({ listen }) => {
    const sent = [];
    listen(({ wire = [] }) => {
        const polls = wire.filter(({ transport, direction }) => transport === 'polling' && direction === 'up');
        sent.push(...polls.map(({ client_us }) => client_us / 1000));
    });
    await new Promise((done) => setTimeout(done, 12_000));
    return sent.slice(1).map((at, nth) => at - sent[nth]);
})";

/// Browsers throttle the timers of a frame of another origin that they do not render.
#[tokio::test]
async fn a_client_whose_panel_is_not_shown_polls_every_second() {
    let (talk, _server) = Talk::start().await;
    talk.open("lang=en#polling").await;
    talk.until_element("#piece canvas").await;
    let between = talk.read(BETWEEN_POLLS).await;
    let mut between: Vec<f64> = serde_json::from_value(between).expect("numbers");
    between.sort_by(f64::total_cmp);
    assert!(between.len() >= 4, "{between:?}");
    let median = between[between.len() / 2];
    assert!((900.0..1500.0).contains(&median), "{between:?}");
}

#[tokio::test]
async fn the_handshake_shows_both_headers_and_their_sizes_with_the_answer() {
    let (talk, _server) = Talk::start().await;
    talk.open("lang=en#handshake").await;
    // A key and a token.
    let marked = texts(".handshake mark");
    talk.until(&format!("{marked}.length === 2")).await;
    let shown = talk.read(&marked).await;
    let lengths = [text(&shown[0]).len(), text(&shown[1]).len()];
    assert_eq!(lengths, [24, 28], "{shown}");
    let lines = talk.read(&texts(".handshake li code")).await.to_string();
    assert!(
        lines.contains("HTTP/1.1 101 Switching Protocols"),
        "{lines}"
    );
    let sizes = "[...document.querySelectorAll('#piece .amount')].map((size) => size.checkVisibility({ visibilityProperty: true })).join()";
    talk.until(&format!("{sizes} === 'false,false'")).await;
    talk.keys([Key::Right]).await;
    talk.until(&format!("{sizes} === 'true,true'")).await;
}

#[tokio::test]
async fn a_frame_is_shown_next_to_its_tls_record_live_over_https_and_else_recorded() {
    for (scheme, option, of) in [("https", "--tls", "Live"), ("http", "", "Recorded")] {
        let (_server, address) = Running::serve(&format!("--lab --rate 1 {option}"));
        let url = format!("{scheme}://{address}/talk.html?timeout_s=60&lang=en#wss");
        let talk = Talk::at(address).await;
        talk.goto(&url).await;
        let source = "(document.querySelector('#piece .of')?.textContent ?? '')";
        talk.until(&format!("{source}.startsWith('{of}')")).await;
        let shown = "['.tls-record', '.clear'].map((css) => document.querySelector(`#piece ${css}`).textContent)";
        let shown = talk.read(shown).await;
        let [record, clear] = [text(&shown[0]), text(&shown[1])];
        assert!(record.starts_with("17 03 03 00 77 "), "{shown}");
        assert_eq!(record.split_whitespace().count(), 5 + 2 + 100 + 17);
        assert!(clear.starts_with("81 64 { \" s e q \" : "), "{shown}");
        // The same byte is in the same row of both.
        let aligned = "(() => {
            const [clear, record] = ['.clear', '.tls-record'].map((css) => [...document.querySelectorAll(`#piece ${css} span`)]);
            const top = (cell) => cell.getBoundingClientRect().top;
            return clear.length === 102 && clear.every((cell, at) => Math.abs(top(cell) - top(record[at + 5])) < 2);
        })()";
        talk.until(aligned).await;
    }
}
