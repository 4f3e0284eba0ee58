//! The talk in a browser, as opened by its presenter.

mod answers;
mod around;
mod finding;
mod giving;
mod pieces;
mod presenter;
mod voting;

use std::ops::Deref;

use serde_json::Value;

use crate::harness::{chromium::Chromium, process::Running};

/// A browser with the talk of the server at an address.
struct Talk {
    browser: Chromium,
    address: String,
}

impl Deref for Talk {
    type Target = Chromium;

    fn deref(&self) -> &Chromium {
        &self.browser
    }
}

impl Talk {
    async fn start() -> (Self, Running) {
        let (server, address) = Running::serve("--lab --rtt 200ms --rate 2");
        (Self::at(address).await, server)
    }

    async fn at(address: String) -> Self {
        let browser = Chromium::start().await;
        let talk = Self { browser, address };
        talk.size(1280, 720).await;
        talk
    }

    /// Sets the inner size of the window.
    async fn size(&self, width: u32, height: u32) {
        let frame = 143;
        let sized = self.client.set_window_size(width, height + frame).await;
        sized.expect("a window");
    }

    async fn open(&self, query: &str) {
        // A live server that is slow on a busy machine must not be treated as stopped.
        let query = format!("timeout_s=60&{query}");
        self.goto(&format!("http://{}/talk.html?{query}", self.address))
            .await;
        self.until(r"/\d/.test(document.getElementById('count')?.textContent ?? '')")
            .await;
    }

    /// Goes to a slide by its URL.
    async fn show(&self, id: &str) {
        self.run(&format!("location.hash = '#{id}'")).await;
    }

    async fn until_slide(&self, id: &str) {
        self.until(&format!("location.hash === '#{id}'")).await;
    }

    /// Waits until an element exists and is visible.
    async fn until_visible(&self, css: &str) {
        let element = format!("document.querySelector('{css}')");
        self.until(&format!("{element}?.checkVisibility() === true"))
            .await;
    }

    /// Toggles the proxy on its slide.
    async fn strip(&self) {
        self.until_visible(".switch button").await;
        self.click(".switch button").await;
    }

    /// Waits until the row of WebSocket contains these words.
    async fn until_in_row(&self, words: &str) {
        self.until(&in_row(words)).await;
    }
}

/// Whether the row of WebSocket contains these words.
fn in_row(words: &str) -> String {
    let row = "document.querySelector(\"#piece [data-transport='websocket']\")?.innerText";
    format!("/(^|\\s){words}(\\s|$)/.test({row} ?? '')")
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}"))
}
