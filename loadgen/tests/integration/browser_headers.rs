//! Does a real Chromium send the same headers over HTTP/2 as the profile `browser`, and how long are
//! the header blocks of both?
//!
//! Chromium 156, in bytes (printed with `--nocapture`):
//!
//! | header block | first on a connection | later |
//! |---|---|---|
//! | fetch (long polling) | 343 | 38 or 39 |
//! | EventSource (SSE) | 345 | 29 |
//! | document (page refresh) | 482 | 75 or 76 |
//! | fetch (POST of 11 bytes) | 359 | 26 |
//!
//! A later request consists of one byte for each field in the table and of its path, which has a new
//! cursor: one digit more or less accounts for the second length. In page refresh `Referer` also has
//! a new cursor.

use std::{collections::BTreeMap, path::Path, time::Duration};

use loadgen::{
    browser::Chromium,
    client::{
        connection::Connection, http1::framing::Framed, ledger::Ledger, plan::Target, trust::Trust,
    },
    record::{Class, Direction::Up, HeaderProfile, HttpVersion},
};
use serde_json::Value;
use server::{Transport, link::Passage};

use crate::{
    decrypting::Relay,
    hpack::{Fields, decoded, header_blocks},
    running,
};

/// A request of which there are several on one connection.
struct Kind {
    name: &'static str,
    path: &'static str,
    /// The request of the profile for a path, from a page at another path.
    head: fn(&Target, path: &str, page: &str) -> Vec<u8>,
    body: Option<&'static str>,
    /// The script that makes the browser send requests of this kind.
    script: &'static str,
}

const BODY: &str = "{\"price\":1}";

const KINDS: [Kind; 4] = [
    Kind {
        name: "fetch (long polling)",
        path: "/long-polling",
        head: |target, path, _| asking(target, Transport::LongPolling, path),
        body: None,
        script: "return new Promise((done) => {
            let count = 0;
            const running = longPolling.start({ after: undefined, interval: 1000, on(kind) {
                if (kind === 'message' && (count += 1) === 6) { running.stop(); done(); }
            } });
        })",
    },
    Kind {
        name: "EventSource (SSE)",
        path: "/sse",
        head: |target, path, _| asking(target, Transport::Sse, path),
        body: None,
        script: "return new Promise((done) => {
            let count = 0;
            const next = (after) => {
                const running = sse.start({ after, interval: 1000, on(kind, message) {
                    if (kind !== 'message') return;
                    running.stop();
                    if ((count += 1) === 5) done();
                    else next(String(message.seq));
                } });
            };
            next(undefined);
        })",
    },
    Kind {
        name: "fetch (POST)",
        path: "/updates",
        head: |target, _, _| target.publish(BODY.len()),
        body: Some(BODY),
        script: "for (let nth = 0; nth < 5; nth += 1) await publishing.publish('{\"price\":1}');",
    },
    Kind {
        name: "document (page refresh)",
        path: "/page-refresh?after=",
        head: |target, path, page| {
            let head = asking(target, Transport::PageRefresh, page);
            replaced(head, &format!("GET {page} "), &format!("GET {path} "))
        },
        body: None,
        script: "",
    },
];

/// The request of the profile, for a path.
fn asking(target: &Target, transport: Transport, path: &str) -> Vec<u8> {
    let head = target.request(transport, None, None);
    replaced(head, &format!("/{transport}"), path)
}

fn replaced(head: Vec<u8>, from: &str, to: &str) -> Vec<u8> {
    String::from_utf8(head).unwrap().replace(from, to).into()
}

/// What was sent of a kind on one connection: fields, and the lengths of their blocks.
type Sent = (Vec<Fields>, Vec<usize>);

/// What was sent of a kind on the newest connection that carried it.
fn sent(kind: &Kind, passages: &[Passage]) -> Sent {
    let mut connections = BTreeMap::<u64, Vec<Passage>>::new();
    for passage in passages {
        let connection = connections.entry(passage.connection).or_default();
        connection.push(passage.clone());
    }
    let mut newest_first = connections.values().rev().map(|passages| -> Sent {
        let blocks = header_blocks(passages, Up);
        let sent = decoded(&blocks).into_iter().zip(blocks);
        let of_kind = sent.filter(|(fields, _)| value(fields, ":path").starts_with(kind.path));
        of_kind.map(|(fields, block)| (fields, block.len())).unzip()
    });
    let found = newest_first.find(|(lists, _)| !lists.is_empty());
    found.expect("a connection carries it")
}

fn value<'a>(fields: &'a Fields, name: &str) -> &'a str {
    let field = fields.iter().find(|(other, _)| other == name);
    field.map_or("", |(_, value)| value)
}

/// What Chromium sends of a kind.
async fn by_chromium(kind: &Kind, chromium: &Chromium, relay: &mut Relay) -> Sent {
    let open = |path: &str| format!("https://{}{path}", relay.address);
    if kind.script.is_empty() {
        chromium.open(&open("/page-refresh?after=0")).await.unwrap();
        let mut last = refreshed(chromium, "").await;
        last = refreshed(chromium, &last).await;
        relay.break_connections();
        for _ in 0..3 {
            last = refreshed(chromium, &last).await;
        }
    } else {
        chromium.open(&open("/healthz")).await.unwrap();
        until(async || executed(chromium, PREPARE).await == true).await;
        relay.break_connections();
        chromium.client.execute(kind.script, vec![]).await.unwrap();
    }
    chromium.open("about:blank").await.unwrap();
    sent(kind, relay.passages())
}

/// The result of a script; null while there is no page.
async fn executed(chromium: &Chromium, script: &str) -> Value {
    let result = chromium.client.execute(script, vec![]).await;
    result.unwrap_or_default()
}

/// The page of the profile is at `/`.
const PREPARE: &str = "
    if (location.pathname !== '/healthz') return false;
    window.longPolling = await import('/transports/long-polling.js');
    window.sse = await import('/transports/sse.js');
    window.publishing = await import('/transports/parts/publish.js');
    history.replaceState(null, '', '/');
    return true;";

/// Waits until the page has another address than `before`, and returns it.
async fn refreshed(chromium: &Chromium, before: &str) -> String {
    let mut found = String::new();
    until(async || {
        let path = executed(chromium, "return location.pathname + location.search").await;
        found = path.as_str().unwrap_or(before).to_owned();
        found != before && found.starts_with("/page-refresh")
    })
    .await;
    found
}

/// Waits until a condition holds. Panics after half a minute.
async fn until(mut condition: impl AsyncFnMut() -> bool) {
    let holds = async {
        while !condition().await {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let waited = tokio::time::timeout(Duration::from_secs(30), holds).await;
    waited.expect("the browser is at the page");
}

/// The requests of the load generator for the same paths.
async fn by_profile(kind: &Kind, theirs: &[Fields], relay: &mut Relay) -> Sent {
    let target = Target {
        http_version: HttpVersion::Http2,
        tls: Some(Trust::Any.client_config(HttpVersion::Http2)),
        ..Target::in_clear_text(relay.address, HeaderProfile::Browser)
    };
    let origin = format!("https://{}", relay.address);
    let mut ledger = Ledger::default();
    let mut connection = Connection::open(&target, &mut ledger).await.unwrap();
    for fields in theirs {
        let page = value(fields, "referer").strip_prefix(&origin).unwrap();
        let head = (kind.head)(&target, value(fields, ":path"), page);
        let sent = connection.request(Class::RequestHead, &head, kind.body, &mut ledger);
        assert!(sent.await.unwrap());
        let answered = connection.read_header(Class::ResponseHead, &mut ledger);
        assert!(answered.await.unwrap());
        let mut body = Vec::new();
        while connection.take(&mut body, &mut ledger).unwrap() == Framed::Nothing {
            assert!(connection.read(&mut ledger).await);
        }
    }
    drop(connection);
    sent(kind, relay.passages())
}

/// Asserts that both lists have the same fields in the same order. Returns whether all values are
/// those of the profile: another version of Chromium has other ones.
fn assert_same_fields(theirs: &Fields, ours: &Fields) -> bool {
    let without_version = |fields: &Fields| {
        let mut fields = fields.clone();
        for (name, value) in &mut fields {
            if ["user-agent", "sec-ch-ua"].contains(&&name[..]) {
                value.clear();
            }
        }
        fields
    };
    assert_eq!(without_version(theirs), without_version(ours));
    theirs == ours
}

#[tokio::test]
async fn chromium_and_the_profile_send_the_same_headers_over_http2() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let options = ["--rate", "10", "--root", root.to_str().unwrap()];
    let (_server, port) = running::server_with(&options, true);
    let mut relay = Relay::start(([127, 0, 0, 1], port).into()).await;
    let hash = &relay.spki_hash;
    let accept = format!("--ignore-certificate-errors-spki-list={hash}");
    let chromium = Chromium::start(vec![accept]).await.unwrap();
    let version = chromium.version();
    println!("header blocks of a connection, in bytes");
    for kind in &KINDS {
        let (theirs, their_bytes) = by_chromium(kind, &chromium, &mut relay).await;
        let (ours, our_bytes) = by_profile(kind, &theirs, &mut relay).await;
        println!(
            "{:24} {version}: {their_bytes:?}; the load generator: {our_bytes:?}",
            kind.name
        );
        assert_eq!(theirs.len(), ours.len());
        assert!(theirs.len() > 2);
        let lists = theirs.iter().zip(&ours);
        let same = lists.filter(|(theirs, ours)| assert_same_fields(theirs, ours));
        if same.count() == ours.len() {
            assert_eq!(their_bytes, our_bytes, "{}", kind.name);
        }
    }
    chromium.end().await;
}
