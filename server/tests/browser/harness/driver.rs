//! Functions of chromedriver beyond WebDriver: the DevTools Protocol and logs.

#![allow(dead_code, reason = "not every test uses all functions")]

use std::time::{Duration, Instant};

use fantoccini::{Client, wd::WebDriverCompatibleCommand};
use serde_json::{Value, json};
use url::{ParseError, Url};

/// Sends a command of the Chrome DevTools Protocol.
pub async fn devtools(client: &Client, command: &str, parameters: Value) -> Value {
    let body = json!({ "cmd": command, "params": parameters });
    issue(client, "goog/cdp/execute", body).await
}

/// The entries of a log since the last call: "browser" (its console) or "performance".
pub async fn log(client: &Client, kind: &str) -> Vec<Value> {
    let entries = issue(client, "se/log", json!({ "type": kind })).await;
    entries.as_array().expect("a list of entries").clone()
}

async fn issue(client: &Client, path: &'static str, body: Value) -> Value {
    let answer = client.issue_cmd(Command { path, body }).await;
    answer.unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The value of an expression in the page; a promise is awaited.
pub async fn read(client: &Client, expression: &str) -> Value {
    let read = client
        .execute(&format!("return {expression}"), vec![])
        .await;
    read.unwrap_or_else(|error| panic!("{expression}: {error}"))
}

/// Waits until an expression is true. A failure shows the text of the page.
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
