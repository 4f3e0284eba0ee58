//! Makes the pictures of the lab in the READMEs: `just screenshots`.

#[allow(dead_code, reason = "an example needs only a part of it")]
#[path = "../tests/browser/harness/mod.rs"]
mod harness;

use std::{fs, path::Path, time::Duration};

use fantoccini::{Client, Locator, key::Key};
use harness::chromium::Chromium;
use harness::driver::until;
use harness::process::Running;

const PATIENCE: Duration = Duration::from_secs(60);

#[tokio::main]
async fn main() {
    let (_server, address) = Running::serve(&["--rate", "1", "--lab", "--rtt", "200ms"]);
    let browser = Chromium::start().await;
    let client = &browser.client;
    client.set_window_size(1280, 960).await.expect("a window");
    for (language, suffix) in [("en", ""), ("ko", ".ko")] {
        for (scene, name) in [("free", "eight"), ("bytes", "lab")] {
            let url = format!("http://{address}/?lang={language}&scene={scene}");
            client.goto(&url).await.expect("the page opens");
            // By then the row is full of arrows, and the cost of the start is shared by many
            // updates.
            polls(client, 30).await;
            save(client, &format!("{name}{suffix}")).await;
        }
        let row = "[data-transport='long-polling'] canvas";
        let row = client.find(Locator::Css(row)).await.expect("a row");
        let opened = row.send_keys(&format!("{}{}", Key::Left, Key::Enter)).await;
        opened.expect("the row accepts keys");
        let dialog = client.wait().for_element(Locator::Css("dialog[open] h2"));
        dialog.await.expect("the bytes open");
        // The newest message, or the one before it: the response.
        let answer =
            "document.querySelector(\"dialog[open] [data-class='response_head']\") !== null";
        let before = "document.querySelector('dialog[open] button').click()";
        let look = format!("{answer} || ({before}, false)");
        until(client, PATIENCE, "an answer", &look).await;
        save(client, &format!("bytes{suffix}")).await;
        let url = format!("http://{address}/talk.html?lang={language}#long-polling");
        client.goto(&url).await.expect("the talk opens");
        polls(client, 20).await;
        save(client, &format!("talk{suffix}")).await;
    }
}

/// Waits until the row of long polling has counted this number of requests.
async fn polls(client: &Client, least: u64) {
    let row = "document.querySelector(\"[data-transport='long-polling'] data.requests\")";
    let enough = format!("Number({row}?.textContent ?? 0) >= {least}");
    until(client, PATIENCE, &format!("{least} long polls"), &enough).await;
}

async fn save(client: &Client, name: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../web/pictures");
    fs::create_dir_all(&folder).expect("a folder for the pictures");
    let picture = client.screenshot().await.expect("a picture");
    fs::write(folder.join(format!("{name}.png")), picture).expect("it can be written");
}
