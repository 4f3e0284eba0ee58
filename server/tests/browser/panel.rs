//! One panel: sending, failures, and its messages to the parent page.

use std::time::Duration;

use crate::harness::process::Running;
use crate::harness::{chromium::Chromium, driver};
use fantoccini::{Locator, key::Key};
use serde_json::{Value, json};
use server::Transport;

const PATIENCE: Duration = Duration::from_secs(60);
/// Appears in HTML only as text, and has multi-byte characters.
const TYPED: &str = "<b>hello</b> & 안녕";

const COUNT_POSTS: &str = "const real = window.fetch; window.posts = 0;
    window.fetch = (url, options) => {
        if (options?.method === 'POST') window.posts += 1;
        return real(url, options);
    };";

/// One panel, opened directly in a browser.
struct Panel(Chromium);

impl Panel {
    async fn open(&self, address: &str, transport: Transport) {
        let url = format!("http://{address}/panel.html?lang=en&interval=200&transport={transport}");
        self.0.client.goto(&url).await.expect("the panel opens");
        self.until(
            "it asks",
            "Number(document.getElementById('requests')?.value) > 0",
        )
        .await;
    }

    async fn run(&self, script: &str, arguments: Vec<Value>) -> Value {
        let result = self.0.client.execute(script, arguments).await;
        result.expect("the script runs")
    }

    /// The value of an expression in the page.
    async fn read(&self, expression: &str) -> Value {
        driver::read(&self.0.client, expression).await
    }

    async fn until(&self, wanted: &str, expression: &str) {
        driver::until(&self.0.client, PATIENCE, wanted, expression).await;
    }

    async fn until_text(&self, element: &str, words: &str) {
        let shown = format!("document.getElementById('{element}').textContent");
        self.until(words, &format!("{shown}.includes({})", json!(words)))
            .await;
    }

    async fn keys(&self, keys: &str) {
        let input = self.0.client.find(Locator::Css("#text")).await;
        let typed = input.expect("a field to type in").send_keys(keys).await;
        typed.expect("the field accepts keys");
    }

    async fn send(&self, text: &str) {
        let fill = "document.getElementById('text').value = arguments[0];";
        self.run(fill, vec![json!(text)]).await;
        self.keys(&Key::Enter.to_string()).await;
    }

    async fn typed(&self) -> Value {
        self.read("document.getElementById('text').value").await
    }
}

#[tokio::test]
async fn sent_text_returns_over_the_panels_transport_and_reaches_the_others() {
    let panel = Panel(Chromium::start().await);
    let (_server, address) = Running::serve(&["--source", "none"]);
    for (nth, transport) in Transport::ALL.into_iter().enumerate() {
        panel.open(&address, transport).await;
        if nth > 0 {
            // The newest update arrives at once: the text that was sent in the previous panel.
            panel.until_text("latest", TYPED).await;
        }
        panel.run(COUNT_POSTS, vec![]).await;
        panel.keys(TYPED).await;
        if transport == Transport::PageRefresh {
            let loads = "Number(document.getElementById('requests').value) >= 3";
            panel.until("the page loaded again", loads).await;
        }
        let focus = panel.read("document.activeElement.id").await;
        assert_eq!(focus, "text", "{transport} moves the focus");
        panel.keys(&Key::Enter.to_string()).await;
        panel.until_text("said", "Round trip").await;
        panel.until_text("latest", TYPED).await;
        assert_eq!(panel.typed().await, "", "{transport}");
        let beside = u64::from(transport != Transport::WebSocket);
        assert_eq!(panel.read("window.posts").await, beside, "{transport}");
    }
}

#[tokio::test]
async fn a_failed_send_shows_the_reason_and_keeps_the_text() {
    let panel = Panel(Chromium::start().await);
    let (server, address) = Running::serve(&["--source", "none"]);
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

    let (_server, _) = Running::serve(&["--bind", &address, "--source", "none"]);
    panel
        .until(
            "an open stream",
            "document.getElementById('connection').textContent === ''",
        )
        .await;
    panel.keys(&Key::Enter.to_string()).await;
    panel.until_text("said", "Round trip").await;
    panel.until_text("connection", "after the disconnect").await;
}

#[tokio::test]
async fn reloading_the_forever_frame_neither_loses_nor_repeats_updates() {
    let panel = Panel(Chromium::start().await);
    let (_server, address) = Running::serve(&["--rate", "1000"]);
    panel.open(&address, Transport::ForeverFrame).await;
    panel
        .until(
            "10,500 updates",
            "Number(document.getElementById('updates').value) > 10_500",
        )
        .await;
    let counters =
        "['requests', 'gaps', 'repeats'].map((id) => Number(document.getElementById(id).value))";
    assert_eq!(panel.read(counters).await, json!([2, 0, 0]));
    assert_eq!(
        panel.read("document.getElementById('cuts')").await,
        Value::Null
    );
}

#[tokio::test]
async fn a_panel_in_a_page_follows_its_messages() {
    let panel = Panel(Chromium::start().await);
    let (_server, address) = Running::serve(&["--rate", "20"]);
    panel.open(&address, Transport::Polling).await;
    // A test page around one panel.
    let around = "document.body.replaceChildren(); window.messages = [];
        addEventListener('message', ({ data }) => messages.push(data));
        window.inner = document.createElement('iframe');
        inner.src = '/panel.html?transport=http-streaming&lang=en&wait=1';
        document.body.append(inner);";
    panel.run(around, vec![]).await;
    panel
        .until(
            "a panel",
            "messages.some(({ ready, height }) => ready && height > 0)",
        )
        .await;
    let say = |message: Value| {
        panel.run(
            "inner.contentWindow.postMessage(arguments[0], '*')",
            vec![message],
        )
    };
    let asked = "inner.contentWindow.performance.getEntriesByType('resource').filter(({ name }) => name.endsWith('/http-streaming')).length + Number(inner.contentDocument.getElementById('requests').value)";

    say(json!({ "lang": "ko", "running": false })).await;
    panel
        .until(
            "Korean",
            "inner.contentDocument.body.innerText.includes('일시 정지됨')",
        )
        .await;
    assert_eq!(panel.read(asked).await, 0, "the panel did not wait");

    say(json!({ "lang": "ko", "running": true, "streams": 3 })).await;
    panel
        .until(
            "updates",
            "Number(inner.contentDocument.getElementById('updates').value) > 5",
        )
        .await;
    until_clients(&panel, "sse", 3).await;
    // Another interval restarts the client at the same position.
    say(json!({ "interval": 300 })).await;
    let number =
        |id: &str| format!("Number(inner.contentDocument.getElementById('{id}')?.value ?? 0)");
    let again = format!("{} === 2 && {} > 15", number("requests"), number("updates"));
    panel.until("a second request", &again).await;
    for fault in ["gaps", "repeats", "cuts"] {
        assert_eq!(panel.read(&number(fault)).await, 0, "{fault}");
    }
    // The answers of an open question.
    let hidden = "['bytes', 'latency', 'requests'].filter((id) => inner.contentDocument.getElementById(id).textContent === '?').join()";
    say(json!({ "hide": ["bytes", "latency"] })).await;
    panel
        .until("hidden numbers", &format!("{hidden} === 'bytes,latency'"))
        .await;
    say(json!({ "hide": [] })).await;
    panel
        .until("all numbers", &format!("{hidden} === ''"))
        .await;
    say(json!({ "streams": 0, "running": false })).await;
    until_clients(&panel, "sse", 0).await;
    until_clients(&panel, "http-streaming", 0).await;
}

/// Waits until the server counts this number of clients of a transport.
async fn until_clients(panel: &Panel, transport: &str, clients: u32) {
    let line = format!("feed_clients{{transport=\"{transport}\"}} {clients}\n");
    let counted = format!(
        "(fetch('/metrics').then((answer) => answer.text()).then((text) => (window.metrics = text)), \
         window.metrics ?? '').includes({})",
        json!(line)
    );
    panel.until(&line, &counted).await;
}
