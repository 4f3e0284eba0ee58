//! Phones that join: they receive the chosen transport, and send only if it is allowed.
// A phone is simulated by another loopback address of this host, which only Linux has by default.
#![cfg(target_os = "linux")]

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use crate::harness::process::Running;
use crate::harness::{chromium::Chromium, driver};
use serde_json::{Value, json};
use server::Transport;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional},
    net::{TcpListener, TcpSocket, TcpStream},
};

const PATIENCE: Duration = Duration::from_secs(60);

pub fn serve() -> (Running, SocketAddr) {
    let (server, address) = Running::serve(&["--lab", "--rate", "4"]);
    (server, address.parse().expect("an address"))
}

/// Relays to the server, so that this host's browser counts as another host.
pub async fn relay_as_other_host(server: SocketAddr) -> SocketAddr {
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
pub async fn lab(server: SocketAddr, change: &str) -> Value {
    let mut stream = TcpStream::connect(server)
        .await
        .expect("the server accepts connections");
    let head = format!(
        "POST /lab HTTP/1.1\r\nHost: {server}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n",
        change.len()
    );
    let request = [&head, change].concat();
    let sent = stream.write_all(request.as_bytes()).await;
    sent.expect("the server receives it");
    let mut answer = String::new();
    let read = stream.read_to_string(&mut answer).await;
    read.expect("the server responds");
    let (_, body) = answer.split_once("\r\n\r\n").expect("a head");
    serde_json::from_str(body).expect("JSON")
}

/// Waits until the server counts one phone with this transport.
async fn until_counted(server: SocketAddr, transport: &str) {
    let start = Instant::now();
    while lab(server, "{}").await["audience"]["clients"][transport] != 1 {
        assert!(start.elapsed() < PATIENCE, "{transport} is not counted");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

struct Phone(Chromium);

impl Phone {
    async fn read(&self, expression: &str) -> Value {
        driver::read(&self.0.client, expression).await
    }

    async fn until(&self, wanted: &str, expression: &str) {
        driver::until(&self.0.client, PATIENCE, wanted, expression).await;
    }

    async fn until_text(&self, words: &str) {
        let contains = format!("document.body?.innerText.includes({})", json!(words));
        self.until(words, &contains).await;
    }

    async fn choose(&self, name: &str) {
        let press = format!("document.querySelector('[href=\"#{name}\"]').click()");
        self.read(&press).await;
    }
}

const UPDATES: &str = "Number(document.querySelector('iframe')?.contentDocument.getElementById('updates')?.value) > 2";
const FORM: &str = "document.querySelector('iframe').contentDocument.getElementById('say')";

#[tokio::test]
async fn a_phone_can_choose_each_transport_and_is_counted() {
    let (_server, server) = serve();
    let address = relay_as_other_host(server).await;
    let phone = Phone(Chromium::start().await);
    phone
        .0
        .client
        .set_window_size(320, 700)
        .await
        .expect("a window");
    let url = format!("http://{address}/join.html?lang=en");
    phone.0.client.goto(&url).await.expect("the page opens");
    phone.until_text("has not allowed sending").await;
    for transport in Transport::ALL {
        phone.choose(transport.name()).await;
        phone
            .until(&format!("updates by {transport}"), UPDATES)
            .await;
        let wide = "document.documentElement.scrollWidth > innerWidth";
        assert_eq!(phone.read(wide).await, false, "{transport}");
        until_counted(server, transport.name()).await;
        // The choice can be changed by the link and by the browser's back button.
        let back = ["document.getElementById('back').click()", "history.back()"];
        phone.read(back[transport as usize % 2]).await;
        phone
            .until("the choice", "document.querySelector('iframe') === null")
            .await;
        let focus = phone.read("document.activeElement.hash").await;
        assert_eq!(
            focus,
            format!("#{transport}"),
            "the position in the list is lost"
        );
    }
    phone
        .read("document.getElementById('language').click()")
        .await;
    phone.until_text("휴대전화로 참여하기").await;
}

#[tokio::test]
async fn a_phone_shows_the_form_only_while_publishing_is_allowed() {
    let (_server, server) = serve();
    let address = relay_as_other_host(server).await;
    let phone = Phone(Chromium::start().await);
    let url = format!("http://{address}/join.html?lang=en#websocket");
    phone.0.client.goto(&url).await.expect("the page opens");
    phone.until("updates", UPDATES).await;
    let shown = format!("{FORM}.checkVisibility()");
    let hidden = format!("!{shown}");
    phone.until("no form", &hidden).await;
    phone.until_text("has not allowed sending").await;
    lab(server, r#"{"audience_may_publish":true}"#).await;
    phone.until("a form", &shown).await;
    phone.until_text("You may send").await;
    let send = format!("({FORM}.elements.text.value = 'hello', {FORM}.requestSubmit())");
    phone.read(&send).await;
    let back =
        "document.querySelector('iframe').contentDocument.body.innerText.includes('Round trip')";
    phone.until("the sent text", back).await;
    lab(server, r#"{"audience_may_publish":false}"#).await;
    phone.until("no form again", &hidden).await;
}
