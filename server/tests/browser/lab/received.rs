//! All eight transports receive every update, from no other origin, in both languages.

use std::collections::HashSet;

use fantoccini::key::Key;
use serde_json::{Value, json};

use super::{Lab, TRANSPORTS};
use crate::harness::driver;

#[tokio::test]
async fn all_eight_transports_receive_over_their_own_ports_only() {
    let lab = Lab::watched(&["--rate", "5"], "lang=en").await;
    let panels = lab
        .until_panels("40 updates", |panel| panel.updates >= 40)
        .await;
    let ports: HashSet<_> = panels.iter().map(|panel| &panel.port).collect();
    assert_eq!(ports.len(), 8, "each has its own port");
    for (transport, panel) in TRANSPORTS.iter().zip(&panels) {
        assert_eq!((panel.gaps, panel.repeats), (0, 0), "{transport}");
        let follows = panel.seqs.is_sorted_by(|newer, older| *newer == older + 1);
        assert!(follows && !panel.seqs.is_empty(), "{panel:#?}");
    }
    let row = |name: &str, key: &str| {
        let css = format!("[data-transport='{name}'] data.{key}");
        format!("parseFloat(document.querySelector(\"{css}\").textContent.replaceAll(',', ''))")
    };
    for transport in TRANSPORTS {
        let name = transport.name();
        for key in ["overhead", "latency", "p99", "requests", "connections"] {
            let shown = lab.number(&row(name, key)).await;
            assert!(shown > 0.0, "{name}: {key} is {shown}");
        }
        // The panel's requests: one poll for each update, or one request in total.
        let requests = lab.number(&row(name, "requests")).await;
        let each = match name {
            "long-polling" => requests >= 40.0,
            "page-refresh" | "polling" | "hidden-frame" => requests >= 4.0,
            _ => requests == 1.0,
        };
        assert!(each, "{name} has sent {requests} requests");
    }
    lab.until(
        "the comparison in words",
        "/^Per update, long polling adds \\d/.test(document.getElementById('ratio').textContent)",
    )
    .await;
    assert_only_own_requests(&lab).await;
}

/// The browser's console is empty, and all requests went to this server, with the scheme of the
/// page.
pub async fn assert_only_own_requests(lab: &Lab) {
    let schemes = match lab.scheme {
        "https" => ["https", "wss"],
        _ => ["http", "ws"],
    };
    let console = driver::log(&lab.browser.client, "browser").await;
    assert!(console.is_empty(), "in the console: {console:#?}");
    let mut asked = 0;
    for entry in driver::log(&lab.browser.client, "performance").await {
        let message: Value =
            serde_json::from_str(entry["message"].as_str().expect("text")).expect("JSON");
        let (method, params) = (&message["message"]["method"], &message["message"]["params"]);
        let url = match method.as_str() {
            Some("Network.requestWillBeSent") => &params["request"]["url"],
            Some("Network.webSocketCreated") => &params["url"],
            _ => continue,
        };
        let url = url.as_str().expect("text");
        // The browser's own empty tab before the page was opened.
        if ["data:", "about:", "chrome:"]
            .iter()
            .any(|own| url.starts_with(own))
        {
            continue;
        }
        let here = url.split_once("://").is_some_and(|(scheme, rest)| {
            schemes.contains(&scheme) && rest.starts_with("127.0.0.1:")
        });
        assert!(here, "the page requested {url}");
        asked += 1;
    }
    assert!(asked > 100, "the log of requests has {asked}");
}

/// Whether this is a key such as `when.now`, which is shown if its translation is missing.
fn is_key(word: &str) -> bool {
    let mut parts = word.split('.');
    let name = |part: &str| {
        part.starts_with(|first: char| first.is_ascii_lowercase())
            && part
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
    };
    word.contains('.') && parts.all(name)
}

fn is_korean(text: &str) -> bool {
    text.contains(|c: char| ('가'..='힣').contains(&c))
}

#[tokio::test]
async fn the_language_can_be_switched_in_place_and_by_url() {
    let lab = Lab::open(&["--rate", "5"], "lang=ko&show=pair").await;
    assert_language(&lab, "ko").await;
    let before = lab.updates(server::Transport::WebSocket).await;
    lab.press("#language").await;
    assert_language(&lab, "en").await;
    assert!(lab.text("location.search").await.contains("lang=en"));
    // In place: the panels have not been reloaded.
    assert!(lab.updates(server::Transport::WebSocket).await >= before);
    lab.press("#language").await;
    assert_language(&lab, "ko").await;
    lab.goto("lang=en").await;
    assert_language(&lab, "en").await;
}

/// The page, the description of a fault, an opened arrow, and the panels are in this language.
async fn assert_language(lab: &Lab, lang: &str) {
    lab.until(
        &format!("words of {lang}"),
        &format!("document.documentElement.lang === '{lang}' && document.getElementById('ratio').textContent !== ''"),
    )
    .await;
    lab.focus("[data-transport='websocket'] canvas").await;
    lab.keys(&[Key::Left, Key::Enter]).await;
    lab.until("an open dialog", "document.getElementById('bytes').open")
        .await;
    let words = lab.run(include_str!("words.js"), vec![]).await;
    lab.keys(&[Key::Escape]).await;
    let mut words: Vec<String> = serde_json::from_value(words).expect("a list of texts");
    let panels = lab.until_panels(lang, |panel| panel.lang == lang).await;
    words.extend(panels.into_iter().flat_map(|panel| panel.words));
    let missing = words
        .iter()
        .flat_map(|text| text.split_whitespace())
        .find(|word| is_key(word));
    assert_eq!(missing, None, "a key without a translation is shown");
    let korean = words.iter().filter(|text| is_korean(text)).count();
    match lang {
        "ko" => assert!(korean > 100, "{korean} Korean texts among {words:#?}"),
        // The button that switches to Korean.
        _ => assert_eq!(
            korean,
            1,
            "{:#?}",
            words
                .iter()
                .filter(|text| is_korean(text))
                .collect::<Vec<_>>()
        ),
    }
    assert_eq!(
        lab.read("document.getElementById('bytes').open").await,
        json!(false)
    );
}
