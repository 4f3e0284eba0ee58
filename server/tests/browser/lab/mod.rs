//! The lab in a browser, operated like a user: it reads the page and presses keys.

mod accessible;
mod bytes;
mod cluster;
mod compare;
mod faults;
mod keyboard;
mod motion;
mod received;
mod scenes;
mod tls;
mod way;

use std::time::{Duration, Instant};

use fantoccini::{
    Locator,
    actions::{InputSource, KeyAction, KeyActions},
    key::Key,
};
use serde::Deserialize;
use serde_json::{Value, json};
use server::Transport;

use crate::harness::{chromium::Chromium, driver, process::Running};

/// In the order of every table.
const TRANSPORTS: [Transport; 8] = Transport::ALL;

pub const PATIENCE: Duration = Duration::from_secs(90);

/// The values that one panel shows.
#[derive(Debug, Default, Deserialize)]
pub struct Panel {
    pub lang: String,
    pub port: String,
    /// All text in it that can be read or heard.
    pub words: Vec<String>,
    pub updates: u64,
    pub gaps: u64,
    pub repeats: u64,
    pub missed: u64,
    /// The latest updates, newest first.
    pub seqs: Vec<u64>,
}

/// A server with the lab, and its page in a browser.
pub struct Lab {
    pub browser: Chromium,
    pub address: String,
    scheme: &'static str,
    _server: Running,
}

impl Lab {
    /// Like `start`, and keeps the browser's logs for `driver::log`.
    pub async fn watched(options: &[&str], query: &str) -> Self {
        let logs = json!({ "browser": "ALL", "performance": "ALL" });
        Self::start(Chromium::start_with(logs).await, options, query).await
    }

    pub async fn open(options: &[&str], query: &str) -> Self {
        Self::start(Chromium::start().await, options, query).await
    }

    async fn start(browser: Chromium, options: &[&str], query: &str) -> Self {
        let (server, address) = Running::serve(&[&["--lab"], options].concat());
        let lab = Self {
            browser,
            address,
            scheme: match options.contains(&"--tls") {
                true => "https",
                false => "http",
            },
            _server: server,
        };
        lab.goto(query).await;
        lab
    }

    /// Opens the page and waits until its rows show counts. Without `scene=`, it opens the last
    /// scene, which has all controls and keeps the options of the server.
    pub async fn goto(&self, query: &str) {
        let scene = match query.contains("scene=") {
            true => "",
            false => "scene=free&",
        };
        let url = format!("{}://{}/?{scene}{query}", self.scheme, self.address);
        self.browser
            .client
            .goto(&url)
            .await
            .expect("the page opens");
        let rows = "[...document.querySelectorAll('.row:not([hidden]) data.overhead')]";
        let counted = format!(
            "{rows}.length > 0 && {rows}.every(({{ textContent }}) => parseFloat(textContent) > 0)"
        );
        self.until("rows that count", &counted).await;
    }

    pub async fn run(&self, script: &str, arguments: Vec<Value>) -> Value {
        let result = self.browser.client.execute(script, arguments).await;
        result.unwrap_or_else(|error| panic!("{script}: {error}"))
    }

    /// The value of an expression in the page; a promise is awaited.
    pub async fn read(&self, expression: &str) -> Value {
        driver::read(&self.browser.client, expression).await
    }

    pub async fn number(&self, expression: &str) -> f64 {
        let value = self.read(expression).await;
        value
            .as_f64()
            .unwrap_or_else(|| panic!("{expression} is {value}"))
    }

    pub async fn text(&self, expression: &str) -> String {
        let value = self.read(expression).await;
        value
            .as_str()
            .unwrap_or_else(|| panic!("{expression} is {value}"))
            .to_owned()
    }

    /// Waits until an expression is true. A failure shows the text of the page.
    pub async fn until(&self, wanted: &str, expression: &str) {
        driver::until(&self.browser.client, PATIENCE, wanted, expression).await;
    }

    /// Presses keys one after the other at the current focus.
    pub async fn keys(&self, keys: &[Key]) {
        let press = |keys: KeyActions, key: &Key| {
            let value = char::from(*key);
            keys.then(KeyAction::Down { value })
                .then(KeyAction::Up { value })
        };
        let actions = keys.iter().fold(KeyActions::new("keys".into()), press);
        let done = self.browser.client.perform_actions(actions).await;
        done.expect("keys can be pressed");
    }

    pub async fn focus(&self, css: &str) {
        let focus = "const element = document.querySelector(arguments[0]);
            element.focus(); return document.activeElement === element;";
        let focused = self.run(focus, vec![json!(css)]).await;
        assert_eq!(focused, true, "{css} takes no focus");
    }

    /// Presses a button with the space bar.
    pub async fn press(&self, css: &str) {
        self.focus(css).await;
        self.keys(&[Key::Space]).await;
    }

    /// The result of a script in a panel; `None` while the panel is loading.
    pub async fn run_in(&self, transport: Transport, script: &str) -> Option<Value> {
        let client = &self.browser.client;
        let css = format!("#panels iframe[title='{transport}']");
        // A browser does not draw an invisible frame of another origin.
        let show = "document.querySelector(arguments[0]).scrollIntoView({ block: 'center' })";
        self.run(show, vec![json!(css)]).await;
        let frame = client.find(Locator::Css(&css)).await.expect("a panel");
        frame.enter_frame().await.ok()?;
        let value = client.execute(script, vec![]).await;
        client.enter_parent_frame().await.expect("the page");
        value.ok()
    }

    pub async fn panel(&self, transport: Transport) -> Panel {
        let values = self.run_in(transport, include_str!("panel.js")).await;
        values
            .filter(|values| !values.is_null())
            .map_or_else(Panel::default, |values| {
                serde_json::from_value(values).expect("panel.js and Panel have the same fields")
            })
    }

    pub async fn updates(&self, transport: Transport) -> u64 {
        self.panel(transport).await.updates
    }

    /// Waits until every panel satisfies the condition.
    pub async fn until_panels(&self, wanted: &str, is: impl Fn(&Panel) -> bool) -> Vec<Panel> {
        let mut values = Vec::new();
        for transport in TRANSPORTS {
            values.push(self.until_panel(transport, wanted, &is).await);
        }
        values
    }

    pub async fn until_panel(
        &self,
        transport: Transport,
        wanted: &str,
        is: impl Fn(&Panel) -> bool,
    ) -> Panel {
        let start = Instant::now();
        loop {
            let panel = self.panel(transport).await;
            if is(&panel) {
                return panel;
            }
            let patient = start.elapsed() < PATIENCE;
            assert!(patient, "{transport} without {wanted}: {panel:#?}");
            pause().await;
        }
    }
}

/// The pause between two polls of a condition.
pub async fn pause() {
    tokio::time::sleep(Duration::from_millis(50)).await;
}
