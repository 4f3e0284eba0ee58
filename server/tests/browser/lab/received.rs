//! All eight transports receive every update, from no other origin, in both languages.

use std::collections::HashSet;

use fantoccini::key::Key;
use serde_json::{Value, json};
use server::Transport;

use super::Lab;
use crate::without_lab::page::is_key;

/// Waits until each panel has this number of updates over its own port, without loss.
async fn receive(lab: &Lab, updates: u64) {
    let panels = lab.until_panels(|panel| panel.updates >= updates).await;
    let ports: HashSet<_> = panels.iter().map(|panel| &panel.port).collect();
    assert_eq!(ports.len(), 8, "each has its own port");
    for panel in &panels {
        assert_eq!((panel.gaps, panel.repeats), (0, 0), "{panel:#?}");
        let follows = panel.seqs.is_sorted_by(|newer, older| *newer == older + 1);
        assert!(follows && !panel.seqs.is_empty(), "{panel:#?}");
    }
}

#[tokio::test]
async fn all_eight_transports_receive_over_their_own_ports_only() {
    let lab = Lab::watched("--rate 5", "lang=en").await;
    receive(&lab, 40).await;
    let row = |name: &str, key: &str| {
        let css = format!("[data-transport='{name}'] data.{key}");
        format!("parseFloat(document.querySelector(\"{css}\").textContent.replaceAll(',', ''))")
    };
    for transport in Transport::ALL {
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
    // The comparison in words.
    lab.until(
        "/^Per update, long polling adds \\d/.test(document.getElementById('ratio').textContent)",
    )
    .await;
    assert_only_own_requests(&lab, ["http", "ws"]).await;
}

#[tokio::test]
async fn all_panels_receive_over_https_and_the_page_counts_the_records() {
    let lab = Lab::watched("--rate 5 --tls", "lang=en").await;
    let page = "performance.getEntriesByType('navigation')[0].nextHopProtocol";
    assert_eq!(lab.read(page).await, "h2");
    receive(&lab, 20).await;
    for transport in Transport::ALL {
        let own = "return [location.protocol, isSecureContext]";
        let own = lab.run_in(transport, own).await;
        assert_eq!(own, Some(json!(["https:", true])), "{transport}");
    }
    // The 2 bytes of the frame header, and the 22 of the record.
    let around = "document.querySelector(\"[data-transport='websocket'] data.without\")";
    lab.until(&format!("{around}.textContent.startsWith('24')"))
        .await;
    assert_only_own_requests(&lab, ["https", "wss"]).await;
}

/// The browser's console is empty, and all requests went to this server with these schemes.
async fn assert_only_own_requests(lab: &Lab, schemes: [&str; 2]) {
    let console = lab.log("browser").await;
    assert!(console.is_empty(), "in the console: {console:#?}");
    let mut asked = 0;
    for entry in lab.log("performance").await {
        let message = entry["message"].as_str().expect("text");
        let message: Value = serde_json::from_str(message).expect("JSON");
        let (method, params) = (&message["message"]["method"], &message["message"]["params"]);
        let url = match method.as_str() {
            Some("Network.requestWillBeSent") => &params["request"]["url"],
            Some("Network.webSocketCreated") => &params["url"],
            _ => continue,
        };
        let url = url.as_str().expect("text");
        // The browser's own empty tab before the page was opened.
        let own = ["data:", "about:", "chrome:"];
        if own.iter().any(|own| url.starts_with(own)) {
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

fn is_korean(text: &str) -> bool {
    text.contains(|c: char| ('가'..='힣').contains(&c))
}

#[tokio::test]
async fn the_language_can_be_switched_in_place_and_by_url() {
    let lab = Lab::open("--rate 5", "lang=ko&show=pair").await;
    assert_language(&lab, "ko").await;
    let before = lab.updates(Transport::WebSocket).await;
    lab.press("#language").await;
    assert_language(&lab, "en").await;
    assert!(lab.text("location.search").await.contains("lang=en"));
    // In place: the panels have not been reloaded.
    assert!(lab.updates(Transport::WebSocket).await >= before);
    lab.press("#language").await;
    assert_language(&lab, "ko").await;
    lab.visit("lang=en").await;
    assert_language(&lab, "en").await;
}

/// The page, the description of a fault, an opened arrow, and the panels are in this language.
async fn assert_language(lab: &Lab, lang: &str) {
    lab.until(&format!("document.documentElement.lang === '{lang}'"))
        .await;
    lab.until("document.getElementById('ratio').textContent !== ''")
        .await;
    let row = "[data-transport='websocket'] canvas";
    lab.keys_at(row, [Key::Left, Key::Enter]).await;
    let is_open = "document.getElementById('bytes').open";
    lab.until(is_open).await;
    let words = lab.run(include_str!("words.js")).await;
    lab.keys([Key::Escape]).await;
    let mut words: Vec<String> = serde_json::from_value(words).expect("a list of texts");
    let panels = lab.until_panels(|panel| panel.lang == lang).await;
    words.extend(panels.into_iter().flat_map(|panel| panel.words));
    let mut each = words.iter().flat_map(|text| text.split_whitespace());
    let missing = each.find(|word| is_key(word));
    assert_eq!(missing, None, "a key without a translation is shown");
    let korean: Vec<_> = words.iter().filter(|text| is_korean(text)).collect();
    match lang {
        "ko" => assert!(korean.len() > 100, "{korean:?} among {words:#?}"),
        // The button that switches to Korean.
        _ => assert_eq!(korean.len(), 1, "{korean:#?}"),
    }
    assert_eq!(lab.read(is_open).await, false);
}
