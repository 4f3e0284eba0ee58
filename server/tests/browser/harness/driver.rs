//! What a test does with a page: it opens it, presses keys, and reads it.

use std::time::{Duration, Instant};

use fantoccini::{
    actions::{InputSource, KeyAction, KeyActions},
    wd::WebDriverCompatibleCommand,
};
use serde_json::{Value, json};
use url::{ParseError, Url};

use super::chromium::Chromium;

/// The time limit for a condition.
const PATIENCE: Duration = Duration::from_secs(90);

/// Repeats an attempt until it succeeds. A failure shows its last error.
pub async fn eventually<T>(mut attempt: impl AsyncFnMut() -> Result<T, String>) -> T {
    let start = Instant::now();
    loop {
        match attempt().await {
            Ok(value) => return value,
            Err(error) => assert!(start.elapsed() < PATIENCE, "{error}"),
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

impl Chromium {
    pub async fn goto(&self, url: &str) {
        self.client.goto(url).await.expect("the page opens");
    }

    /// The result of a script in the page; a promise is awaited.
    pub async fn run(&self, script: &str) -> Value {
        let result = self.client.execute(script, vec![]).await;
        result.unwrap_or_else(|error| panic!("{script}: {error}"))
    }

    /// The value of an expression in the page; a promise is awaited.
    pub async fn read(&self, expression: &str) -> Value {
        self.run(&format!("return {expression}")).await
    }

    pub async fn number(&self, expression: &str) -> f64 {
        let value = self.read(expression).await;
        let number = value.as_f64();
        number.unwrap_or_else(|| panic!("{expression} is {value}"))
    }

    pub async fn text(&self, expression: &str) -> String {
        match self.read(expression).await {
            Value::String(text) => text,
            value => panic!("{expression} is {value}"),
        }
    }

    /// Waits until an expression is true. A failure shows the text of the page.
    pub async fn until(&self, expression: &str) {
        let start = Instant::now();
        while self.read(expression).await != true {
            if start.elapsed() > PATIENCE {
                let shown = self.read("[location.href, document.body?.innerText]").await;
                panic!("not true: {expression}, but {shown}");
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Waits until there is an element.
    pub async fn until_element(&self, css: &str) {
        let element = format!("document.querySelector({})", json!(css));
        self.until(&format!("{element} !== null")).await;
    }

    /// Waits until a part of the server's state of the lab equals `wanted`.
    pub async fn until_lab(&self, part: &str, wanted: Value) {
        let is = format!("JSON.stringify(lab.{part}) === JSON.stringify({wanted})");
        let state = "fetch('/lab').then((answer) => answer.json())";
        self.until(&format!("{state}.then((lab) => {is})")).await;
    }

    /// Sends JSON to the server as the page.
    pub async fn post(&self, target: &str, body: Value) {
        let json = "'Content-Type': 'application/json'";
        let options =
            format!("{{ method: 'POST', headers: {{ {json} }}, body: JSON.stringify({body}) }}");
        let sent = format!("fetch('{target}', {options}).then(({{ ok }}) => ok)");
        assert_eq!(self.read(&sent).await, true, "{target}: {body}");
    }

    /// Presses keys one after the other at the current focus.
    pub async fn keys(&self, keys: impl IntoIterator<Item: Into<char>>) {
        let press = |actions: KeyActions, value| {
            let pressed = actions.then(KeyAction::Down { value });
            pressed.then(KeyAction::Up { value })
        };
        let keys = keys.into_iter().map(Into::into);
        let actions = keys.fold(KeyActions::new("keys".into()), press);
        let done = self.client.perform_actions(actions).await;
        done.expect("keys can be pressed");
    }

    pub async fn focus(&self, css: &str) {
        let element = format!("document.querySelector({})", json!(css));
        let focus = format!("{element}.focus(); return document.activeElement === {element}");
        assert_eq!(self.run(&focus).await, true, "{css} takes no focus");
    }

    /// Clicks an element by a script.
    pub async fn click(&self, css: &str) {
        let element = format!("document.querySelector({})", json!(css));
        self.run(&format!("{element}.click()")).await;
    }

    /// Presses keys at an element.
    pub async fn keys_at(&self, css: &str, keys: impl IntoIterator<Item: Into<char>>) {
        self.focus(css).await;
        self.keys(keys).await;
    }

    /// Presses a button with the space bar.
    pub async fn press(&self, css: &str) {
        self.keys_at(css, [' ']).await;
    }

    /// Sets the size of the page in CSS pixels.
    pub async fn resize(&self, width: u32, height: u32) {
        let size = json!({
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false,
        });
        self.devtools("Emulation.setDeviceMetricsOverride", size)
            .await;
        let there = format!("innerWidth === {width} && innerHeight === {height}");
        self.until(&there).await;
    }

    /// Sets a feature of the medium, such as the colour scheme.
    pub async fn set_media_feature(&self, name: &str, value: &str) {
        let media = json!({ "features": [{ "name": name, "value": value }] });
        self.devtools("Emulation.setEmulatedMedia", media).await;
    }

    /// Sends a command of the Chrome DevTools Protocol.
    pub async fn devtools(&self, command: &str, parameters: Value) -> Value {
        let body = json!({ "cmd": command, "params": parameters });
        self.issue("goog/cdp/execute", body).await
    }

    /// The entries of a log since the last call: "browser" (its console) or "performance".
    pub async fn log(&self, kind: &str) -> Vec<Value> {
        let entries = self.issue("se/log", json!({ "type": kind })).await;
        entries.as_array().expect("a list of entries").clone()
    }

    async fn issue(&self, path: &'static str, body: Value) -> Value {
        let answer = self.client.issue_cmd(Command { path, body }).await;
        answer.unwrap_or_else(|error| panic!("{path}: {error}"))
    }
}

/// A command of chromedriver beyond WebDriver.
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
