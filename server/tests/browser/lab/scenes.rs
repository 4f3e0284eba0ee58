//! The scenes: reached by key, click and address; they arrange the lab for the presenter only.

use fantoccini::{Locator, key::Key};
use serde_json::{Value, json};
use server::Transport;

use super::{Lab, keyboard::state_of};
use crate::harness::driver;

const SCENES: [&str; 5] = ["bytes", "time", "both", "break", "free"];

/// The scene that the page shows: of the body, of the tabs and of the address.
const SHOWN: &str = "[document.body.dataset.scene,
    new URLSearchParams(document.querySelector('#tabs [aria-current]').search).get('scene'),
    new URLSearchParams(location.search).get('scene')].join()";

async fn until_scene(lab: &Lab, name: &str) {
    let shown = format!("{SHOWN} === '{name},{name},{name}'");
    lab.until(name, &shown).await;
}

#[tokio::test]
async fn a_key_or_a_click_leads_from_scene_to_scene_and_the_address_keeps_it() {
    let lab = Lab::open(&[], "lang=en&interval=900&scene=").await;
    assert_eq!(lab.text("document.body.dataset.scene").await, "bytes");
    let mut sentences = Vec::new();
    for (name, key) in SCENES.iter().zip([
        None,
        Some(Key::Right),
        Some(Key::PageDown),
        Some(Key::Right),
        Some(Key::Right),
    ]) {
        if let Some(key) = key {
            // Page Down scrolls first, where the page still scrolls.
            lab.read("scrollTo(0, document.documentElement.scrollHeight)")
                .await;
            lab.keys(&[key]).await;
            until_scene(&lab, name).await;
        }
        sentences.push(
            lab.text("document.getElementById('sentence').textContent")
                .await,
        );
    }
    sentences.sort();
    sentences.dedup();
    assert_eq!(sentences.len(), 5, "{sentences:?}");
    lab.keys(&[Key::Left]).await;
    until_scene(&lab, "break").await;
    lab.read("history.back()").await;
    until_scene(&lab, "free").await;
    let tab = Locator::Css("#tabs a[href*='scene=both']");
    let tab = lab.browser.client.find(tab).await.expect("a tab");
    tab.click().await.expect("a click");
    until_scene(&lab, "both").await;
    lab.press("#next").await;
    until_scene(&lab, "break").await;
    lab.keys(&[Key::PageUp]).await;
    until_scene(&lab, "both").await;

    let digit = "document.dispatchEvent(new KeyboardEvent('keydown', { key: arguments[0] }))";
    for (key, name) in [("5", "free"), ("3", "both")] {
        lab.run(digit, vec![json!(key)]).await;
        until_scene(&lab, name).await;
    }

    // A key in a field belongs to the field.
    lab.focus("#line").await;
    lab.keys(&[Key::Left, Key::PageDown]).await;
    until_scene(&lab, "both").await;

    lab.browser.client.refresh().await.expect("a reload");
    lab.until("the page", "document.body?.dataset.scene !== undefined")
        .await;
    until_scene(&lab, "both").await;
    let query = lab.text("location.search").await;
    let rest = ["lang=en", "interval=900"].map(|part| query.contains(part));
    assert_eq!(rest, [true, true], "{query}");
}

#[tokio::test]
async fn a_scene_arranges_the_lab_and_the_last_one_keeps_it() {
    let lab = Lab::open(&["--rate", "3", "--rtt", "50ms"], "lang=en").await;
    state_of(&lab, "feed.rate_per_s", json!(3.0)).await;
    state_of(&lab, "panels[0].rtt_us", json!(50_000)).await;

    lab.goto("lang=en&scene=time").await;
    state_of(&lab, "feed.rate_per_s", json!(10.0)).await;
    let every = |is: &str| format!("panels.every((panel) => panel.{is})");
    state_of(&lab, &every("rtt_us === 1000000"), json!(true)).await;
    lab.until(
        "the wait of both",
        r"/^Over long polling, .* [\d.]+ to [\d.]+ s; .* [\d.]+ s\.$/.test(document.getElementById('waits').textContent)",
    )
    .await;

    lab.goto("lang=en&scene=break").await;
    state_of(&lab, &every("rtt_us === 200000"), json!(true)).await;
    lab.press("#buffers").await;
    state_of(&lab, &every("proxy === 'buffers'"), json!(true)).await;
    lab.press("#next").await;
    state_of(&lab, &every("proxy === null"), json!(true)).await;
    state_of(&lab, &every("rtt_us === 200000"), json!(true)).await;
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_viewer_who_is_not_the_presenter_sees_the_scenes_and_changes_nothing() {
    use crate::{harness::chromium::Chromium, join};

    let (_server, server) = join::serve();
    let address = join::relay_as_other_host(server).await;
    let before = join::lab(server, "{}").await;
    let browser = Chromium::start().await;
    let url = format!("http://{address}/?lang=en&scene=time");
    browser.client.goto(&url).await.expect("the page opens");
    let until = |wanted: &'static str, expression: &'static str| {
        driver::until(&browser.client, super::PATIENCE, wanted, expression)
    };
    until(
        "a scene",
        "document.getElementById('sentence')?.textContent.length > 20",
    )
    .await;
    until(
        "two rows",
        "document.querySelectorAll('.row:not([hidden])').length === 2",
    )
    .await;
    let shown = "['both', 'wrong', 'controls'].filter((id) => document.getElementById(id).checkVisibility()).join()";
    for scene in ["both", "break", "free"] {
        let click = format!("document.querySelector(\"#tabs a[href*='scene={scene}']\").click()");
        driver::read(&browser.client, &click).await;
        let there = format!("document.body.dataset.scene === '{scene}'");
        driver::until(&browser.client, super::PATIENCE, scene, &there).await;
        assert_eq!(driver::read(&browser.client, shown).await, "", "{scene}");
    }
    let after = join::lab(server, "{}").await;
    for part in ["feed", "panels"] {
        assert_eq!(after[part], before[part], "{part}");
    }
}

/// What can be operated in `main`, without the rows.
const OPERABLE: &str = "[...document.querySelectorAll('main :is(button, select, input)')]
    .filter((element) => element.checkVisibility() && !element.closest('#panels'))
    .map((element) => element.id || element.type).join()";

#[tokio::test]
async fn the_controls_are_folded_until_the_last_scene() {
    let lab = Lab::open(&[], "lang=en&scene=bytes").await;
    for (scene, operable) in [
        ("bytes", "reset,compare-open"),
        ("time", "reset"),
        ("both", "line,submit,reset"),
        ("break", "unplug,buffers,strips,radio,radio,reset"),
    ] {
        until_scene_shown(&lab, scene).await;
        assert_eq!(lab.text(OPERABLE).await, operable, "{scene}");
        lab.keys(&[Key::Right]).await;
    }
    until_scene_shown(&lab, "free").await;
    let all = lab.text(OPERABLE).await;
    for id in [
        "six", "reset", "live", "speed", "instant", "rate", "payload", "rtt", "pause",
    ] {
        assert!(all.split(',').any(|one| one == id), "{id} is not in {all}");
    }
}

async fn until_scene_shown(lab: &Lab, name: &str) {
    lab.until(name, &format!("document.body.dataset.scene === '{name}'"))
        .await;
}

#[tokio::test]
async fn a_line_goes_up_on_both_transports_and_comes_back() {
    let lab = Lab::open(&[], "lang=en&scene=both").await;
    lab.focus("#line").await;
    // Its text is "hello" at first.
    lab.keys(&[Key::Enter]).await;
    lab.until(
        "both lines back",
        r"/^long-polling: [\d.,]+ B sent, back in [\d.,]+\sm?s · websocket: [\d.,]+ B sent, back in [\d.,]+\sm?s$/.test(document.getElementById('lines').textContent)",
    )
    .await;
    let said = lab
        .read(
            "fetch('/polling?after=0').then((answer) => answer.json()).then((updates) =>
                updates.filter(({ data }) => data?.said === 'hello').map(({ data }) => data.from).sort())",
        )
        .await;
    assert_eq!(said, json!(["long-polling", "websocket"]));
}

#[tokio::test]
async fn reset_starts_the_counters_of_all_rows_again() {
    let lab = Lab::open(&["--rate", "5"], "lang=en&scene=free").await;
    let requests = |name: &str| {
        format!(
            "Number(document.querySelector(\"[data-transport='{name}'] data.requests\").textContent)"
        )
    };
    let (poll, page) = (
        requests(Transport::LongPolling.name()),
        requests(Transport::PageRefresh.name()),
    );
    lab.until("requests", &format!("{poll} >= 30 && {page} >= 4"))
        .await;
    lab.press("#reset").await;
    lab.until("fewer", &format!("{poll} < 30 && {page} < 4"))
        .await;
    let since = "Number(document.getElementById('since').textContent.match(/\\d+/)?.[0])";
    lab.until("a short time", &format!("{since} < 5")).await;
}

#[tokio::test]
async fn the_picture_is_on_the_first_screen_and_nothing_shifts() {
    let lab = Lab::open(&["--rate", "5"], "lang=en").await;
    for (width, height) in [(1280, 720), (1024, 768), (390, 844)] {
        let size =
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        driver::devtools(
            &lab.browser.client,
            "Emulation.setDeviceMetricsOverride",
            size,
        )
        .await;
        for lang in ["en", "ko"] {
            for scene in SCENES {
                lab.goto(&format!("lang={lang}&scene={scene}")).await;
                let place = format!("{scene}, {lang}, {width} x {height}");
                in_sight(
                    &lab,
                    &place,
                    width < 600 && ["break", "free"].contains(&scene),
                )
                .await;
            }
        }
        for scene in ["bytes", "break"] {
            lab.goto(&format!("lang=en&scene={scene}")).await;
            let shifted = lab.number(SHIFTED).await;
            assert!(shifted < 0.1, "{scene}, {width} x {height}: {shifted}");
        }
        messages_do_not_push(&lab).await;
    }
}

/// The bottom of each row's picture.
async fn in_sight(lab: &Lab, place: &str, first: bool) {
    let bottoms = lab
        .read("[innerHeight, ...[...document.querySelectorAll('.row:not([hidden]) canvas')].map((canvas) => Math.round(canvas.getBoundingClientRect().bottom))]")
        .await;
    let bottoms: Vec<i64> = serde_json::from_value(bottoms).expect("numbers");
    let rows = if first { &bottoms[1..2] } else { &bottoms[1..] };
    assert!(
        !rows.is_empty() && rows.iter().all(|bottom| *bottom <= bottoms[0]),
        "{place}: {bottoms:?}"
    );
}

/// The sum of all layout shifts of the first 15 seconds of the page, those after an input included.
const SHIFTED: &str = "new Promise((done) => {
    let sum = 0;
    new PerformanceObserver((list) => list.getEntries().forEach(({ value }) => (sum += value)))
        .observe({ type: 'layout-shift', buffered: true });
    setTimeout(() => done(sum), 15_000 - performance.now());
})";

/// A fault, and its end, leave the rows where they are.
async fn messages_do_not_push(lab: &Lab) {
    let top = "document.getElementById('rows').getBoundingClientRect().top + scrollY";
    let before: Value = lab.read(top).await;
    for _ in 0..2 {
        let shown = lab
            .number("document.querySelectorAll('#outcome p').length")
            .await;
        lab.press("#strips").await;
        let changed = format!("document.querySelectorAll('#outcome p').length !== {shown}");
        lab.until("another message", &changed).await;
        assert_eq!(lab.read(top).await, before);
    }
}
