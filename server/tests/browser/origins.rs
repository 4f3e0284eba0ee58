//! The access of pages that a browser loaded under another name, from another origin, or through a
//! proxy.

use std::{
    io::{Write, stderr},
    net::SocketAddr,
};

use serde_json::{Value, json};

use crate::{
    harness::{
        chromium::Chromium,
        process::{Running, ask},
    },
    proxy::Proxy,
    without_lab::page::Page,
};

/// Sends requests to `origin` in all the ways that a page has, and returns the results.
async fn attack(page: &Chromium, origin: &str) -> Value {
    let script = r#"
        const ask = (target, options) => fetch(origin + target, options)
            .then((answer) => answer.status, () => "failed");
        const socket = (target) => new Promise((resolve) => {
            const socket = new WebSocket(origin.replace("http", "ws") + target);
            socket.onopen = () => resolve("open");
            socket.onerror = () => resolve("failed");
        });
        const post = { method: "POST", body: "1" };
        const forged = { ...post, headers: { "X-Forwarded-Host": "localhost" } };
        return Promise.all([
            ask("/polling?after=0"), ask("/sse"), ask("/lab"), ask("/updates", post),
            ask("/updates", { ...post, mode: "no-cors" }), ask("/updates", forged),
            ask("/lab", { ...post, body: "{}" }), socket("/websocket"), socket("/lab/wire"),
        ]);
    "#;
    let origin = json!(origin);
    page.run(&format!("const origin = {origin}; {script}"))
        .await
}

/// The server has no updates.
fn assert_empty(address: &str) {
    assert_eq!(ask(address, "GET", "/polling?after=0", ""), "[]");
}

/// Opens a document without restrictions and waits until it is loaded.
async fn open(page: &Chromium, origin: &str) {
    page.goto(&format!("{origin}/healthz")).await;
    page.until("document.body?.innerText > ''").await;
}

#[tokio::test]
async fn a_page_with_a_rebound_name_reads_and_publishes_nothing() {
    let page = Chromium::start().await;
    let (_server, address) = Running::serve("--lab --source none");
    let (_, port) = address.split_once(':').expect("a port");
    // This name resolves to 127.0.0.1, so the browser treats the page as being of the server's
    // origin.
    let rebound = format!("http://attacker.test:{port}");
    open(&page, &rebound).await;
    let results = attack(&page, &rebound).await;
    let rejected = json!([421, 421, 421, 421, 421, 421, 421, "failed", "failed"]);
    assert_eq!(results, rejected);
    assert_empty(&address);
}

#[tokio::test]
async fn a_page_of_another_origin_reads_and_publishes_nothing() {
    let page = Chromium::start().await;
    let (_server, address) = Running::serve("--lab --source none");
    let (_attacker, other) = Running::serve("--source none");
    open(&page, &format!("http://{other}")).await;
    let results = attack(&page, &format!("http://{address}")).await;
    // A request without CORS is sent, but the page sees status 0.
    let failed = "failed";
    let rejected = json!([
        failed, failed, failed, failed, 0, failed, failed, failed, failed
    ]);
    assert_eq!(results, rejected);
    assert_empty(&address);
}

async fn assert_page_works_through(start: fn(SocketAddr) -> Result<Proxy, String>) {
    let options = "--rate 8 --allowed-host feed.test --trusted-proxy 127.0.0.1";
    let (_server, address) = Running::serve(options);
    let proxy = match start(address.parse().expect("an address")) {
        Ok(proxy) => proxy,
        Err(why) => {
            assert!(std::env::var_os("CI").is_none(), "skipped in CI: {why}");
            let _ = writeln!(stderr(), "skipped: {why}");
            return;
        }
    };
    let browser = Chromium::start().await;
    let url = format!("http://feed.test:{}/?lang=en", proxy.address.port());
    browser.goto(&url).await;
    let page = Page(&browser);
    page.until("20 updates", |panel| panel.updates >= 20 && panel.gaps == 0)
        .await;
    let post = "fetch('/updates', { method: 'POST', body: '1' }).then(({ status }) => status)";
    assert_eq!(browser.read(post).await, 201);
}

#[tokio::test]
async fn the_page_works_through_nginx() {
    assert_page_works_through(Proxy::nginx).await;
}

#[tokio::test]
async fn the_page_works_through_haproxy() {
    assert_page_works_through(Proxy::haproxy).await;
}
