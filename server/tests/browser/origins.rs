//! The access of pages that a browser loaded under another name, from another origin, or through a
//! proxy.

use std::{
    io::{Read, Write, stderr},
    net::{SocketAddr, TcpStream},
    time::{Duration, Instant},
};

use fantoccini::Client;
use serde_json::{Value, json};

use crate::{
    harness::{chromium::Chromium, process::Running},
    proxy::Proxy,
    without_lab::page::Page,
};

/// Sends requests to `origin` in all the ways that a page has, and returns the results.
async fn attack(page: &Client, origin: &str) -> Value {
    let script = r#"
        const [origin, done] = arguments;
        const ask = (target, options) => fetch(origin + target, options)
            .then((answer) => answer.status, () => "failed");
        const socket = (target) => new Promise((resolve) => {
            const socket = new WebSocket(origin.replace("http", "ws") + target);
            socket.onopen = () => resolve("open");
            socket.onerror = () => resolve("failed");
        });
        const post = { method: "POST", body: "1" };
        const forged = { ...post, headers: { "X-Forwarded-Host": "localhost" } };
        Promise.all([
            ask("/polling?after=0"), ask("/sse"), ask("/lab"), ask("/updates", post),
            ask("/updates", { ...post, mode: "no-cors" }), ask("/updates", forged),
            ask("/lab", { ...post, body: "{}" }), socket("/websocket"), socket("/lab/wire"),
        ]).then(done);
    "#;
    let results = page.execute_async(script, vec![json!(origin)]).await;
    results.expect("the script runs")
}

fn assert_empty(address: &str) {
    let mut stream = TcpStream::connect(address).expect("the server accepts");
    let request = b"GET /polling?after=0 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    stream.write_all(request).expect("the server receives it");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("it is UTF-8");
    assert!(answer.ends_with("\r\n\r\n[]"), "{answer}");
}

/// Opens a document without restrictions and waits until it is loaded.
async fn open(page: &Client, url: &str) {
    page.goto(url).await.expect("the page opens");
    let deadline = Instant::now() + Duration::from_secs(60);
    loop {
        let text = page.execute("return document.body?.innerText", Vec::new());
        match text.await {
            Ok(Value::String(text)) if !text.is_empty() => return,
            _ => assert!(Instant::now() < deadline, "{url} is not loaded"),
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn a_page_with_a_rebound_name_reads_and_publishes_nothing() {
    let browser = Chromium::start().await;
    let (_server, address) = Running::serve(&["--lab", "--source", "none"]);
    let (_, port) = address.split_once(':').expect("a port");
    // This name resolves to 127.0.0.1, so the browser treats the page as being of the server's
    // origin.
    let rebound = format!("http://attacker.test:{port}");
    open(&browser.client, &format!("{rebound}/healthz")).await;
    let results = attack(&browser.client, &rebound).await;
    let rejected = json!([421, 421, 421, 421, 421, 421, 421, "failed", "failed"]);
    assert_eq!(results, rejected);
    assert_empty(&address);
}

#[tokio::test]
async fn a_page_of_another_origin_reads_and_publishes_nothing() {
    let browser = Chromium::start().await;
    let (_server, address) = Running::serve(&["--lab", "--source", "none"]);
    let (_attacker, other) = Running::serve(&["--source", "none"]);
    open(&browser.client, &format!("http://{other}/healthz")).await;
    let results = attack(&browser.client, &format!("http://{address}")).await;
    // A request without CORS is sent, but the page sees status 0.
    let failed = "failed";
    let rejected = [
        failed, failed, failed, failed, "", failed, failed, failed, failed,
    ];
    let rejected = rejected.map(|text| {
        if text.is_empty() {
            json!(0)
        } else {
            json!(text)
        }
    });
    assert_eq!(results, json!(rejected));
    assert_empty(&address);
}

async fn assert_page_works_through(start: fn(SocketAddr) -> Result<Proxy, String>) {
    let options = [
        "--allowed-host",
        "feed.test",
        "--trusted-proxy",
        "127.0.0.1",
    ];
    let (_server, address) = Running::serve(&[&["--rate", "8"], &options[..]].concat());
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
    browser.client.goto(&url).await.expect("the page opens");
    let page = Page(&browser.client);
    page.until("20 updates", |panel| panel.updates >= 20 && panel.gaps == 0)
        .await;
    let script = r#"
        const [done] = arguments;
        fetch("/updates", { method: "POST", body: "1" }).then(({ status }) => done(status));
    "#;
    let posted = browser.client.execute_async(script, Vec::new()).await;
    assert_eq!(posted.expect("the script runs"), 201);
}

#[tokio::test]
async fn the_page_works_through_nginx() {
    assert_page_works_through(Proxy::nginx).await;
}

#[tokio::test]
async fn the_page_works_through_haproxy() {
    assert_page_works_through(Proxy::haproxy).await;
}
