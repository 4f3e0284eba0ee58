//! Phones that join: they receive the chosen transport, and send only if it is allowed.
// A phone is simulated by another loopback address of this host, which only Linux has by default.
#![cfg(target_os = "linux")]

use std::net::SocketAddr;

use serde_json::{Value, json};
use server::Transport;
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpSocket},
};

use crate::harness::{
    chromium::Chromium,
    driver::eventually,
    process::{Running, ask},
};

/// A server with the lab, its address, and another address for clients of other hosts.
pub async fn serve() -> (Running, String, SocketAddr) {
    let (server, address) = Running::serve("--lab --rate 4");
    let relay = relay_as_other_host(address.parse().expect("an address")).await;
    (server, address, relay)
}

/// Relays to the server, so that this host's browser counts as another host.
async fn relay_as_other_host(server: SocketAddr) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("it listens");
    tokio::spawn(async move {
        while let Ok((mut browser, _)) = listener.accept().await {
            tokio::spawn(async move {
                let socket = TcpSocket::new_v4()?;
                socket.bind(([127, 0, 0, 2], 0).into())?;
                let mut to_server = socket.connect(server).await?;
                copy_bidirectional(&mut browser, &mut to_server).await
            });
        }
    });
    address
}

/// Changes or reads the state of the lab as the presenter on this host.
pub fn lab(server: &str, change: &str) -> Value {
    serde_json::from_str(&ask(server, "POST", "/lab", change)).expect("JSON")
}

/// Waits until the server counts one phone with this transport.
async fn until_counted(server: &str, transport: &str) {
    eventually(async || {
        let clients = &lab(server, "{}")["audience"]["clients"];
        match clients[transport] == 1 {
            true => Ok(()),
            false => Err(format!("{transport} is not counted: {clients}")),
        }
    })
    .await;
}

async fn until_text(phone: &Chromium, words: &str) {
    let contains = format!("document.body?.innerText.includes({})", json!(words));
    phone.until(&contains).await;
}

const UPDATES: &str = "Number(document.querySelector('iframe')?.contentDocument.getElementById('updates')?.value) > 2";
const FORM: &str = "document.querySelector('iframe').contentDocument.getElementById('say')";

#[tokio::test]
async fn a_phone_can_choose_each_transport_and_is_counted() {
    let (_server, server, address) = serve().await;
    let phone = Chromium::start().await;
    phone.resize(320, 700).await;
    let url = format!("http://{address}/join.html?lang=en");
    phone.goto(&url).await;
    until_text(&phone, "has not allowed sending").await;
    for transport in Transport::ALL {
        phone.click(&format!("[href='#{transport}']")).await;
        phone.until(UPDATES).await;
        let wide = "document.documentElement.scrollWidth > innerWidth";
        assert_eq!(phone.read(wide).await, false, "{transport}");
        until_counted(&server, transport.name()).await;
        // The choice can be changed by the link and by the browser's back button.
        let back = ["document.getElementById('back').click()", "history.back()"];
        phone.run(back[transport as usize % 2]).await;
        phone
            .until("document.querySelector('iframe') === null")
            .await;
        // The position in the list is kept.
        let focus = phone.text("document.activeElement.hash").await;
        assert_eq!(focus, format!("#{transport}"));
    }
    phone.click("#language").await;
    until_text(&phone, "휴대전화로 참여하기").await;
}

#[tokio::test]
async fn a_phone_shows_the_form_only_while_publishing_is_allowed() {
    let (_server, server, address) = serve().await;
    let phone = Chromium::start().await;
    let url = format!("http://{address}/join.html?lang=en#websocket");
    phone.goto(&url).await;
    phone.until(UPDATES).await;
    let shown = format!("{FORM}.checkVisibility()");
    let hidden = format!("!{shown}");
    phone.until(&hidden).await;
    until_text(&phone, "has not allowed sending").await;
    lab(&server, r#"{"audience_may_publish":true}"#);
    phone.until(&shown).await;
    until_text(&phone, "You may send").await;
    let send = format!("{FORM}.elements.text.value = 'hello'; {FORM}.requestSubmit();");
    phone.run(&send).await;
    let panel = "document.querySelector('iframe').contentDocument.body.innerText";
    phone
        .until(&format!("{panel}.includes('Round trip')"))
        .await;
    lab(&server, r#"{"audience_may_publish":false}"#);
    phone.until(&hidden).await;
}
