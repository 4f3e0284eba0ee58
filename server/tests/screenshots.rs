//! What does the lab look like? The pictures in the READMEs: `just screenshots`.

#[path = "browser/chromium.rs"]
mod chromium;
#[path = "browser/process.rs"]
mod process;

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

use chromium::Chromium;
use fantoccini::{Client, Locator, key::Key};
use process::Running;

const PATIENCE: Duration = Duration::from_secs(60);

#[tokio::test]
#[ignore = "writes the pictures of the READMEs: just screenshots"]
async fn the_lab_and_the_bytes_of_an_arrow_in_both_languages() {
    let (_server, address) = Running::serve(&["--rate", "2", "--lab", "--rtt", "200ms"]);
    let browser = Chromium::start().await;
    let client = &browser.client;
    client.set_window_size(1280, 960).await.expect("a window");
    for (language, suffix) in [("en", ""), ("ko", ".ko")] {
        for (show, name) in [("all", "eight"), ("pair", "lab")] {
            let url = format!("http://{address}/?lang={language}&show={show}");
            client.goto(&url).await.expect("the page opens");
            // By then the row is full of arrows, and what the start cost is shared by many.
            until(
                client,
                "the long poll's 30 requests",
                "[data-transport='long-polling'] data.requests",
                30,
            )
            .await;
            save(client, &format!("{name}{suffix}")).await;
        }
        let row = "[data-transport='long-polling'] canvas";
        let row = client.find(Locator::Css(row)).await.expect("a row");
        let opened = row.send_keys(&format!("{}{}", Key::Left, Key::Enter)).await;
        opened.expect("the row takes keys");
        let dialog = client.wait().for_element(Locator::Css("dialog[open] h2"));
        dialog.await.expect("the bytes open");
        save(client, &format!("bytes{suffix}")).await;
        let url = format!("http://{address}/talk.html?lang={language}#long-polling");
        client.goto(&url).await.expect("the talk opens");
        let row = "[data-transport='long-polling'] data.requests";
        until(client, "twenty polls on the slide", row, 20).await;
        save(client, &format!("talk{suffix}")).await;
    }
}

/// Waits until the number in an element is large enough.
async fn until(client: &Client, what: &str, element: &str, least: u64) {
    let script = "return Number(document.querySelector(arguments[0])?.textContent ?? 0)";
    let start = Instant::now();
    loop {
        let number = client.execute(script, vec![element.into()]).await;
        if number.expect("the script runs").as_f64() >= Some(least as f64) {
            return;
        }
        assert!(start.elapsed() < PATIENCE, "without {what}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

async fn save(client: &Client, name: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../web/pictures");
    fs::create_dir_all(&folder).expect("a folder for the pictures");
    let picture = client.screenshot().await.expect("a picture");
    fs::write(folder.join(format!("{name}.png")), picture).expect("it can be written");
}
