//! All eight transports deliver every update to a real browser.

pub mod page;

use server::Transport;

use self::page::{Page, Panel, is_key};
use crate::harness::{chromium::Chromium, process::Running};

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

#[tokio::test]
async fn all_eight_panels_show_every_update_in_both_languages_and_after_a_restart() {
    let browser = Chromium::start().await;
    let page = Page(&browser);
    let (server, address) = Running::serve("--rate 8");
    browser.goto(&format!("http://{address}/?lang=en")).await;

    let panels = page.until("60 updates", |panel| panel.updates >= 60).await;
    let names: Vec<_> = panels.iter().map(|panel| panel.name.as_str()).collect();
    assert_eq!(names, Transport::ALL.map(Transport::name));
    assert_complete(&panels);
    for panel in &panels {
        assert!(panel.bytes > 60 * 100, "{panel:#?}");
        assert_eq!(panel.cuts, 0, "{panel:#?}");
        let has_asked = match panel.name.as_str() {
            "forever-frame" | "http-streaming" | "sse" | "websocket" => panel.requests == 1,
            _ => panel.requests >= 4,
        };
        assert!(has_asked, "{panel:#?}");
    }
    let redrawn = &panels[0];
    assert!(redrawn.loads >= 3, "the page redraws itself: {redrawn:#?}");

    let english = page.text().await;
    assert!(english.contains("Recorded results"), "{english}");
    assert!(english.contains("--lab"), "{english}");
    assert!(!english.contains("Requests cost"), "{english}");
    browser.press("#language").await;
    let before: u64 = page.panels().await.iter().map(|panel| panel.updates).sum();
    page.until("updates in Korean", |panel| panel.updates * 8 > before + 40)
        .await;
    let korean = page.text().await;
    assert_eq!(korean.matches("업데이트마다").count(), 4, "{korean}");
    assert!(korean.contains("측정 기록"), "{korean}");
    assert!(!korean.contains("Recorded"), "{korean}");
    let missing = korean.split_whitespace().find(|word| is_key(word));
    assert_eq!(missing, None, "a key without a translation is shown");

    drop(server);
    // A frame receives no event when its document breaks off; it must notice the silence.
    let is_cut = |panel: &Panel| panel.cuts > 0 || panel.name == "forever-frame";
    page.until("a cut", is_cut).await;
    // The new feed passes the positions of the old one before the last panel reconnects, so only
    // their checks reveal the restart.
    let (_server, _) = Running::serve(&format!("--bind {address} --rate 20"));
    let has_restarted = |panel: &Panel| panel.started_over == 1;
    let panels = page.until("the new feed", has_restarted).await;
    let counts = panels.iter().map(|panel| panel.updates);
    let most = counts.max().expect("eight panels") + 10;
    let has_updates = |panel: &Panel| panel.updates >= most;
    assert_complete(&page.until("updates again", has_updates).await);
}
