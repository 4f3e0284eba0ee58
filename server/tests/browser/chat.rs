//! The chat: a refresh of the page wipes a half-typed line, and the other transports keep it.

use serde_json::json;
use server::Transport;

use crate::harness::{chromium::Chromium, process::Running};

const SAY: &str = "document.getElementById('say')";
/// The form in the page that is refreshed.
const IN_PAGE: &str = "document.querySelector('#stage iframe').contentDocument.forms.line";

async fn open(address: &str, transport: Transport) -> Chromium {
    let chat = Chromium::start().await;
    let url = format!("http://{address}/chat.html?lang=en#{transport}");
    chat.goto(&url).await;
    chat
}

/// Types into a form like a reader, and does not send.
async fn type_into(chat: &Chromium, form: &str, text: &str) {
    let typed = format!(
        "const {{ text }} = {form}.elements;
        text.value = {};
        text.dispatchEvent(new InputEvent('input'));",
        json!(text)
    );
    chat.run(&typed).await;
}

async fn send(chat: &Chromium, form: &str, text: &str) {
    let value = json!(text);
    let send = format!("{form}.elements.text.value = {value}; {form}.requestSubmit();");
    chat.run(&send).await;
}

/// Waits until the chat shows this line as sent by this page.
async fn until_line(chat: &Chromium, text: &str) {
    let lines = "[...document.querySelectorAll('#lines .own span')]";
    let is = format!("({{ textContent }}) => textContent === {}", json!(text));
    chat.until(&format!("{lines}.some({is})")).await;
}

#[tokio::test]
async fn page_refresh_wipes_a_half_typed_line() {
    let (_server, address) = Running::serve("--rate 5");
    let chat = open(&address, Transport::PageRefresh).await;
    let form = "document.querySelector('#stage iframe')?.contentDocument?.forms.line";
    chat.until(&format!("{form} !== undefined")).await;
    assert_eq!(chat.read(&format!("{SAY}.checkVisibility()")).await, false);
    type_into(&chat, IN_PAGE, "half a line").await;
    let wiped = "document.getElementById('wiped').textContent";
    chat.until(&format!("{wiped}.includes('half a line')"))
        .await;
    let left = format!("{IN_PAGE}?.elements.text.value");
    assert_eq!(chat.read(&left).await, "");
    send(&chat, IN_PAGE, "a whole line").await;
    until_line(&chat, "a whole line").await;
}

#[tokio::test]
async fn long_polling_keeps_a_half_typed_line() {
    let (_server, address) = Running::serve("--rate 5");
    let chat = open(&address, Transport::LongPolling).await;
    let others = "document.querySelector('#lines .others:last-child')?.textContent";
    let updates = format!("Number({others}.match(/\\d+/)?.[0])");
    chat.until(&format!("{updates} > 2")).await;
    type_into(&chat, SAY, "half a line").await;
    chat.until(&format!("{updates} > 12")).await;
    let left = chat.read(&format!("{SAY}.elements.text.value")).await;
    assert_eq!(left, "half a line");
    chat.assert_accessible("the chat").await;
}

#[tokio::test]
async fn each_transport_sends_a_line_and_continues_where_the_one_before_stopped() {
    let (_server, address) = Running::serve("--source none");
    let chat = open(&address, Transport::WebSocket).await;
    let others = Transport::ALL.into_iter().rev();
    let mut sent = Vec::new();
    for transport in others.filter(|transport| *transport != Transport::PageRefresh) {
        chat.run(&format!("location.hash = '#{transport}'")).await;
        let current = "document.querySelector('[aria-current]')?.hash";
        chat.until(&format!("{current} === '#{transport}'")).await;
        let line = format!("a line by {transport}");
        send(&chat, SAY, &line).await;
        // A WebSocket that is not open yet takes nothing, and the line stays in its field.
        let again = format!(
            "(document.getElementById('failed').textContent && {SAY}.requestSubmit(), \
             {SAY}.elements.text.value === '')"
        );
        chat.until(&again).await;
        until_line(&chat, &line).await;
        sent.push(line);
    }
    let shown =
        "[...document.querySelectorAll('#lines .line span')].map(({ textContent }) => textContent)";
    assert_eq!(chat.read(shown).await, json!(sent), "lost or repeated");
}
