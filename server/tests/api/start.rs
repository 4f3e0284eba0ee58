//! What can go wrong before the server serves.

use std::{
    fs::File,
    io::{BufRead, BufReader},
    net::{TcpListener, TcpStream},
    process::{Output, Stdio},
};

use crate::{
    http::{Connection, request},
    process::{Server, command, until},
};

/// Runs the server, which must end without having promised anything.
fn fails(options: &[&str]) -> (Output, String) {
    let mut child = command(options)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it runs");
    let mut promised = String::new();
    let output = child.stdout.take().expect("its output is piped");
    BufReader::new(output)
        .read_line(&mut promised)
        .expect("text");
    if !promised.is_empty() {
        let _ = child.kill();
        let _ = child.wait();
        panic!("{options:?} is accepted: {promised}");
    }
    let output = child.wait_with_output().expect("it ends");
    assert!(!output.status.success(), "{output:?}");
    let told = String::from_utf8(output.stderr.clone()).expect("it is text");
    (output, told)
}

#[test]
fn a_port_in_use_is_told_in_one_line_with_the_way_out() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = taken.local_addr().expect("it listens").to_string();
    let (output, told) = fails(&["--bind", &address]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(told.lines().count(), 1, "{told}");
    assert!(told.contains(&address) && told.contains("--bind"), "{told}");
}

#[test]
fn an_address_of_another_machine_is_told_in_one_line() {
    let (output, told) = fails(&["--bind", "192.0.2.1:8080"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(told.lines().count(), 1, "{told}");
    assert!(told.contains("192.0.2.1:8080"), "{told}");
}

#[test]
fn a_payload_too_short_is_refused_with_the_least_that_works() {
    let (_, told) = fails(&["--payload-bytes", "10", "--bind", "127.0.0.1:0"]);
    assert_eq!(told.lines().count(), 1, "{told}");
    let least = told.trim_end().rsplit(' ').next().expect("a word");
    let least: usize = least
        .parse()
        .unwrap_or_else(|_| panic!("no number: {told}"));
    let one_less = (least - 1).to_string();
    fails(&["--payload-bytes", &one_less, "--bind", "127.0.0.1:0"]);
    let least = least.to_string();
    let server = Server::start(&["--payload-bytes", &least, "--rate", "200"]);
    let texts = crate::eight::EIGHT[6].client(&server, Some(0)).take(3);
    assert!(
        texts.iter().all(|text| text.len().to_string() == least),
        "{texts:?}"
    );
}

#[test]
fn an_end_of_the_input_that_is_to_leave_the_feed_can_not_be_the_end_too() {
    let options = [
        "--bind",
        "127.0.0.1:0",
        "--source",
        "stdin",
        "--until-stdin-ends",
    ];
    let (_, told) = fails(&options);
    assert!(told.contains("--source stdin"), "{told}");
}

#[test]
fn options_that_make_no_sense_are_refused() {
    for options in [
        ["--rate", "0"],
        ["--rate", "NaN"],
        ["--rate", "1000000"],
        ["--history", "0"],
        ["--workers", "0"],
        ["--hold", "25"],
        ["--hold", "0s"],
        ["--heartbeat", "x"],
        ["--interval", "2days"],
        ["--source", "nowhere"],
        ["--bind", "nowhere"],
    ] {
        let (output, told) = fails(&options);
        assert_eq!(output.status.code(), Some(2), "{options:?}");
        assert!(told.contains(options[0]), "{options:?}: {told}");
    }
}

#[test]
fn a_name_can_be_listened_on() {
    for name in ["localhost:0", "LOCALHOST:0", "localhost.:0"] {
        let server = Server::start(&["--bind", name]);
        assert!(server.address.ip().is_loopback(), "{name}");
        assert_eq!(server.get("/healthz").head.status, 200, "{name}");
    }
    let (_, told) = fails(&["--bind", "localhost"]);
    assert!(told.contains("expected HOST:PORT"), "{told}");
}

#[test]
fn a_server_serves_where_its_output_can_not_be_written() {
    let free = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = free.local_addr().expect("it listens");
    drop(free);
    let full = || {
        File::options()
            .write(true)
            .open("/dev/full")
            .expect("Linux has it")
    };
    let mut child = command(&["--lab", "--bind", &address.to_string()])
        .env("RUST_LOG", "debug")
        .stdin(Stdio::null())
        .stdout(full())
        .stderr(full())
        .spawn()
        .expect("it runs");
    let mut served = 0;
    until("three answers, each with lines in the log", || {
        served += usize::from(TcpStream::connect(address).is_ok_and(|stream| {
            let mut connection = Connection::over(stream);
            connection.send(&request("GET", "/healthz", &[], b""));
            connection.answer().head.status == 200
        }));
        served == 3 || child.try_wait().expect("it is ours").is_some()
    });
    let ended = child.try_wait().expect("it is ours");
    child.kill().expect("it is ours");
    child.wait().expect("it is ours");
    assert_eq!((served, ended), (3, None));
}

#[test]
fn a_client_that_is_rejected_again_and_again_fills_no_log() {
    let mut server = Server::start_logging(&[]);
    for _ in 0..20 {
        assert_eq!(server.ask(b"GET / HTTP/9.9\r\n\r\n").head.status, 400);
    }
    let log = server.stop_and_read_log();
    let lines: Vec<_> = log
        .lines()
        .filter(|line| line.contains("bad_request"))
        .collect();
    assert_eq!(lines.len(), 5, "{log}");
    assert!(lines[4].contains("not logged for a minute"), "{log}");
}
