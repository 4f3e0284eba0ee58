//! Handshakes that RFC 6455, section 4.2.1 does not allow.

use super::{Case, assert_withstands, case};
use crate::{
    http::request,
    process::Server,
    websocket::{KEY, UPGRADE, VERSION},
};

pub fn cases() -> Vec<Case> {
    let [connection, upgrade] = UPGRADE;
    let handshakes: [(u16, &[&str]); 16] = [
        (400, &[]),
        (400, &[KEY, VERSION]),
        (400, &[connection, KEY, VERSION]),
        (400, &[upgrade, KEY, VERSION]),
        (400, &["Connection: keep-alive", upgrade, KEY, VERSION]),
        (400, &[connection, "Upgrade: h2c", KEY, VERSION]),
        (400, &[connection, upgrade, VERSION]),
        (400, &[connection, upgrade, "Sec-WebSocket-Key:", VERSION]),
        (400, &[connection, upgrade, KEY, KEY, VERSION]),
        (400, &[connection, upgrade, KEY, VERSION, VERSION]),
        (400, &[connection, upgrade, KEY]),
        (426, &[connection, upgrade, KEY, "Sec-WebSocket-Version: 8"]),
        (
            426,
            &[connection, upgrade, KEY, "Sec-WebSocket-Version: 14"],
        ),
        (
            426,
            &[connection, upgrade, KEY, "Sec-WebSocket-Version: 13, 8"],
        ),
        (426, &[connection, upgrade, KEY, "Sec-WebSocket-Version: x"]),
        (403, &[connection, upgrade, KEY, VERSION, "Origin: null"]),
    ];
    let handshakes = handshakes
        .map(|(status, fields)| case(status, request("GET", "/websocket?after=0", fields, b"")));
    let other_method = [connection, upgrade, KEY, VERSION];
    let other_method = case(405, request("POST", "/websocket", &other_method, b""));
    handshakes.into_iter().chain([other_method]).collect()
}

#[test]
fn an_invalid_handshake_upgrades_nothing() {
    assert_withstands(&Server::quiet(&[]), &cases());
}
