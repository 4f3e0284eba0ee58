//! The chat: a refresh of the page wipes a half-typed line, and the other transports keep it.

use std::time::Duration;

use crate::harness::process::Running;
use crate::harness::{
    axe::{LOOK, assert_no_violations, axe},
    chromium::Chromium,
    driver,
};
use serde_json::{Value, json};
use server::Transport;

const PATIENCE: Duration = Duration::from_secs(60);

struct Chat(Chromium);

impl Chat {
    async fn open(address: &str, transport: Transport) -> Self {
        let chat = Self(Chromium::start().await);
        let url = format!("http://{address}/chat.html?lang=en#{transport}");
        chat.0.client.goto(&url).await.expect("the page opens");
        chat
    }

    async fn read(&self, expression: &str) -> Value {
        driver::read(&self.0.client, expression).await
    }

    async fn until(&self, wanted: &str, expression: &str) {
        driver::until(&self.0.client, PATIENCE, wanted, expression).await;
    }

    /// Types into a form like a reader, and does not send.
    async fn type_into(&self, form: &str, text: &str) {
        let typed = format!(
            "(({{ text }}) => (text.value = {}, text.dispatchEvent(new InputEvent('input'))))({form}.elements)",
            json!(text)
        );
        self.read(&typed).await;
    }

    async fn send(&self, form: &str, text: &str) {
        let send = format!(
            "((form) => (form.elements.text.value = {}, form.requestSubmit()))({form})",
            json!(text)
        );
        self.read(&send).await;
    }

    /// Waits until the chat shows this line as sent by this page.
    async fn until_line(&self, text: &str) {
        let shown = format!(
            "[...document.querySelectorAll('#lines .own span')].some(({{ textContent }}) => textContent === {})",
            json!(text)
        );
        self.until(text, &shown).await;
    }
}

const SAY: &str = "document.getElementById('say')";
/// The form in the page that is refreshed.
const IN_PAGE: &str = "document.querySelector('#stage iframe').contentDocument.forms.line";

#[tokio::test]
async fn page_refresh_wipes_a_half_typed_line() {
    let (_server, address) = Running::serve(&["--rate", "5"]);
    let chat = Chat::open(&address, Transport::PageRefresh).await;
    let loaded =
        "document.querySelector('#stage iframe')?.contentDocument?.forms.line !== undefined";
    chat.until("a form in the page", loaded).await;
    assert_eq!(chat.read(&format!("{SAY}.checkVisibility()")).await, false);
    chat.type_into(IN_PAGE, "half a line").await;
    let wiped = "document.getElementById('wiped').textContent.includes('half a line')";
    chat.until("the wiped line", wiped).await;
    let left = format!("{IN_PAGE}?.elements.text.value");
    assert_eq!(chat.read(&left).await, "");
    chat.send(IN_PAGE, "a whole line").await;
    chat.until_line("a whole line").await;
}

#[tokio::test]
async fn long_polling_keeps_a_half_typed_line() {
    let (_server, address) = Running::serve(&["--rate", "5"]);
    let chat = Chat::open(&address, Transport::LongPolling).await;
    let others =
        "document.querySelector('#lines .others:last-child')?.textContent.match(/\\d+/)?.[0] > ";
    chat.until("updates", &format!("{others} 2")).await;
    chat.type_into(SAY, "half a line").await;
    chat.until("ten more updates", &format!("{others} 12"))
        .await;
    let left = chat.read(&format!("{SAY}.elements.text.value")).await;
    assert_eq!(left, "half a line");
    let client = &chat.0.client;
    let loaded = client.execute(&axe(), vec![]).await;
    loaded.expect("axe runs in the page");
    let report = client.execute(LOOK, vec![]).await.expect("a report");
    assert_no_violations(&report, "the chat");
}

#[tokio::test]
async fn each_transport_sends_a_line_and_continues_where_the_one_before_stopped() {
    let (_server, address) = Running::serve(&["--source", "none"]);
    let chat = Chat::open(&address, Transport::WebSocket).await;
    let others = Transport::ALL.into_iter().rev();
    let mut sent = Vec::new();
    for transport in others.filter(|transport| *transport != Transport::PageRefresh) {
        chat.read(&format!("(location.hash = '#{transport}')"))
            .await;
        let current = format!("document.querySelector('[aria-current]')?.hash === '#{transport}'");
        chat.until(transport.name(), &current).await;
        let line = format!("a line by {transport}");
        chat.send(SAY, &line).await;
        // A WebSocket that is not open yet takes nothing, and the line stays in its field.
        let again = format!(
            "(document.getElementById('failed').textContent && {SAY}.requestSubmit(), \
             {SAY}.elements.text.value === '')"
        );
        chat.until("a line that is sent", &again).await;
        chat.until_line(&line).await;
        sent.push(line);
    }
    let shown =
        "[...document.querySelectorAll('#lines .line span')].map(({ textContent }) => textContent)";
    assert_eq!(chat.read(shown).await, json!(sent), "lost or repeated");
}
