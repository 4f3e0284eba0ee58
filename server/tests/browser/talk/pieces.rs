//! Single slides: both directions, the handshake, TLS, and the answer about proxies.

use std::time::{Duration, Instant};

use fantoccini::key::Key;

use super::{PATIENCE, Talk, in_row};
use crate::harness::{driver::read, process::Running};

const PROXY: &str =
    "fetch('/lab').then((answer) => answer.json()).then(({ panels }) => panels[7].proxy)";

/// The texts of the elements on the slide that match a selector.
fn text(css: &str) -> String {
    format!("[...document.querySelectorAll(`#piece {css}`)].map(({{ innerText }}) => innerText)")
}

#[tokio::test]
async fn a_line_is_sent_by_both_clients_of_the_slide() {
    let (talk, _server) = Talk::start().await;
    talk.open("lang=en#websocket").await;
    let send = "document.querySelector('.saying > button')";
    talk.until("the button", &format!("{send}?.checkVisibility() === true"))
        .await;
    // A client that has not connected yet sends nothing.
    let said =
        "[...document.querySelectorAll('.lines li')].map(({ innerText }) => innerText).join()";
    let start = Instant::now();
    loop {
        read(talk.client(), &format!("{send}.click()")).await;
        talk.show("join").await;
        tokio::time::sleep(Duration::from_secs(2)).await;
        let lines = read(talk.client(), said).await.to_string();
        if lines.contains("long-polling") && lines.contains("websocket") {
            break;
        }
        assert!(start.elapsed() < PATIENCE, "not sent by both: {lines}");
        talk.show("websocket").await;
        talk.until("the button", &format!("{send}?.checkVisibility() === true"))
            .await;
    }
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
    talk.until("a row", "document.querySelector('#piece canvas') !== null")
        .await;
    let between = read(talk.client(), BETWEEN_POLLS).await;
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
    let marked = text(".handshake mark");
    talk.until("a key and a token", &format!("{marked}.length === 2"))
        .await;
    let shown = read(talk.client(), &marked).await;
    let length = |nth: usize| shown[nth].as_str().expect("a text").len();
    assert_eq!((length(0), length(1)), (24, 28), "{shown}");
    let lines = read(talk.client(), &text(".handshake li code"))
        .await
        .to_string();
    assert!(
        lines.contains("HTTP/1.1 101 Switching Protocols"),
        "{lines}"
    );
    let sizes = "[...document.querySelectorAll('#piece .amount')].map((size) => size.checkVisibility({ visibilityProperty: true })).join()";
    talk.until("no sizes", &format!("{sizes} === 'false,false'"))
        .await;
    talk.press(Key::Right.into()).await;
    talk.until("the sizes", &format!("{sizes} === 'true,true'"))
        .await;
}

#[tokio::test]
async fn a_frame_is_shown_next_to_its_tls_record_live_over_https_and_else_recorded() {
    for (scheme, option, of) in [("https", "--tls", "Live"), ("http", "--rate=1", "Recorded")] {
        let (_server, address) = Running::serve(&["--lab", option]);
        let talk = Talk::at(address).await;
        let url = format!(
            "{scheme}://{}/talk.html?timeout_s=60&lang=en#wss",
            talk.address
        );
        talk.client().goto(&url).await.expect("the talk opens");
        let source = "document.querySelector('#piece .of')?.textContent ?? ''";
        talk.until("a record", &format!("({source}).startsWith('{of}')"))
            .await;
        let shown = "['.tls-record', '.clear'].map((css) => document.querySelector(`#piece ${css}`).textContent)";
        let shown = read(talk.client(), shown).await;
        let text = |nth: usize| shown[nth].as_str().expect("a text");
        assert!(text(0).starts_with("17 03 03 00 77 "), "{shown}");
        assert_eq!(text(0).split_whitespace().count(), 5 + 2 + 100 + 17);
        assert!(text(1).starts_with("81 64 { \" s e q \" : "), "{shown}");
        // The same byte is in the same row of both.
        let aligned = "(() => {
            const [clear, record] = ['.clear', '.tls-record'].map((css) => [...document.querySelectorAll(`#piece ${css} span`)]);
            const top = (cell) => cell.getBoundingClientRect().top;
            return clear.length === 102 && clear.every((cell, at) => Math.abs(top(cell) - top(record[at + 5])) < 2);
        })()";
        talk.until("aligned bytes", aligned).await;
    }
}

#[tokio::test]
async fn the_answer_about_proxies_switches_the_proxy_on() {
    let (talk, _server) = Talk::start().await;
    talk.open("lang=en#ports").await;
    talk.until("updates by WebSocket", &in_row("2 B")).await;
    assert!(read(talk.client(), PROXY).await.is_null());
    talk.press(Key::Right.into()).await;
    talk.until("that it is refused", &in_row("refused: 400"))
        .await;
    // The forever frame is loaded again, and does not wait for 20 s of silence.
    let others = "[...document.querySelectorAll('#piece .row')].filter(({ innerText }) => /\\d+ B/.test(innerText)).length";
    talk.until("the other seven", &format!("{others} === 7"))
        .await;
}
