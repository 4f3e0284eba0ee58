//! Records the wires of a real Chromium for the talk without a server: `just recording`.

#[allow(dead_code, reason = "an example needs only a part of it")]
#[path = "../tests/browser/harness/mod.rs"]
mod harness;

use std::{fs, path::Path};

use harness::{chromium::Chromium, process::Running};
use serde_json::{Value, json};

const SPAN_S: u64 = 20;

/// Loads a page with the eight transports from `url` in a frame, receives its traffic for `span_us`,
/// starting before the first client, and then calls `done`.
const RECEIVE: &str = r#"
const { recording } = await import("/model/talk/replay.js");
const received = [];
const socket = new WebSocket(`ws://${location.host}/lab/wire`);
socket.onmessage = ({ data }) => {
  received.push(JSON.parse(data));
  const first = received.find(({ wire }) => wire?.length);
  if (!first || received.at(-1).sent_us < first.sent_us + span_us) return;
  socket.onmessage = null;
  const about = {
    recorded: new Date().toISOString().slice(0, 10),
    command: "just recording",
    browser: navigator.userAgent,
  };
  done(JSON.stringify(recording(received, span_us, about)));
};
socket.onopen = async () => {
  const headers = { "Content-Type": "application/json" };
  const { ok } = await fetch("/lab", { method: "POST", headers, body: JSON.stringify(change) });
  if (!ok) throw new Error("the lab rejected the change");
  const page = document.createElement("iframe");
  page.src = url;
  document.body.append(page);
  // Where the page has a button to send a line, both clients send one.
  setInterval(() => page.contentDocument.querySelector(".saying > button")?.click(), 5000);
};
"#;

/// Receives the first update that is alone in a frame over https, and calls `done`.
const RECEIVE_FRAME: &str = r#"
const socket = new WebSocket(`wss://${location.host}/lab/wire`);
socket.onmessage = ({ data }) => {
  const frames = (JSON.parse(data).wire ?? []).filter(
    ({ transport, updates, parts }) =>
      transport === "websocket" && updates.length === 1 && parts[1].class === "websocket_frame",
  );
  if (frames.length === 0) return;
  socket.onmessage = null;
  const recorded = new Date().toISOString().slice(0, 10);
  const about = { recorded, command: "just recording", browser: navigator.userAgent };
  done(JSON.stringify({ ...about, passage: frames[0] }));
};
socket.onopen = () => {
  const page = document.createElement("iframe");
  page.src = "/";
  document.body.append(page);
};
"#;

#[tokio::main]
async fn main() {
    record_frame().await;
    record("talk", "/talk.html#websocket", json!({})).await;
    // The other scenes would change the lab.
    record("polling", "/?scene=free", json!({ "rate_per_s": 0.45 })).await;
    let strips = json!({ "proxy": "strips-upgrade" });
    record("strips-upgrade", "/?scene=free", strips).await;
}

/// Writes a recording of the wires, with `change` applied before the first client connects.
async fn record(name: &str, url: &str, change: Value) {
    let (_server, address) = Running::serve("--rate 1 --lab --rtt 200ms");
    let script = format!("(async (span_us, url, change, done) => {{{RECEIVE}}})(...arguments);");
    let arguments = vec![json!(SPAN_S * 1_000_000), json!(url), change];
    let text = receive(&format!("http://{address}"), &script, arguments).await;
    assert!(!text.contains("\"missed\""), "this viewer was too slow");
    write(name, &text);
}

/// Writes one frame with the TLS record around it.
async fn record_frame() {
    let (_server, address) = Running::serve("--rate 1 --lab --tls");
    let script = format!("((done) => {{{RECEIVE_FRAME}}})(...arguments);");
    let text = receive(&format!("https://{address}"), &script, Vec::new()).await;
    write("wss", &text);
}

/// The result of a script that runs in a browser, in a document of this origin.
async fn receive(origin: &str, script: &str, arguments: Vec<Value>) -> String {
    let browser = Chromium::start().await;
    // Without clients, and without a policy.
    browser.goto(&format!("{origin}/healthz")).await;
    let received = browser.client.execute_async(script, arguments).await;
    let received = received.expect("the wires are received");
    received.as_str().expect("a recording as JSON").to_owned()
}

fn write(name: &str, text: &str) {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/..")).join("web/recordings");
    fs::create_dir_all(&folder).expect("a folder for the recording");
    fs::write(folder.join(format!("{name}.json")), format!("{text}\n")).expect("it can be written");
}
