//! Handshakes that RFC 6455, section 4.2.1 does not allow.

use super::{Case, assert_withstands, case};
use crate::{
    http::request,
    process::Server,
    websocket::{KEY, UPGRADE, VERSION, handshake},
};

fn cases() -> Vec<Case> {
    let [connection, upgrade] = UPGRADE;
    let get = |fields: &[&str]| request("GET", "/websocket?after=0", fields, b"");
    let bad: [&[&str]; 12] = [
        &[],
        &[KEY, VERSION],
        &[connection, KEY, VERSION],
        &[upgrade, KEY, VERSION],
        &["Connection: keep-alive", upgrade, KEY, VERSION],
        &[connection, "Upgrade: h2c", KEY, VERSION],
        &[connection, upgrade, VERSION],
        &[connection, upgrade, "Sec-WebSocket-Key:", VERSION],
        &[connection, upgrade, KEY, KEY, VERSION],
        &[connection, upgrade, KEY, VERSION, VERSION],
        &[
            connection,
            upgrade,
            KEY,
            VERSION,
            "Sec-WebSocket-Version: 12",
        ],
        &[connection, upgrade, KEY],
    ];
    let mut cases = Vec::from(bad.map(|fields| case(400, get(fields))));
    for version in ["8", "12", "14", "13, 8", "x"] {
        let version = format!("Sec-WebSocket-Version: {version}");
        cases.push(case(426, get(&[connection, upgrade, KEY, &version])));
    }
    cases.push(case(403, handshake("/websocket", &["Origin: null"])));
    let post = [connection, upgrade, KEY, VERSION];
    cases.push(case(405, request("POST", "/websocket", &post, b"")));
    cases
}

#[test]
fn an_invalid_handshake_upgrades_nothing() {
    for answer in assert_withstands(&Server::quiet(&[]), &cases()) {
        let supported = (answer.head.status == 426).then_some("13");
        assert_eq!(answer.head.field("sec-websocket-version"), supported);
    }
}
