//! All eight transports deliver every update to a real browser.

pub mod page;

use self::page::{Page, Panel};
use crate::harness::chromium::Chromium;
use crate::harness::process::Running;
use server::Transport;

fn assert_complete(panels: &[Panel]) {
    for panel in panels {
        let problems = (panel.gaps, panel.repeats);
        assert_eq!(problems, (0, 0), "gaps and repeats: {panel:#?}");
        // The rows are checked directly, in case the panel's own counting is wrong.
        let in_order = panel.seqs.is_sorted_by(|newer, older| *newer == older + 1);
        assert!(
            in_order,
            "the latest updates are not consecutive: {panel:#?}"
        );
    }
}

/// Whether this is a key such as `when.now`, which is shown if its translation is missing.
fn is_key(word: &str) -> bool {
    let name =
        |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphabetic() || c == '-');
    word.split_once('.')
        .is_some_and(|(group, key)| name(group) && name(key))
}

#[tokio::test]
async fn all_eight_panels_show_every_update_in_both_languages_and_after_a_restart() {
    let browser = Chromium::start().await;
    let page = Page(&browser.client);
    let (server, address) = Running::serve(&["--rate", "8"]);
    let url = format!("http://{address}/?lang=en");
    browser.client.goto(&url).await.expect("the page opens");

    let panels = page.until("60 updates", |panel| panel.updates >= 60).await;
    let names: Vec<_> = panels.iter().map(|panel| panel.name.as_str()).collect();
    assert_eq!(names, Transport::ALL.map(Transport::name));
    assert_complete(&panels);
    assert!(
        panels.iter().all(|panel| panel.bytes > 60 * 100),
        "{panels:#?}"
    );
    assert!(panels.iter().all(|panel| panel.cuts == 0), "{panels:#?}");
    let (kept_open, asking): (Vec<_>, Vec<_>) = panels.iter().partition(|panel| {
        ["forever-frame", "http-streaming", "sse", "websocket"].contains(&panel.name.as_str())
    });
    assert!(
        kept_open.iter().all(|panel| panel.requests == 1),
        "{kept_open:#?}"
    );
    assert!(
        asking.iter().all(|panel| panel.requests >= 4),
        "{asking:#?}"
    );
    assert!(
        panels[0].loads >= 3,
        "the page redraws itself: {:#?}",
        panels[0]
    );

    let english = page.text().await;
    assert!(english.contains("Recorded results"), "{english}");
    assert!(
        english.contains("--lab") && !english.contains("Requests cost"),
        "{english}"
    );
    page.press("#language").await;
    let before: u64 = page.panels().await.iter().map(|panel| panel.updates).sum();
    page.until("updates in Korean", |panel| panel.updates * 8 > before + 40)
        .await;
    let korean = page.text().await;
    assert_eq!(korean.matches("업데이트마다").count(), 4, "{korean}");
    assert!(
        korean.contains("측정 기록") && !korean.contains("Recorded"),
        "{korean}"
    );
    let missing = korean.split_whitespace().find(|word| is_key(word));
    assert_eq!(missing, None, "a key without a translation is shown");

    drop(server);
    // A frame receives no event when its document breaks off; it must notice the silence.
    page.until("a cut", |panel| {
        panel.cuts > 0 || panel.name == "forever-frame"
    })
    .await;
    // The new feed passes the positions of the old one before the last panel reconnects, so only
    // their checks reveal the restart.
    let (_server, _) = Running::serve(&["--bind", &address, "--rate", "20"]);
    let panels = page
        .until("the new feed", |panel| panel.started_over == 1)
        .await;
    let counts: Vec<_> = panels.iter().map(|panel| panel.updates).collect();
    let most = counts.iter().max().expect("eight panels") + 10;
    let panels = page
        .until("updates again", |panel| panel.updates >= most)
        .await;
    assert_complete(&panels);
}
