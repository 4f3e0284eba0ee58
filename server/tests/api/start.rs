//! Errors at start, and servers whose output can't be written.

use std::{
    fs::File,
    io::{BufRead, BufReader},
    net::{TcpListener, TcpStream},
    process::Stdio,
};

use crate::{
    http::Connection,
    process::{Server, command, until},
    transports::{TRANSPORTS, utf8},
};

/// Runs the server, which must fail without printing a URL. Returns its exit code and its errors.
pub fn fails(options: &[&str]) -> (Option<i32>, String) {
    let mut child = command(&["--bind", "127.0.0.1:0"])
        .args(options)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the server runs");
    let mut promised = String::new();
    let output = child.stdout.take().expect("its output is piped");
    let read = BufReader::new(output).read_line(&mut promised);
    if read.expect("text") > 0 {
        let _ = child.kill();
        let _ = child.wait();
        panic!("{options:?} is accepted: {promised}");
    }
    let output = child.wait_with_output().expect("the server ends");
    assert!(!output.status.success(), "{output:?}");
    (output.status.code(), utf8(&output.stderr))
}

#[test]
fn an_address_that_cannot_be_used_is_reported_in_one_line_with_a_remedy() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let taken = taken.local_addr().expect("it listens").to_string();
    for (address, remedy) in [(&taken[..], "--bind"), ("192.0.2.1:8080", "")] {
        let (code, errors) = fails(&["--bind", address]);
        assert_eq!(code, Some(1));
        assert_eq!(errors.lines().count(), 1, "{errors}");
        assert!(errors.contains(address), "{errors}");
        assert!(errors.contains(remedy), "{errors}");
    }
}

#[test]
fn a_payload_too_short_is_rejected_with_the_minimum() {
    let (_, errors) = fails(&["--payload-bytes", "10"]);
    assert_eq!(errors.lines().count(), 1, "{errors}");
    let least = errors.trim_end().rsplit(' ').next().expect("a word");
    let least: usize = least.parse().expect(&errors);
    fails(&["--payload-bytes", &(least - 1).to_string()]);
    let shortest = ["--payload-bytes", &least.to_string(), "--rate", "200"];
    let server = Server::start(&shortest);
    for text in TRANSPORTS[6].client(&server, Some(0)).take(3) {
        assert_eq!(text.len(), least, "{text}");
    }
}

#[test]
fn until_stdin_ends_conflicts_with_the_stdin_source() {
    let (_, errors) = fails(&["--source", "stdin", "--until-stdin-ends"]);
    assert!(errors.contains("--source stdin"), "{errors}");
}

#[test]
fn invalid_options_are_rejected() {
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
        let (code, errors) = fails(&options);
        assert_eq!(code, Some(2), "{options:?}");
        assert!(errors.contains(options[0]), "{options:?}: {errors}");
    }
}

#[test]
fn the_server_can_listen_on_a_host_name() {
    for name in ["localhost:0", "LOCALHOST:0", "localhost.:0"] {
        let server = Server::start(&["--bind", name]);
        assert!(server.address.ip().is_loopback(), "{name}");
        assert_eq!(server.get("/healthz").head.status, 200, "{name}");
    }
    let (_, errors) = fails(&["--bind", "localhost"]);
    assert!(errors.contains("expected HOST:PORT"), "{errors}");
}

#[test]
fn a_server_runs_even_if_its_output_cannot_be_written() {
    let free = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = free.local_addr().expect("it listens");
    drop(free);
    let full = || File::create("/dev/full").expect("Linux has /dev/full");
    let mut child = command(&["--lab", "--bind", &address.to_string()])
        .env("RUST_LOG", "debug")
        .stdin(Stdio::null())
        .stdout(full())
        .stderr(full())
        .spawn()
        .expect("the server starts");
    let mut served = 0;
    until("three responses, each with lines in the log", || {
        let stream = TcpStream::connect(address);
        served += usize::from(stream.is_ok_and(|stream| Connection::over(stream).is_answered()));
        served == 3 || child.try_wait().expect("it is our child").is_some()
    });
    let ended = child.try_wait().expect("it is our child");
    child.kill().expect("it is our child");
    child.wait().expect("it is our child");
    assert_eq!((served, ended), (3, None));
}

#[test]
fn a_client_cannot_fill_the_log_with_rejections() {
    let mut server = Server::start_logging(&[]);
    for _ in 0..20 {
        assert_eq!(server.ask(b"GET / HTTP/9.9\r\n\r\n").head.status, 400);
    }
    let log = server.stop_and_read_log();
    let lines = log.lines().filter(|line| line.contains("bad_request"));
    let lines: Vec<_> = lines.collect();
    assert_eq!(lines.len(), 5, "{log}");
    assert!(lines[4].contains("only counted for a minute"), "{log}");
}
