//! Can the whole talk be given by keyboard, in both languages, with a server and without one?

use std::time::{Duration, Instant};

use crate::harness::axe::{LOOK, axe, nothing_found};
use crate::harness::chromium::Chromium;
use crate::harness::driver::{devtools, read, until};
use crate::harness::process::Running;
use fantoccini::{Client, Locator, key::Key};
use serde_json::{Value, json};

const PATIENCE: Duration = Duration::from_secs(60);

/// What a slide shows; `cut` names what does not fit, and `keys` what has no word.
const SHOWN: &str = "(() => {
    const visible = (element) => element.checkVisibility();
    const main = document.getElementById('slide');
    const words = main.innerText;
    const cut = [...main.querySelectorAll('*')].filter((element) => visible(element)
        && element.children.length === 0 && element.textContent.trim() !== ''
        && !element.closest('.heard, [aria-hidden], .scrolls, dialog, svg')
        && (element.getBoundingClientRect().bottom > innerHeight + 1
            || element.getBoundingClientRect().right > innerWidth + 1));
    const top = document.getElementById('sources').getBoundingClientRect().top;
    cut.push(...[...document.querySelectorAll('#text *')].filter((element) => visible(element)
        && element.getBoundingClientRect().bottom > top + 1));
    const piece = document.getElementById('piece');
    cut.push(...[...piece.querySelectorAll('canvas')].filter((canvas) => visible(canvas) && canvas.clientWidth < 200));
    return {
        id: location.hash.slice(1),
        title: document.getElementById('name').textContent,
        chart: piece.querySelector('.charts') !== null,
        count: document.getElementById('count').textContent,
        asks: visible(document.getElementById('question')),
        answer: document.getElementById('answer').textContent,
        recorded: visible(document.getElementById('recorded')),
        lang: document.documentElement.lang,
        cut: cut.map((element) => element.textContent.slice(0, 40)),
        keys: words.match(/\\b(slides|talk|picture|classes)\\.[a-z]\\w*/g) ?? [],
        pictures: [...piece.querySelectorAll('img')].filter((image) => visible(image) && image.complete && image.naturalWidth === 0).length,
    };
})()";

struct Talk {
    browser: Chromium,
    address: String,
}

impl Talk {
    async fn start() -> (Self, Running) {
        let (server, address) = Running::serve(&["--lab", "--rtt", "200ms", "--rate", "2"]);
        (Self::at(address).await, server)
    }

    async fn at(address: String) -> Self {
        let browser = Chromium::start().await;
        let talk = Self { browser, address };
        talk.size(1280, 720).await;
        talk
    }

    /// Gives the window that much room inside.
    async fn size(&self, width: u32, height: u32) {
        let frame = 143;
        let sized = self.client().set_window_size(width, height + frame).await;
        sized.expect("a window");
    }

    fn client(&self) -> &Client {
        &self.browser.client
    }

    async fn open(&self, query: &str) {
        // A live server that is silent because the machine is busy is not taken for a dead one.
        let url = format!("http://{}/talk.html?timeout_s=60&{query}", self.address);
        self.client().goto(&url).await.expect("the talk opens");
        self.until(
            "a first slide",
            "/1/.test(document.getElementById('count')?.textContent ?? '')",
        )
        .await;
    }

    async fn press(&self, key: char) {
        let body = self.client().find(Locator::Css("body")).await;
        let sent = body.expect("a body").send_keys(&key.to_string()).await;
        sent.expect("it takes keys");
    }

    /// Goes from the first slide to the last by one key, and looks at each, axe-core too.
    async fn give(&self, lang: &str, recorded: bool) -> Vec<String> {
        let client = self.client();
        let installed = client.execute(&axe(), vec![]).await;
        installed.expect("axe-core runs");
        self.press(Key::Home.into()).await;
        let all = read(client, "document.getElementById('count').textContent").await;
        // "1 of 18", or the other way round.
        let numbers = all
            .as_str()
            .expect("a text")
            .split(|c: char| !c.is_ascii_digit());
        let all: usize = numbers
            .filter_map(|number| number.parse().ok())
            .max()
            .expect("a number");
        assert!((12..=18).contains(&all), "{all} slides");
        let mut seen = Vec::new();
        loop {
            let slide = read(client, SHOWN).await;
            let id = slide["id"].as_str().expect("a hash").to_owned();
            check(&slide, lang, recorded);
            // What was answered once stays so.
            if slide["asks"] == true && slide["answer"] == "" {
                self.press(Key::Right.into()).await;
                self.until(
                    &format!("an answer with a number on {id}"),
                    "/\\d/.test(document.getElementById('answer').textContent)",
                )
                .await;
                check(&read(client, SHOWN).await, lang, recorded);
            }
            let found = client.execute(LOOK, vec![]).await;
            nothing_found(&found.expect("axe-core looks"), &format!("{lang}, {id}"));
            seen.push(id.clone());
            if seen.len() == all {
                return seen;
            }
            self.press(Key::Right.into()).await;
            if slide["chart"] == true {
                self.until(
                    "a chart as large as the screen",
                    "document.querySelector('.charts img').height > 0.8 * innerHeight",
                )
                .await;
                check(&read(client, SHOWN).await, lang, recorded);
                self.press(Key::Right.into()).await;
            }
            self.until(
                &format!("a slide after {id}"),
                &format!("location.hash !== '#{id}'"),
            )
            .await;
        }
    }

    /// Goes to a slide by its address.
    async fn show(&self, id: &str) {
        read(self.client(), &format!("location.hash = '#{id}'")).await;
    }

    /// Puts in the proxy of its slide, or takes it out.
    async fn strip(&self) {
        self.until(
            "the proxy's slide",
            "document.querySelector('.switch button')?.checkVisibility() === true",
        )
        .await;
        let press = "document.querySelector('.switch button').click()";
        read(self.client(), press).await;
    }

    async fn until(&self, wanted: &str, expression: &str) {
        until(self.client(), PATIENCE, wanted, expression).await;
    }
}

fn check(slide: &Value, lang: &str, recorded: bool) {
    assert_eq!(slide["lang"], lang, "{slide}");
    assert_ne!(slide["title"], "", "{slide}");
    assert_eq!(slide["cut"], json!([]), "{slide}");
    assert_eq!(slide["keys"], json!([]), "{slide}");
    assert_eq!(slide["pictures"], 0, "{slide}");
    assert_eq!(slide["recorded"], recorded, "{slide}");
}

#[tokio::test]
async fn the_whole_talk_by_keyboard_in_both_languages_live_and_without_a_server() {
    let (talk, server) = Talk::start().await;
    talk.open("lang=en").await;
    let english = talk.give("en", false).await;
    talk.press('l').await;
    // The size of many a projector.
    talk.size(1024, 768).await;
    let korean = talk.give("ko", false).await;
    talk.size(1280, 720).await;
    assert_eq!(korean, english);
    // The worker has what it needs once it has taken over.
    talk.until("a worker", "navigator.serviceWorker.controller !== null")
        .await;

    drop(server);
    talk.until(
        "the recording",
        "document.getElementById('recorded').checkVisibility()",
    )
    .await;
    assert_eq!(talk.give("ko", true).await, english);
    talk.press('l').await;
    assert_eq!(talk.give("en", true).await, english);

    // Also when it is opened anew.
    talk.open("lang=en").await;
    talk.until(
        "the recording after a reload",
        "document.getElementById('recorded').checkVisibility()",
    )
    .await;
    assert_eq!(talk.give("en", true).await, english);

    // What is more than rows goes on, too: the page that is drawn anew, and the proxy.
    talk.show("page-refresh").await;
    talk.until("a recorded page", "document.querySelector('#panels iframe.shown')?.contentDocument?.querySelector('#stage iframe')?.srcdoc.includes('<ol>') === true").await;
    talk.show("ports").await;
    talk.strip().await;
    talk.until("who is refused", &in_row("refused: 400")).await;
    talk.show("websocket").await;
    talk.until("updates by WebSocket", &in_row("2 B")).await;
}

/// Whether the row of WebSocket says so, as words of their own.
fn in_row(text: &str) -> String {
    format!(
        "/(^|\\s){text}(\\s|$)/.test(document.querySelector(\"#piece [data-transport='websocket']\").innerText)"
    )
}

/// What the presenter's window shows, and whether all of it is in sight.
const NOTES: &str = "(() => {
    const next = document.querySelector('#notes .next');
    const said = document.querySelector('#notes .said');
    const bar = document.getElementById('bar').getBoundingClientRect();
    return {
        title: document.querySelector('#notes h1').textContent,
        next: next.lastChild.textContent,
        seen: said.scrollHeight <= said.clientHeight && next.getBoundingClientRect().bottom < bar.top,
        asks: document.querySelector('#notes .options') !== null,
        reply: document.querySelector('#notes .reply').textContent,
        last: /^(18 of 18|18장 중 18장)$/.test(document.getElementById('count').textContent),
    };
})()";

#[tokio::test]
async fn the_presenter_sees_what_is_next_and_the_answer_of_each_slide() {
    let (talk, _server) = Talk::start().await;
    talk.open("lang=en").await;
    talk.press('p').await;
    let client = talk.client();
    let slides = client.window().await.expect("a window");
    let start = Instant::now();
    let presenter = loop {
        let all = client.windows().await.expect("windows");
        if let Some(other) = all.into_iter().find(|window| *window != slides) {
            break other;
        }
        assert!(start.elapsed() < PATIENCE, "no window opens");
        tokio::time::sleep(Duration::from_millis(50)).await;
    };
    client
        .switch_to_window(presenter)
        .await
        .expect("the presenter's window");
    talk.until("notes", "document.querySelector('#notes h1') !== null")
        .await;
    // Without a screen it does not get the size that it asks for.
    let sized = client.set_window_size(900, 791).await;
    sized.expect("a window");
    talk.until("its size", "innerWidth === 900 && innerHeight === 700")
        .await;
    for lang in ["en", "ko"] {
        talk.press(Key::Home.into()).await;
        let mut wanted = Value::Null; // what the slide before has promised
        loop {
            talk.until(
                "an answer with a number",
                "document.querySelector('#notes .options') === null || /\\d/.test(document.querySelector('#notes .reply').textContent)",
            )
            .await;
            let notes = read(client, NOTES).await;
            assert_eq!(notes["seen"], true, "{lang}: {notes}");
            assert_eq!(notes["asks"], notes["reply"] != "", "{notes}");
            assert!(
                wanted.is_null() || notes["title"] == wanted,
                "{wanted} was to come: {notes}"
            );
            if notes["last"] == true {
                break;
            }
            wanted = notes["next"].clone();
            let came = format!("document.querySelector('#notes h1').textContent === {wanted}");
            let start = Instant::now();
            while read(client, &came).await != true {
                assert!(start.elapsed() < PATIENCE, "without {wanted}");
                talk.press(Key::Right.into()).await;
            }
        }
        talk.press('l').await;
    }
}

#[tokio::test]
async fn full_screen_comes_and_goes_by_a_key_and_a_browser_may_refuse_it() {
    let (talk, _server) = Talk::start().await;
    talk.open("lang=en").await;
    talk.press('f').await;
    talk.until("full screen", "document.fullscreenElement !== null")
        .await;
    talk.press('f').await;
    talk.until("a window again", "document.fullscreenElement === null")
        .await;
    // As in browsers that have none, such as those of some phones.
    read(
        talk.client(),
        "document.documentElement.requestFullscreen = undefined",
    )
    .await;
    talk.press('f').await;
    let told = "document.getElementById('refused').textContent";
    talk.until("a word of it", &format!("{told}.includes('F11')"))
        .await;
    talk.press(Key::Right.into()).await;
    talk.until("no word of it", &format!("{told} === ''")).await;
}

#[tokio::test]
async fn printing_gives_every_slide_with_its_answer_and_no_chart_is_cut() {
    let (talk, _server) = Talk::start().await;
    talk.open("lang=en").await;
    let client = talk.client();
    // A4 at 96 px an inch.
    let paper = json!({ "width": 794, "height": 1123, "deviceScaleFactor": 1, "mobile": false });
    devtools(client, "Emulation.setDeviceMetricsOverride", paper).await;
    let print = json!({ "media": "print" });
    devtools(client, "Emulation.setEmulatedMedia", print).await;
    talk.until(
        "a number in each answer",
        "(dispatchEvent(new Event('beforeprint')), [...document.querySelectorAll('#handout .answer span')].every(({ textContent }) => /\\d/.test(textContent)))",
    )
    .await;
    talk.until(
        "charts",
        "[...document.querySelectorAll('#handout img')].every(({ complete }) => complete)",
    )
    .await;
    let page = read(
        client,
        "(() => {
            const pages = [...document.querySelectorAll('#handout article')];
            const images = [...document.querySelectorAll('#handout img')];
            return {
                pages: pages.filter((page) => page.checkVisibility() && page.querySelector('.notes')).length,
                answers: pages.filter((page) => page.querySelector('.answer span')?.textContent).length,
                images: images.length,
                cut: images.filter((image) => image.naturalWidth === 0 || image.getBoundingClientRect().right > innerWidth).length,
            };
        })()",
    )
    .await;
    assert_eq!(
        page,
        json!({ "pages": 18, "answers": 13, "images": 2, "cut": 0 })
    );
}

const PROXY: &str =
    "fetch('/lab').then((answer) => answer.json()).then(({ panels }) => panels[7].proxy)";
const MAY: &str =
    "fetch('/lab').then((answer) => answer.json()).then(({ audience }) => audience.may_publish)";

#[tokio::test]
async fn a_proxy_shows_who_is_refused_and_nothing_of_it_is_left_for_the_next_talk() {
    let (talk, _server) = Talk::start().await;
    talk.open("lang=en#ports").await;
    talk.until("updates by WebSocket", &in_row("2 B")).await;
    talk.strip().await;
    talk.until("that it is refused", &in_row("refused: 400"))
        .await;
    talk.until("no figure of it", &format!("!{}", in_row("2 B")))
        .await;
    let proxy = format!("{PROXY}.then((proxy) => proxy === 'strips-upgrade')");
    talk.until("the proxy", &proxy).await;
    // Not for who only wants to read it in another language.
    talk.press('l').await;
    talk.until("the same in Korean", &in_row("거절됨: 400"))
        .await;
    let allow = "fetch('/lab', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{\"audience_may_publish\":true}' }).then(({ ok }) => ok)";
    assert_eq!(read(talk.client(), allow).await, true);

    // Closed there, and opened anew by a browser that has kept nothing.
    let Talk { browser, address } = talk;
    drop(browser);
    let talk = Talk::at(address).await;
    talk.open("lang=en").await;
    let none = format!("{PROXY}.then((proxy) => proxy === null)");
    talk.until("no proxy", &none).await;
    talk.until("silence", &format!("{MAY}.then((may) => may === false)"))
        .await;
    // Taking it out cut the panels while they came.
    talk.show("ports").await;
    let shown = "[...document.querySelectorAll('#piece .row')].map((row) => row.querySelector('data.overhead').textContent)";
    talk.until(
        "updates in every row",
        &format!("{shown}.length === 8 && {shown}.every((text) => /\\d/.test(text))"),
    )
    .await;
}

#[tokio::test]
async fn keys_work_wherever_the_focus_is() {
    let (talk, _server) = Talk::start().await;
    talk.open("lang=en#page-refresh").await;
    let client = talk.client();
    let panel = "#panels iframe.shown";
    talk.until(
        "the panel",
        // It has told how high it is.
        &format!("/px/.test(document.querySelector('{panel}')?.style.minHeight)"),
    )
    .await;
    let frame = client.find(Locator::Css(panel)).await.expect("a panel");
    frame.enter_frame().await.expect("into the panel");
    let link = client.find(Locator::Css("#client")).await.expect("a link");
    let key = char::from(Key::Right).to_string();
    link.send_keys(&key).await.expect("a key");
    client
        .clone()
        .enter_parent_frame()
        .await
        .expect("out again");
    let answered = "document.getElementById('answer').textContent !== ''";
    talk.until("an answer", answered).await;

    // A click gives the chart's button the focus, and Space goes on all the same.
    talk.show("when-not").await;
    talk.until("a chart", "document.querySelector('.chart') !== null")
        .await;
    let chart = client.find(Locator::Css(".chart")).await.expect("a chart");
    chart.click().await.expect("it is large");
    for expected in [answered, "location.hash === '#free-play'"] {
        let start = Instant::now();
        while read(client, expected).await != true {
            assert!(start.elapsed() < PATIENCE, "without {expected}");
            talk.press(' ').await;
        }
    }
}

#[tokio::test]
async fn what_people_send_stands_where_they_join() {
    let (talk, _server) = Talk::start().await;
    talk.open("lang=en#join").await;
    talk.until(
        "updates by WebSocket",
        "document.querySelector('.lines') !== null",
    )
    .await;
    let say = "fetch('/updates', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ from: 'sse', id: '1', said: '<b>hello</b>' }) }).then(({ ok }) => ok)";
    let shown = "document.querySelector('.lines').innerText.includes('<b>hello</b>')";
    // Nobody has it who was not there yet, so it may have to be said again.
    let start = Instant::now();
    while read(talk.client(), shown).await != true {
        assert!(start.elapsed() < PATIENCE, "nothing that was sent is shown");
        assert_eq!(read(talk.client(), say).await, true);
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}
