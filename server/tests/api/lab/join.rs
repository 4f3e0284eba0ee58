//! How phones reach the page.

use std::net::SocketAddr;

use super::{get_at, json, of, quiet, state};
use crate::{
    bad_input::assert_problem,
    http::{Answer, HOST},
    process::{Server, command},
};

/// The text in the QR code.
fn read(svg: &Answer) -> String {
    assert_eq!(svg.head.status, 200);
    assert_eq!(svg.head.field("content-type"), Some("image/svg+xml"));
    let svg = svg.text();
    let after = |begin: &str| {
        let (_, rest) = svg.split_once(begin).expect(begin);
        rest.split('"').next().expect("its end")
    };
    let size = after("viewBox=\"0 0 ").split(' ').next().expect("a number");
    let size: usize = size.parse().expect("a number");
    let mut dark = vec![false; size * size];
    // Each run of dark modules: Mx yhLENGTHv1h-LENGTHz.
    for run in after("<path d=\"M").split('M') {
        let mut numbers = run.split(|c: char| !c.is_ascii_digit());
        let mut number = || -> usize { numbers.next().expect("a number").parse().expect("one") };
        let (x, y, length) = (number(), number(), number());
        dark[y * size + x..][..length].fill(true);
    }
    // Pixels per module.
    const LARGE: usize = 4;
    let shade = |x: usize, y: usize| match dark[y / LARGE * size + x / LARGE] {
        true => 0,
        false => 255,
    };
    let (width, height) = (size * LARGE, size * LARGE);
    let mut image = rqrr::PreparedImage::prepare_from_greyscale(width, height, shade);
    let codes = image.detect_grids();
    assert_eq!(codes.len(), 1);
    codes[0].decode().expect("the code is readable").1
}

#[test]
fn the_code_leads_to_the_host_of_the_request() {
    let server = quiet();
    let url = format!("http://{HOST}/join.html");
    assert_eq!(read(&server.get("/join.svg")), url);
    assert_eq!(state(&server)["join_url"], url);
}

#[test]
fn a_host_name_cannot_inject_into_the_picture() {
    let long = format!("{}.test", "a.".repeat(1_990));
    let server = Server::quiet(&["--lab", "--allowed-host", &long]);
    let ask = |host: &str| {
        server.ask(format!("GET /join.svg HTTP/1.1\r\nHost: {host}\r\n\r\n").as_bytes())
    };
    assert_problem(&ask("a$b"), 421);
    assert_problem(&ask("</title><script>"), 400);
    assert_problem(&ask(&long), 400);
    let own = format!("http://localhost:{}/join.html", server.address.port());
    let mut connection = server.connect();
    connection.send(b"GET /join.svg HTTP/1.0\r\n\r\n");
    let drawn = String::from_utf8(connection.rest()).expect("it is UTF-8");
    assert!(drawn.contains(&format!("<title>{own}</title>")), "{drawn}");
}

#[test]
fn with_lan_the_server_is_reachable_and_prints_its_url() {
    let options = ["--lab", "--source", "none", "--lan"];
    let (server, [_, talk, lan]) = Server::start_reading_lines(&options);
    let address = server.address;
    // The URL under which a browser caches the talk.
    let own = format!("http://127.0.0.1:{}/talk.html", address.port());
    assert!(talk.contains(&own), "{talk}");
    let url = format!("http://{address}/join.html");
    if address.ip().is_loopback() {
        // This machine is not in a network.
        assert!(lan.contains("--bind"), "{lan}");
    } else {
        assert!(lan.contains("from the network"), "{lan}");
        assert!(lan.contains(&url), "{lan}");
    }
    // The URL for phones, even if the page was opened by another one.
    assert_eq!(read(&server.get("/join.svg")), url);
    // The server and the panels listen at each address of this machine.
    let state = json(&server.get("/lab"));
    let sse = of(&state, "sse")["port"].as_u64().expect("a port");
    // (Only Linux has other loopback addresses by default.)
    let another = match cfg!(target_os = "linux") {
        true => "127.0.0.2",
        false => "127.0.0.1",
    };
    for ip in ["127.0.0.1", another, &address.ip().to_string()] {
        for port in [address.port(), sse as u16] {
            let to = SocketAddr::new(ip.parse().expect("an address"), port);
            assert_eq!(get_at(to, "/healthz").head.status, 200, "{to}");
        }
    }
}

#[test]
fn without_the_lab_the_option_for_phones_is_rejected() {
    let output = command(&["--lan"]).output().expect("the server starts");
    assert_eq!(output.status.code(), Some(2));
}
