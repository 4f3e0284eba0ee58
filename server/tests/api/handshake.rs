//! The opening handshake (RFC 6455, section 4.2).

use crate::{
    process::Server,
    websocket::{KEY, UPGRADE, VERSION, handshake},
};

#[test]
fn the_key_of_the_rfc_gives_the_accept_of_the_rfc_and_no_extension_is_accepted() {
    let server = Server::quiet(&[]);
    let offer = "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits";
    for offer in [&[][..], &[offer]] {
        let head = server.send(&handshake("/websocket", offer)).head();
        assert_eq!(head.status, 101);
        let accept = head.field("sec-websocket-accept");
        assert_eq!(accept, Some("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="));
        for (name, expected) in [("upgrade", "websocket"), ("connection", "upgrade")] {
            let value = head.field(name).expect("the field is present");
            assert!(value.eq_ignore_ascii_case(expected), "{name}: {value}");
        }
        assert_eq!(head.field("sec-websocket-extensions"), None);
    }
}

#[test]
fn an_upgrade_of_http_1_0_is_rejected() {
    let fields = [&UPGRADE[..], &[KEY, VERSION]].concat();
    let server = Server::quiet(&[]);
    let mut connection = server.send_http_1_0("GET", "/websocket", &fields);
    let (head, body) = connection.last_answer();
    assert!(head.contains(" 400 bad request\r\n"), "{head}");
    assert!(body.contains("requires HTTP/1.1"), "{body}");
}
