//! The scenes: reached by key, click and address; they arrange the lab for the presenter only.

use fantoccini::{Locator, key::Key};
use serde_json::json;
use server::Transport;

use super::Lab;

const SCENES: [&str; 5] = ["bytes", "time", "both", "break", "free"];

/// The scene that the page shows: of the body, of the tabs and of the address.
const SHOWN: &str = "[document.body?.dataset.scene,
    new URLSearchParams(document.querySelector('#tabs [aria-current]')?.search).get('scene'),
    new URLSearchParams(location.search).get('scene')].join()";

async fn until_scene(lab: &Lab, name: &str) {
    lab.until(&format!("{SHOWN} === '{name},{name},{name}'"))
        .await;
}

#[tokio::test]
async fn a_key_or_a_click_leads_from_scene_to_scene_and_the_address_keeps_it() {
    let lab = Lab::open("", "lang=en&interval=900&scene=").await;
    assert_eq!(lab.text("document.body.dataset.scene").await, "bytes");
    let sentence = "document.getElementById('sentence').textContent";
    let mut sentences = vec![lab.text(sentence).await];
    let keys = [Key::Right, Key::PageDown, Key::Right, Key::Right];
    for (name, key) in SCENES[1..].iter().zip(keys) {
        // Page Down scrolls first, where the page still scrolls.
        lab.run("scrollTo(0, document.documentElement.scrollHeight)")
            .await;
        lab.keys([key]).await;
        until_scene(&lab, name).await;
        sentences.push(lab.text(sentence).await);
    }
    sentences.sort();
    sentences.dedup();
    assert_eq!(sentences.len(), 5, "{sentences:?}");
    lab.keys([Key::Left]).await;
    until_scene(&lab, "break").await;
    lab.run("history.back()").await;
    until_scene(&lab, "free").await;
    let tab = Locator::Css("#tabs a[href*='scene=both']");
    let tab = lab.client.find(tab).await.expect("a tab");
    tab.click().await.expect("a click");
    until_scene(&lab, "both").await;
    lab.press("#next").await;
    until_scene(&lab, "break").await;
    lab.keys([Key::PageUp]).await;
    until_scene(&lab, "both").await;

    for (key, name) in [("5", "free"), ("3", "both")] {
        let event = format!("new KeyboardEvent('keydown', {{ key: '{key}' }})");
        lab.run(&format!("document.dispatchEvent({event})")).await;
        until_scene(&lab, name).await;
    }

    // A key in a field belongs to the field.
    lab.keys_at("#line", [Key::Left, Key::PageDown]).await;
    until_scene(&lab, "both").await;

    lab.client.refresh().await.expect("a reload");
    until_scene(&lab, "both").await;
    let query = lab.text("location.search").await;
    for part in ["lang=en", "interval=900"] {
        assert!(query.contains(part), "{query}");
    }
}

#[tokio::test]
async fn a_scene_arranges_the_lab_and_the_last_one_keeps_it() {
    let lab = Lab::open("--rate 3 --rtt 50ms", "lang=en").await;
    lab.until_lab("feed.rate_per_s", json!(3.0)).await;
    lab.until_lab("panels[0].rtt_us", json!(50_000)).await;

    lab.visit("lang=en&scene=time").await;
    lab.until_lab("feed.rate_per_s", json!(10.0)).await;
    let every = async |is: &str| {
        let panels = format!("panels.every((panel) => panel.{is})");
        lab.until_lab(&panels, json!(true)).await;
    };
    every("rtt_us === 1000000").await;
    let both = r"/^Over long polling, .* [\d.]+ to [\d.]+ s; .* [\d.]+ s\.$/";
    let waits = "document.getElementById('waits').textContent";
    lab.until(&format!("{both}.test({waits})")).await;

    lab.visit("lang=en&scene=break").await;
    every("rtt_us === 200000").await;
    lab.press("#buffers").await;
    every("proxy === 'buffers'").await;
    lab.press("#next").await;
    every("proxy === null").await;
    every("rtt_us === 200000").await;
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_viewer_who_is_not_the_presenter_sees_the_scenes_and_changes_nothing() {
    use crate::{harness::chromium::Chromium, join};

    let (_server, server, address) = join::serve().await;
    let before = join::lab(&server, "{}");
    let page = Chromium::start().await;
    page.goto(&format!("http://{address}/?lang=en&scene=time"))
        .await;
    page.until("document.getElementById('sentence')?.textContent.length > 20")
        .await;
    page.until("document.querySelectorAll('.row:not([hidden])').length === 2")
        .await;
    let shown = "['both', 'wrong', 'controls'].filter((id) => document.getElementById(id).checkVisibility()).join()";
    for scene in ["both", "break", "free"] {
        page.click(&format!("#tabs a[href*='scene={scene}']")).await;
        page.until(&format!("document.body.dataset.scene === '{scene}'"))
            .await;
        assert_eq!(page.read(shown).await, "", "{scene}");
    }
    let after = join::lab(&server, "{}");
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
    let lab = Lab::open("", "lang=en&scene=bytes").await;
    for (scene, operable) in [
        ("bytes", "reset,compare-open"),
        ("time", "reset"),
        ("both", "line,submit,reset"),
        ("break", "unplug,buffers,strips,radio,radio,reset"),
    ] {
        until_scene(&lab, scene).await;
        assert_eq!(lab.text(OPERABLE).await, operable, "{scene}");
        lab.keys([Key::Right]).await;
    }
    until_scene(&lab, "free").await;
    let all = lab.text(OPERABLE).await;
    let ids = "six reset live speed instant rate payload rtt pause";
    for id in ids.split(' ') {
        assert!(all.split(',').any(|one| one == id), "{id} is not in {all}");
    }
}

#[tokio::test]
async fn a_line_goes_up_on_both_transports_and_comes_back() {
    let lab = Lab::open("", "lang=en&scene=both").await;
    lab.focus("#line").await;
    // Its text is "hello" at first.
    lab.keys([Key::Enter]).await;
    let back = r"[\d.,]+ B sent, back in [\d.,]+\sm?s";
    let both = format!("/^long-polling: {back} · websocket: {back}$/");
    let lines = "document.getElementById('lines').textContent";
    lab.until(&format!("{both}.test({lines})")).await;
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
    let lab = Lab::open("--rate 5", "lang=en&scene=free").await;
    let requests = |transport: Transport| {
        let css = format!("[data-transport='{transport}'] data.requests");
        format!("Number(document.querySelector(\"{css}\").textContent)")
    };
    let poll = requests(Transport::LongPolling);
    let page = requests(Transport::PageRefresh);
    lab.until(&format!("{poll} >= 30 && {page} >= 4")).await;
    lab.press("#reset").await;
    lab.until(&format!("{poll} < 30 && {page} < 4")).await;
    let since = "Number(document.getElementById('since').textContent.match(/\\d+/)?.[0])";
    lab.until(&format!("{since} < 5")).await;
}

#[tokio::test]
async fn the_picture_is_on_the_first_screen_and_nothing_shifts() {
    let lab = Lab::open("--rate 5", "lang=en").await;
    for (width, height) in [(1280, 720), (1024, 768), (390, 844)] {
        lab.resize(width, height).await;
        for lang in ["en", "ko"] {
            for scene in SCENES {
                lab.visit(&format!("lang={lang}&scene={scene}")).await;
                let place = format!("{scene}, {lang}, {width} x {height}");
                let only_first = width < 600 && ["break", "free"].contains(&scene);
                in_sight(&lab, &place, only_first).await;
            }
        }
        for scene in ["bytes", "break"] {
            lab.visit(&format!("lang=en&scene={scene}")).await;
            let shifted = lab.number(SHIFTED).await;
            assert!(shifted < 0.1, "{scene}, {width} x {height}: {shifted}");
        }
        messages_do_not_push(&lab).await;
    }
}

/// The pictures of the rows, or only the first one, end above the bottom of the window.
async fn in_sight(lab: &Lab, place: &str, only_first: bool) {
    let bottoms = "[...document.querySelectorAll('.row:not([hidden]) canvas')]
        .map((canvas) => Math.round(canvas.getBoundingClientRect().bottom))";
    let bottoms: Vec<f64> = serde_json::from_value(lab.read(bottoms).await).expect("numbers");
    let height = lab.number("innerHeight").await;
    let rows = if only_first { &bottoms[..1] } else { &bottoms };
    assert!(!rows.is_empty(), "{place}");
    assert!(
        rows.iter().all(|bottom| *bottom <= height),
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
    let before = lab.read(top).await;
    let sentences = "document.querySelectorAll('#outcome p').length";
    for _ in 0..2 {
        let shown = lab.number(sentences).await;
        lab.press("#strips").await;
        lab.until(&format!("{sentences} !== {shown}")).await;
        assert_eq!(lab.read(top).await, before);
    }
}
