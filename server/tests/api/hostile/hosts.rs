//! Hosts that are not this server. With DNS rebinding, an attacker's name resolves to 127.0.0.1. A
//! browser that shows the attacker's page sends that name with the server's port.

use super::{Case, assert_withstands, case};
use crate::{
    http::{ROOT, get, request_to},
    process::Server,
    websocket::handshake_to,
};

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
fn cases(port: u16) -> Vec<Case> {
    let rebound = format!("attacker.test:{port}");
    let expected = ["the Host 'attacker.test:", "--allowed-host attacker.test"];
    let mut cases = Vec::new();
    for route in ROUTES {
        let request = match route.contains("web") || route.contains("wire") {
            true => handshake_to(&rebound, route, &[]),
            false => request_to(&rebound, "GET", route, &[], b""),
        };
        cases.push(case(421, request).with_detail(&expected));
    }
    let origin = format!("Origin: http://{rebound}");
    let same_origin = [&origin[..], "Sec-Fetch-Site: same-origin"];
    for route in ["/updates", "/lab"] {
        let request = request_to(&rebound, "POST", route, &same_origin, b"{}");
        cases.push(case(421, request).with_detail(&expected));
    }
    for method in ["PUT", "DELETE", "OPTIONS"] {
        let request = request_to(&rebound, method, "/updates", &[], b"");
        cases.push(case(421, request));
    }
    for host in UNKNOWN {
        let expected = [&format!("the Host '{host}'"), "--allowed-host"];
        let request = request_to(host, "GET", "/polling", &[], b"");
        cases.push(case(421, request).with_detail(&expected));
    }
    cases.push(case(421, get(&format!("http://{rebound}/polling"))));
    cases
}

#[test]
fn a_host_that_is_not_this_server_gets_421_on_every_route() {
    let server = Server::quiet(&["--lab", "--echo", "--root", ROOT]);
    assert_withstands(&server, &cases(server.address.port()));
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
    for (fields, status) in [
        (&[][..], " 200 "),
        (&["Host: localhost"], " 200 "),
        (&["Host: attacker.test"], " 421 "),
    ] {
        let mut connection = server.send_http_1_0("GET", "/polling", fields);
        let (head, _) = connection.last_answer();
        assert!(head.contains(status), "{head}");
    }
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
