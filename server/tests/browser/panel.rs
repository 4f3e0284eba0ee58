//! One panel: sending, failures, and its messages to the parent page.

use std::ops::Deref;

use fantoccini::{Locator, key::Key};
use serde_json::{Value, json};
use server::Transport;

use crate::harness::{chromium::Chromium, process::Running};

/// Appears in HTML only as text, and has multi-byte characters.
const TYPED: &str = "<b>hello</b> & 안녕";

const COUNT_POSTS: &str = "const real = window.fetch; window.posts = 0;
    window.fetch = (url, options) => {
        if (options?.method === 'POST') window.posts += 1;
        return real(url, options);
    };";

/// One panel, opened directly in a browser.
struct Panel(Chromium);

impl Deref for Panel {
    type Target = Chromium;

    fn deref(&self) -> &Chromium {
        &self.0
    }
}

impl Panel {
    async fn start() -> Self {
        Self(Chromium::start().await)
    }

    async fn open(&self, address: &str, transport: Transport) {
        let query = format!("lang=en&interval=200&transport={transport}");
        self.goto(&format!("http://{address}/panel.html?{query}"))
            .await;
        self.until("Number(document.getElementById('requests')?.value) > 0")
            .await;
    }

    async fn until_text(&self, element: &str, words: &str) {
        let shown = format!("document.getElementById('{element}').textContent");
        self.until(&format!("{shown}.includes({})", json!(words)))
            .await;
    }

    /// Types into the field of the panel.
    async fn type_keys(&self, keys: &str) {
        let input = self.client.find(Locator::Css("#text")).await;
        let typed = input.expect("a field to type in").send_keys(keys).await;
        typed.expect("the field accepts keys");
    }

    async fn press_enter(&self) {
        self.type_keys(&Key::Enter.to_string()).await;
    }

    async fn send(&self, text: &str) {
        let value = json!(text);
        self.run(&format!("document.getElementById('text').value = {value}"))
            .await;
        self.press_enter().await;
    }

    async fn typed(&self) -> Value {
        self.read("document.getElementById('text').value").await
    }

    /// Waits until the server counts this number of clients of a transport.
    async fn until_clients(&self, transport: &str, clients: u32) {
        let line = format!("feed_clients{{transport=\"{transport}\"}} {clients}\n");
        let metrics = "fetch('/metrics').then((answer) => answer.text())";
        let counted = format!("(text) => text.includes({})", json!(line));
        self.until(&format!("{metrics}.then({counted})")).await;
    }
}

#[tokio::test]
async fn sent_text_returns_over_the_panels_transport_and_reaches_the_others() {
    let panel = Panel::start().await;
    let (_server, address) = Running::serve("--source none");
    for (nth, transport) in Transport::ALL.into_iter().enumerate() {
        panel.open(&address, transport).await;
        if nth > 0 {
            // The newest update arrives at once: the text that was sent in the previous panel.
            panel.until_text("latest", TYPED).await;
        }
        panel.run(COUNT_POSTS).await;
        panel.type_keys(TYPED).await;
        if transport == Transport::PageRefresh {
            // The page has loaded again.
            panel
                .until("Number(document.getElementById('requests').value) >= 3")
                .await;
        }
        let focus = panel.read("document.activeElement.id").await;
        assert_eq!(focus, "text", "{transport} moves the focus");
        panel.press_enter().await;
        panel.until_text("said", "Round trip").await;
        panel.until_text("latest", TYPED).await;
        assert_eq!(panel.typed().await, "", "{transport}");
        let beside = u64::from(transport != Transport::WebSocket);
        assert_eq!(panel.read("window.posts").await, beside, "{transport}");
    }
}

#[tokio::test]
async fn a_failed_send_shows_the_reason_and_keeps_the_text() {
    let panel = Panel::start().await;
    let (server, address) = Running::serve("--source none");
    let too_long = "a".repeat(64 * 1024);
    for (transport, why) in [
        (Transport::LongPolling, "longer than 65536 bytes"),
        (Transport::WebSocket, "(code 1009)"),
    ] {
        panel.open(&address, transport).await;
        panel.send(&too_long).await;
        panel.until_text("said", why).await;
        assert_eq!(panel.typed().await, too_long, "{transport}");
    }

    panel.open(&address, Transport::HttpStreaming).await;
    drop(server);
    panel.until_text("connection", "disconnected").await;
    panel.send(TYPED).await;
    panel.until_text("said", "was not reached").await;
    assert_eq!(panel.typed().await, TYPED);

    let (_server, _) = Running::serve(&format!("--bind {address} --source none"));
    panel
        .until("document.getElementById('connection').textContent === ''")
        .await;
    panel.press_enter().await;
    panel.until_text("said", "Round trip").await;
    panel.until_text("connection", "after the disconnect").await;
}

#[tokio::test]
async fn reloading_the_forever_frame_neither_loses_nor_repeats_updates() {
    let panel = Panel::start().await;
    let (_server, address) = Running::serve("--rate 1000");
    panel.open(&address, Transport::ForeverFrame).await;
    panel
        .until("Number(document.getElementById('updates').value) > 10_500")
        .await;
    let counters =
        "['requests', 'gaps', 'repeats'].map((id) => Number(document.getElementById(id).value))";
    assert_eq!(panel.read(counters).await, json!([2, 0, 0]));
    let cuts = panel.read("document.getElementById('cuts')").await;
    assert_eq!(cuts, Value::Null);
}

#[tokio::test]
async fn a_panel_in_a_page_follows_its_messages() {
    let panel = Panel::start().await;
    let (_server, address) = Running::serve("--rate 20");
    panel.open(&address, Transport::Polling).await;
    // A test page around one panel.
    let around = "document.body.replaceChildren(); window.messages = [];
        addEventListener('message', ({ data }) => messages.push(data));
        window.inner = document.createElement('iframe');
        inner.src = '/panel.html?transport=http-streaming&lang=en&wait=1';
        document.body.append(inner);";
    panel.run(around).await;
    panel
        .until("messages.some(({ ready, height }) => ready && height > 0)")
        .await;
    let say = async |message: Value| {
        let post = format!("inner.contentWindow.postMessage({message}, '*')");
        panel.run(&post).await;
    };
    let number =
        |id: &str| format!("Number(inner.contentDocument.getElementById('{id}')?.value ?? 0)");
    let (requests, updates) = (number("requests"), number("updates"));

    say(json!({ "lang": "ko", "running": false })).await;
    panel
        .until("inner.contentDocument.body.innerText.includes('일시 정지됨')")
        .await;
    let loaded = "inner.contentWindow.performance.getEntriesByType('resource')";
    let streams = format!("{loaded}.filter(({{ name }}) => name.endsWith('/http-streaming'))");
    let asked = format!("{streams}.length + {requests}");
    assert_eq!(panel.read(&asked).await, 0, "the panel did not wait");

    say(json!({ "lang": "ko", "running": true, "streams": 3 })).await;
    panel.until(&format!("{updates} > 5")).await;
    panel.until_clients("sse", 3).await;
    // Another interval restarts the client at the same position.
    say(json!({ "interval": 300 })).await;
    let again = format!("{requests} === 2 && {updates} > 15");
    panel.until(&again).await;
    for fault in ["gaps", "repeats", "cuts"] {
        assert_eq!(panel.read(&number(fault)).await, 0, "{fault}");
    }
    // The answers of an open question.
    let is_hidden = "(id) => inner.contentDocument.getElementById(id).textContent === '?'";
    let hidden = format!("['bytes', 'latency', 'requests'].filter({is_hidden}).join()");
    say(json!({ "hide": ["bytes", "latency"] })).await;
    panel.until(&format!("{hidden} === 'bytes,latency'")).await;
    say(json!({ "hide": [] })).await;
    panel.until(&format!("{hidden} === ''")).await;
    say(json!({ "streams": 0, "running": false })).await;
    panel.until_clients("sse", 0).await;
    panel.until_clients("http-streaming", 0).await;
}
