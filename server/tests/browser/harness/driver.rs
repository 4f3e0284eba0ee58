//! What chromedriver can do beyond WebDriver: speak the browser's own protocol, tell its logs.

#![allow(dead_code, reason = "each test takes what it needs")]

use std::time::{Duration, Instant};

use fantoccini::{Client, wd::WebDriverCompatibleCommand};
use serde_json::{Value, json};
use url::{ParseError, Url};

/// Sends a command of the Chrome DevTools Protocol.
pub async fn devtools(client: &Client, command: &str, parameters: Value) -> Value {
    let body = json!({ "cmd": command, "params": parameters });
    issue(client, "goog/cdp/execute", body).await
}

/// What a log has kept since it was read last: "browser" (its console) or "performance".
pub async fn log(client: &Client, kind: &str) -> Vec<Value> {
    let entries = issue(client, "se/log", json!({ "type": kind })).await;
    entries.as_array().expect("a list of entries").clone()
}

async fn issue(client: &Client, path: &'static str, body: Value) -> Value {
    let answer = client.issue_cmd(Command { path, body }).await;
    answer.unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// What an expression is in the page, or what it promises.
pub async fn read(client: &Client, expression: &str) -> Value {
    let read = client
        .execute(&format!("return {expression}"), vec![])
        .await;
    read.unwrap_or_else(|error| panic!("{expression}: {error}"))
}

/// Waits until an expression holds, or fails with what the page shows instead.
pub async fn until(client: &Client, patience: Duration, wanted: &str, expression: &str) {
    let start = Instant::now();
    while read(client, expression).await != json!(true) {
        if start.elapsed() > patience {
            let shown = read(client, "document.body?.innerText").await;
            panic!("without {wanted}: {shown}");
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[derive(Debug)]
struct Command {
    path: &'static str,
    body: Value,
}

impl WebDriverCompatibleCommand for Command {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        let session = session.expect("there is a session");
        base.join(&format!("session/{session}/{}", self.path))
    }

    fn method_and_body(&self, _: &Url) -> (http::Method, Option<String>) {
        (http::Method::POST, Some(self.body.to_string()))
    }
}
