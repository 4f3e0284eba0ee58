//! The eight transports through the proxies of the README. The tests of the page use them with a
//! browser.

use std::net::SocketAddr;

use crate::{
    http::{Answer, Connection, request_to},
    process::{Server, skipped},
    proxy::Proxy,
    transports::{TRANSPORTS, seq},
    websocket::{FIN, KEY, TEXT, UPGRADE, VERSION, WebSocket},
};

const OPTIONS: [&str; 4] = [
    "--allowed-host",
    "feed.example",
    "--trusted-proxy",
    "127.0.0.1",
];

/// A page that a browser has loaded through a proxy.
struct Page<'a>(&'a Proxy);

impl Page<'_> {
    fn host(&self) -> String {
        format!("feed.example:{}", self.0.address.port())
    }

    /// Sends a request of the page on its own connection.
    fn send(&self, method: &str, target: &str, fields: &[&str], body: &[u8]) -> Connection {
        let origin = format!("Origin: http://{}", self.host());
        let fields = [&[&origin, "Sec-Fetch-Site: same-origin"], fields].concat();
        let mut connection = Connection::open(self.0.address);
        connection.send(&request_to(&self.host(), method, target, &fields, body));
        connection
    }

    fn post(&self, target: &str, fields: &[&str], body: &[u8]) -> Answer {
        self.send("POST", target, fields, body).answer()
    }
}

/// Each update reaches all eight transports before the next is published: no proxy delays one.
fn assert_all_eight_work(proxy: &Proxy) {
    let mut clients = TRANSPORTS.map(|transport| transport.client_at(proxy.address, Some(0)));
    for number in 1..=3 {
        let answer = Page(proxy).post("/updates", &[], b"[]");
        assert_eq!(answer.head.status, 201, "{}", answer.text());
        for client in &mut clients {
            let name = client.transport.name;
            assert_eq!(seq(&client.next()), Some(number), "{name}");
        }
    }
}

fn assert_a_page_uses_a_websocket(proxy: &Proxy, server: &Server) {
    let fields = [&UPGRADE[..], &[KEY, VERSION]].concat();
    let sent = Page(proxy).send("GET", "/websocket?after=3", &fields, b"");
    let mut socket = WebSocket::accepted(sent);
    socket.send(FIN | TEXT, b"\"up\"");
    assert!(socket.text().ends_with(",\"data\":\"up\"}"));
    assert_eq!(server.texts().len(), 4);
}

fn assert_another_page_is_rejected(proxy: &Proxy) {
    let host = Page(proxy).host();
    let origin = ["Origin: http://attacker.test"];
    for (request, status) in [
        (request_to(&host, "POST", "/updates", &origin, b"1"), 403),
        (
            request_to("attacker.test", "GET", "/polling", &[], b""),
            421,
        ),
    ] {
        let mut connection = Connection::open(proxy.address);
        connection.send(&request);
        assert_eq!(connection.answer().head.status, status);
    }
}

/// The proxy and its client are on the server's own host; neither makes the client the presenter.
fn assert_no_client_is_the_presenter(proxy: &Proxy) {
    let claims = [
        "X-Forwarded-For: 127.0.0.1",
        "Forwarded: for=127.0.0.1",
        "X-Forwarded-Host: localhost",
    ];
    for claims in [&[][..], &claims] {
        for target in ["/lab", "/updates"] {
            let answer = Page(proxy).post(target, claims, b"{}");
            assert_eq!(answer.head.status, 403, "{claims:?}: {}", answer.text());
        }
    }
}

fn assert_works_through(start: fn(SocketAddr) -> Result<Proxy, String>) {
    let server = Server::quiet(&OPTIONS);
    let proxy = match start(server.address) {
        Ok(proxy) => proxy,
        Err(why) => return skipped(&why),
    };
    assert_all_eight_work(&proxy);
    assert_a_page_uses_a_websocket(&proxy, &server);
    assert_another_page_is_rejected(&proxy);
    let server = Server::quiet(&[&["--lab"], &OPTIONS[..]].concat());
    let proxy = start(server.address).expect("the proxy is installed");
    assert_no_client_is_the_presenter(&proxy);
}

#[test]
fn all_eight_work_through_nginx() {
    assert_works_through(Proxy::nginx);
}

#[test]
fn all_eight_work_through_haproxy() {
    assert_works_through(Proxy::haproxy);
}
