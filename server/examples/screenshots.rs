//! Makes the pictures of the lab in the READMEs: `just screenshots`.

#[allow(dead_code, reason = "an example needs only a part of it")]
#[path = "../tests/browser/harness/mod.rs"]
mod harness;

use std::{fs, path::Path};

use fantoccini::key::Key;
use harness::{chromium::Chromium, process::Running};

#[tokio::main]
async fn main() {
    let (_server, address) = Running::serve("--rate 1 --lab --rtt 200ms");
    let browser = Chromium::start().await;
    let sized = browser.client.set_window_size(1280, 960).await;
    sized.expect("a window");
    for (language, suffix) in [("en", ""), ("ko", ".ko")] {
        for (scene, name) in [("free", "eight"), ("bytes", "lab")] {
            let url = format!("http://{address}/?lang={language}&scene={scene}");
            browser.goto(&url).await;
            // By then the row is full of arrows, and the cost of the start is shared by many
            // updates.
            polls(&browser, 30).await;
            save(&browser, &format!("{name}{suffix}")).await;
        }
        let row = "[data-transport='long-polling'] canvas";
        browser.keys_at(row, [Key::Left, Key::Enter]).await;
        browser.until_element("dialog[open] h2").await;
        // The newest message, or the one before it: the response.
        let answer =
            "document.querySelector(\"dialog[open] [data-class='response_head']\") !== null";
        let before = "document.querySelector('dialog[open] button').click()";
        let look = format!("{answer} || ({before}, false)");
        browser.until(&look).await;
        save(&browser, &format!("bytes{suffix}")).await;
        let url = format!("http://{address}/talk.html?lang={language}#long-polling");
        browser.goto(&url).await;
        polls(&browser, 20).await;
        save(&browser, &format!("talk{suffix}")).await;
    }
}

/// Waits until the row of long polling has counted this number of requests.
async fn polls(browser: &Chromium, least: u64) {
    let row = "document.querySelector(\"[data-transport='long-polling'] data.requests\")";
    let polls = format!("Number({row}?.textContent ?? 0)");
    browser.until(&format!("{polls} >= {least}")).await;
}

async fn save(browser: &Chromium, name: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../web/pictures");
    fs::create_dir_all(&folder).expect("a folder for the pictures");
    let picture = browser.client.screenshot().await.expect("a picture");
    fs::write(folder.join(format!("{name}.png")), picture).expect("it can be written");
}
