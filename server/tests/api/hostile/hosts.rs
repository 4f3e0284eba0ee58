//! Hosts that are not this server. With DNS rebinding, an attacker's name resolves to 127.0.0.1. A
//! browser that shows the attacker's page sends that name with the server's port.

use super::{Case, assert_withstands, case};
use crate::{
    http::request_to,
    process::Server,
    websocket::{KEY, UPGRADE, VERSION},
};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

const ROUTES: [&str; 18] = [
    "/page-refresh",
    "/polling",
    "/hidden-frame",
    "/long-polling",
    "/forever-frame",
    "/http-streaming",
    "/sse",
    "/websocket",
    "/websocket/echo",
    "/metrics",
    "/lab",
    "/lab/vote",
    "/lab/wire",
    "/join.svg",
    "/",
    "/results/",
    "/source/lib.rs",
    "/nothing",
];

/// Each is sent on a connection to 127.0.0.1.
const UNKNOWN: [&str; 22] = [
    "attacker.test",
    "attacker.test.",
    "ATTACKER.TEST:80",
    "attacker.test:65535",
    "127.0.0.1.attacker.test",
    "localhost.attacker.test",
    "attacker-localhost",
    "attacker.localhost",
    "localhost.localdomain.attacker.test",
    "xn--lcalhost-54a",
    "127.0.0.2",
    "127.0.0.1.2",
    "0.0.0.0:8080",
    "192.0.2.1",
    "2130706434",
    "[::1]",
    "[::]",
    "[::ffff:127.0.0.2]",
    "[fe80::1]",
    "a$b",
    "-",
    "",
];

/// Requests for a server with the lab at this port.
pub fn cases(port: u16) -> Vec<Case> {
    let rebound = format!("attacker.test:{port}");
    let expected = ["the Host 'attacker.test:", "--allowed-host attacker.test"];
    let handshake = [&UPGRADE[..], &[KEY, VERSION]].concat();
    let read = ROUTES.map(|route| {
        let fields: &[&str] = match route.contains("web") || route.contains("wire") {
            true => &handshake,
            false => &[],
        };
        case(421, request_to(&rebound, "GET", route, fields, b"")).with_detail(&expected)
    });
    let origin = format!("Origin: http://{rebound}");
    let written = ["/updates", "/lab"].map(|route| {
        let fields = [origin.as_str(), "Sec-Fetch-Site: same-origin"];
        case(421, request_to(&rebound, "POST", route, &fields, b"{}")).with_detail(&expected)
    });
    let other = ["PUT", "DELETE", "OPTIONS"]
        .map(|method| case(421, request_to(&rebound, method, "/updates", &[], b"")));
    let hosts = UNKNOWN.map(|host| {
        let expected = format!("the Host '{host}'");
        case(421, request_to(host, "GET", "/polling", &[], b""))
            .with_detail(&[&expected, "--allowed-host"])
    });
    let absolute = format!("http://{rebound}/polling");
    let absolute = case(421, request_to("localhost", "GET", &absolute, &[], b""));
    let mut cases = vec![absolute];
    cases.extend(read);
    cases.extend(written);
    cases.extend(other);
    cases.extend(hosts);
    cases
}

#[test]
fn a_host_that_is_not_this_server_gets_421_on_every_route() {
    let server = Server::quiet(&["--lab", "--echo", "--root", ROOT]);
    let cases = cases(server.address.port());
    assert_withstands(&server, &cases);
    let reason = "feed_rejections_total{reason=\"unknown_host\"}";
    assert_eq!(server.metric(reason), cases.len() as u64);
}

#[test]
fn the_hosts_of_this_server_are_accepted_with_any_port() {
    let server = Server::quiet(&["--allowed-host", "feed.test", "--allowed-host", "192.0.2.1"]);
    let name = rustix::system::uname();
    let name = name.nodename().to_str().expect("a name");
    for host in [
        "127.0.0.1",
        &server.address.to_string(),
        "127.0.0.1:1",
        "127.1:8080",
        "[::ffff:127.0.0.1]",
        "localhost",
        "LocalHost.:9000",
        name,
        "feed.test",
        "FEED.test:8443",
        "192.0.2.1",
    ] {
        let answer = server.ask(&request_to(host, "GET", "/polling", &[], b""));
        assert_eq!(answer.head.status, 200, "{host}: {}", answer.text());
    }
}

#[test]
fn a_health_probe_may_name_any_host_and_http_1_0_none() {
    let server = Server::quiet(&[]);
    let probe = request_to("attacker.test", "GET", "/healthz", &[], b"");
    assert_eq!(server.ask(&probe).text(), "ok\n");
    for host in ["", "Host: localhost\r\n"] {
        let mut connection = server.connect();
        connection.send(format!("GET /polling HTTP/1.0\r\n{host}\r\n").as_bytes());
        let answer = String::from_utf8(connection.rest()).expect("it is UTF-8");
        assert!(answer.contains(" 200 OK\r\n"), "{answer}");
    }
    let mut connection = server.connect();
    connection.send(b"GET /polling HTTP/1.0\r\nHost: attacker.test\r\n\r\n");
    let answer = String::from_utf8(connection.rest()).expect("it is UTF-8");
    assert!(answer.contains(" 421 "), "{answer}");
}

#[test]
fn an_address_is_this_server_only_on_its_own_connections() {
    let server = Server::quiet(&["--bind", "[::1]:0"]);
    let ask = |host: &str| {
        let request = request_to(host, "GET", "/polling", &[], b"");
        server.ask(&request).head.status
    };
    assert_eq!(ask("[::1]:8080"), 200);
    assert_eq!(ask("[0:0:0:0:0:0:0:1]"), 200);
    assert_eq!(ask("127.0.0.1"), 421);
    assert_eq!(ask("localhost"), 200);
}
