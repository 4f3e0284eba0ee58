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
mod way;

use std::ops::Deref;

use fantoccini::Locator;
use serde::Deserialize;
use serde_json::{Value, json};
use server::Transport;

use crate::harness::{chromium::Chromium, driver::eventually, process::Running};

/// What the page shows of the time of its picture.
const AGO: &str = "document.getElementById('ago').textContent";
/// The newest position of the feed.
const NEWEST: &str = "fetch('/polling').then((answer) => answer.json()).then(([{ seq }]) => seq)";

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

impl Panel {
    pub fn assert_no_loss(&self, transport: Transport) {
        let losses = (self.gaps, self.repeats, self.missed);
        assert_eq!(losses, (0, 0, 0), "{transport}: {self:#?}");
    }
}

/// A server with the lab, and its page in a browser.
pub struct Lab {
    pub browser: Chromium,
    pub origin: String,
    _server: Running,
}

impl Deref for Lab {
    type Target = Chromium;

    fn deref(&self) -> &Chromium {
        &self.browser
    }
}

impl Lab {
    /// Like `open`, and keeps the browser's logs.
    pub async fn watched(options: &str, query: &str) -> Self {
        let logs = json!({ "browser": "ALL", "performance": "ALL" });
        Self::start(Chromium::start_with(logs).await, options, query).await
    }

    pub async fn open(options: &str, query: &str) -> Self {
        Self::start(Chromium::start().await, options, query).await
    }

    async fn start(browser: Chromium, options: &str, query: &str) -> Self {
        let (server, address) = Running::serve(&format!("--lab {options}"));
        let scheme = match options.contains("--tls") {
            true => "https",
            false => "http",
        };
        let lab = Self {
            browser,
            origin: format!("{scheme}://{address}"),
            _server: server,
        };
        lab.visit(query).await;
        lab
    }

    /// Opens the page and waits until its rows show counts. Without `scene=`, it opens the last
    /// scene, which has all controls and keeps the options of the server.
    pub async fn visit(&self, query: &str) {
        let scene = match query.contains("scene=") {
            true => "",
            false => "scene=free&",
        };
        self.goto(&format!("{}/?{scene}{query}", self.origin)).await;
        let rows = "[...document.querySelectorAll('.row:not([hidden]) data.overhead')]";
        let counts = "({ textContent }) => parseFloat(textContent) > 0";
        let counted = format!("{rows}.length > 0 && {rows}.every({counts})");
        self.until(&counted).await;
    }

    /// Goes into a panel; `None` while it is loading.
    pub async fn enter(&self, transport: Transport) -> Option<()> {
        let css = format!("#panels iframe[title='{transport}']");
        // A browser does not draw an invisible frame of another origin.
        let panel = format!("document.querySelector(\"{css}\")");
        self.run(&format!("{panel}.scrollIntoView({{ block: 'center' }})"))
            .await;
        let frame = self.client.find(Locator::Css(&css)).await;
        frame.expect("a panel").enter_frame().await.ok()
    }

    /// Goes back into the page.
    pub async fn leave(&self) {
        let parent = self.client.enter_parent_frame().await;
        parent.expect("the page");
    }

    /// The result of a script in a panel; `None` while the panel is loading.
    pub async fn run_in(&self, transport: Transport, script: &str) -> Option<Value> {
        self.enter(transport).await?;
        let value = self.client.execute(script, vec![]).await;
        self.leave().await;
        value.ok()
    }

    pub async fn panel(&self, transport: Transport) -> Panel {
        match self.run_in(transport, include_str!("panel.js")).await {
            None | Some(Value::Null) => Panel::default(),
            Some(values) => {
                serde_json::from_value(values).expect("panel.js and Panel have the same fields")
            }
        }
    }

    pub async fn updates(&self, transport: Transport) -> u64 {
        self.panel(transport).await.updates
    }

    /// Waits until every panel satisfies the condition.
    pub async fn until_panels(&self, is: impl Fn(&Panel) -> bool) -> Vec<Panel> {
        let mut values = Vec::new();
        for transport in Transport::ALL {
            values.push(self.until_panel(transport, &is).await);
        }
        values
    }

    pub async fn until_panel(&self, transport: Transport, is: impl Fn(&Panel) -> bool) -> Panel {
        eventually(async || {
            let panel = self.panel(transport).await;
            match is(&panel) {
                true => Ok(panel),
                false => Err(format!("not true: {transport}: {panel:#?}")),
            }
        })
        .await
    }

    /// Waits until a panel has received an update.
    pub async fn until_updates(&self, transport: Transport) {
        self.until_panel(transport, |panel| panel.updates > 0).await;
    }

    /// Waits until a panel has received ten more updates.
    pub async fn until_more_updates(&self, transport: Transport, before: u64) -> Panel {
        self.until_panel(transport, |panel| panel.updates > before + 10)
            .await
    }
}
