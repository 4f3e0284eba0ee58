//! The observation of the wires.

use std::{io::Write, time::Duration};

use serde_json::Value;

use super::{Viewer, change, client, connect, decoded, exchange, get_at, of, panel, quiet, state};
use crate::{
    http::request,
    process::{Server, awaited},
    transports::TRANSPORTS,
    websocket::{FIN, PING, PONG, TEXT, WebSocket},
};

#[test]
fn each_port_serves_all_eight_transports() {
    let server = quiet();
    server.publish("\"here\"");
    let text = &server.texts()[0];
    for port_of in TRANSPORTS {
        let address = panel(&server, port_of.name);
        for transport in TRANSPORTS {
            let mut client = transport.client_at(address, Some(0));
            let (name, port_of) = (transport.name, port_of.name);
            assert_eq!(&client.next(), text, "{name} over {port_of}");
        }
    }
}

/// The bytes of a passage, which must equal its parts.
fn bytes(passage: &Value) -> Vec<u8> {
    let parts = passage["parts"].as_array().expect("an array");
    let decoded = parts.iter().map(|part| {
        let bytes = decoded(&part["bytes"]);
        assert_eq!(part["length"], bytes.len(), "{part}");
        bytes
    });
    decoded.collect::<Vec<_>>().concat()
}

#[test]
fn passages_contain_every_byte_with_its_class_and_the_updates() {
    let server = quiet();
    server.publish("\"seen\"");
    let text = &server.texts()[0];
    let (mut viewer, _) = Viewer::new(&server);
    for (nth, transport) in (1..).zip(TRANSPORTS) {
        let name = transport.name;
        let [sent, received] = exchange(connect(&server, name), transport, text);
        let (mut up, mut down) = (Vec::new(), Vec::new());
        let (mut payload, mut updates) = (Vec::new(), Vec::new());
        while down.len() < received.len() {
            for passage in viewer.passages() {
                assert_eq!(passage["transport"], name);
                assert_eq!(passage["connection"], nth, "{name}");
                let is_up = passage["direction"] == "up";
                let way = if is_up { &mut up } else { &mut down };
                way.extend(bytes(&passage));
                let parts = passage["parts"].as_array().expect("an array").iter();
                let of_payload = parts.filter(|part| part["class"] == "payload");
                payload.extend(of_payload.cloned());
                updates.extend(passage["updates"].as_array().expect("an array").clone());
            }
        }
        assert_eq!(up, sent, "{name}");
        assert_eq!(&down[..received.len()], received, "{name}");
        assert_eq!(updates.len(), 1, "{name}");
        assert_eq!(updates[0]["seq"], 1);
        let at_us = format!("\"at_us\":{},", updates[0]["at_us"]);
        assert!(text.contains(&at_us), "{text}");
        let passage = serde_json::json!({"parts": payload});
        assert_eq!(bytes(&passage), text.as_bytes(), "{name}");
    }
}

#[test]
fn only_known_headers_are_shown_and_never_a_token() {
    let server = quiet();
    server.publish("1");
    let (mut viewer, _) = Viewer::new(&server);
    let fields = [
        "User-Agent: seen",
        "Cookie: secret",
        "Authorization: Bearer secret",
        "Proxy-Authorization: secret",
        "X-Api-Key: secret",
        "Referer: http://localhost/?secret",
        "Sec-WebSocket-Protocol: secret",
        "Accept: seen",
    ];
    let sent = request("GET", "/polling?after=0&token=secret", &fields, b"");
    let mut stream = connect(&server, "polling");
    stream.write_all(&sent).expect("the server receives it");
    let asked = bytes(&viewer.passages()[0]);
    let asked = String::from_utf8_lossy(&asked);
    assert_eq!(asked.len(), sent.len());
    assert!(!asked.contains("secret"), "{asked}");
    assert!(asked.starts_with("GET /polling?after=0&token=****** HTTP/1.1\r\n"));
    for shown in ["Authorization: ****** ******", "User-Agent: seen"] {
        assert!(asked.contains(&format!("\r\n{shown}\r\n")), "{asked}");
    }
    assert!(asked.ends_with("\r\nAccept: seen\r\n\r\n"), "{asked}");
}

#[test]
fn a_long_part_is_truncated() {
    let server = quiet();
    let long = format!("\"{}\"", "x".repeat(9_000));
    server.publish(&long);
    let (mut viewer, _) = Viewer::new(&server);
    client(&server, "polling").next();
    let passage = viewer.next_with_updates();
    let mut parts = passage["parts"].as_array().expect("an array").iter();
    let payload = parts.find(|part| part["class"] == "payload");
    let payload = payload.expect("it contains an update");
    assert_eq!(payload["length"], server.texts()[0].len());
    let shown = decoded(&payload["bytes"]);
    assert_eq!(shown, server.texts()[0].as_bytes()[..4_096]);
}

#[test]
fn the_files_of_a_panel_are_not_reported() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
    let server = Server::quiet(&["--lab", "--root", root]);
    let address = panel(&server, "sse");
    let (mut viewer, _) = Viewer::new(&server);
    for path in ["/panel.html", "/transports/sse.js", "/lab"] {
        assert_eq!(get_at(address, path).head.status, 200, "{path}");
    }
    // If the files were reported, they would precede this.
    let mut client = TRANSPORTS[1].client_at(address, Some(0));
    client.answer();
    assert_eq!(viewer.passages()[0]["transport"], "polling");
}

#[test]
fn distance_applies_to_new_and_to_open_connections() {
    let server = quiet();
    let (mut viewer, _) = Viewer::new(&server);
    let mut open = client(&server, "sse");
    let new = change(&server, r#"{"transport":"sse","rtt_us":200000}"#);
    assert_eq!(of(&new, "sse")["rtt_us"], 200_000);
    assert_eq!(of(&new, "polling")["rtt_us"], 0);
    server.publish("1");
    open.next();
    let us = |passage: &Value, end: &str| passage[end].as_i64().expect("an instant");
    let down = viewer.next_with_updates();
    let took_us = us(&down, "client_us") - us(&down, "server_us");
    assert!(took_us >= 100_000, "{down}");
    client(&server, "sse").next();
    let passages = viewer.passages();
    let up = &passages[0];
    assert_eq!(up["direction"], "up", "{up}");
    assert!(us(up, "server_us") - us(up, "client_us") >= 100_000, "{up}");
}

#[test]
fn a_viewer_receives_the_state_and_then_each_change() {
    let server = quiet();
    let (mut viewer, first) = Viewer::new(&server);
    assert_eq!(first, state(&server));
    let new = change(&server, r#"{"bandwidth_bit_per_s":8000}"#);
    assert_eq!(viewer.lab(), new);
}

#[test]
fn a_viewer_of_the_state_alone_receives_no_passages() {
    let server = quiet();
    let mut phone = Viewer(WebSocket::open(&server, "/lab/wire?only=state"));
    assert_eq!(phone.message()["lab"], state(&server));
    let (mut viewer, _) = Viewer::new(&server);
    client(&server, "polling").answer();
    viewer.passages();
    let new = change(&server, r#"{"rtt_us":1000}"#);
    assert_eq!(phone.message()["lab"], new);
}

#[test]
fn messages_of_a_viewer_are_ignored_but_pings_are_answered() {
    let server = quiet();
    let (mut viewer, _) = Viewer::new(&server);
    viewer.0.send(FIN | TEXT, b"{\"rtt_us\":1}");
    viewer.0.send(FIN | PING, b"there?");
    let pong = viewer.control_frame();
    assert_eq!(pong.first, FIN | PONG);
    assert_eq!(pong.payload, b"there?");
    assert_eq!(of(&state(&server), "sse")["rtt_us"], 0);
    assert_eq!(server.texts(), [""; 0]);
}

#[test]
fn viewers_are_closed_when_the_server_stops() {
    let mut server = quiet();
    let (mut viewer, _) = Viewer::new(&server);
    server.signal("TERM");
    let frame = viewer.control_frame();
    assert_eq!(frame.close_reason(), (1001, "the server stops".into()));
    let status = server.ends_within(Duration::from_secs(5));
    assert_eq!(status.code(), Some(0), "{status}");
}

#[test]
fn the_end_of_a_connection_is_reported_without_bytes() {
    let server = quiet();
    let (mut viewer, _) = Viewer::new(&server);
    server.publish("1");
    let mut connection = client(&server, "sse");
    connection.next();
    let first = viewer.next_with_updates();
    drop(connection);
    let end = awaited("the end of the connection", || {
        let mut passages = viewer.passages().into_iter();
        passages.find(|passage| passage["parts"] == Value::Array(vec![]))
    });
    assert_eq!(end["connection"], first["connection"]);
    assert_eq!(end["transport"], "sse");
}
