//! The talk in a browser, as opened by its presenter.

mod answers;
mod around;
mod finding;
mod giving;
mod pieces;
mod presenter;
mod voting;

use std::time::Duration;

use fantoccini::{Client, Locator};

use crate::harness::{
    chromium::Chromium,
    driver::{read, until},
    process::Running,
};

const PATIENCE: Duration = Duration::from_secs(60);

struct Talk {
    browser: Chromium,
    address: String,
}

impl Talk {
    async fn start() -> (Self, Running) {
        let (server, address) = Running::serve(&["--lab", "--rtt", "200ms", "--rate", "2"]);
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
        let sized = self.client().set_window_size(width, height + frame).await;
        sized.expect("a window");
    }

    fn client(&self) -> &Client {
        &self.browser.client
    }

    async fn open(&self, query: &str) {
        // A live server that is slow on a busy machine must not be treated as stopped.
        let url = format!("http://{}/talk.html?timeout_s=60&{query}", self.address);
        self.client().goto(&url).await.expect("the talk opens");
        self.until(
            "a first slide",
            r"/\d/.test(document.getElementById('count')?.textContent ?? '')",
        )
        .await;
    }

    async fn press(&self, key: char) {
        let body = self.client().find(Locator::Css("body")).await;
        let sent = body.expect("a body").send_keys(&key.to_string()).await;
        sent.expect("the page accepts keys");
    }

    /// Goes to a slide by its URL.
    async fn show(&self, id: &str) {
        read(self.client(), &format!("location.hash = '#{id}'")).await;
    }

    /// Toggles the proxy on its slide.
    async fn strip(&self) {
        self.until(
            "the proxy's slide",
            "document.querySelector('.switch button')?.checkVisibility() === true",
        )
        .await;
        let press = "document.querySelector('.switch button').click()";
        read(self.client(), press).await;
    }

    async fn until(&self, wanted: &str, expression: &str) {
        until(self.client(), PATIENCE, wanted, expression).await;
    }
}

/// Whether the row of WebSocket contains these words.
fn in_row(text: &str) -> String {
    format!(
        "/(^|\\s){text}(\\s|$)/.test(document.querySelector(\"#piece [data-transport='websocket']\").innerText)"
    )
}
