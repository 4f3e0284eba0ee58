//! Files: ranges, and files in the folder that are not part of the site.

use std::{fs, os::unix::fs::symlink, path::Path, process::Command};

use tempfile::TempDir;

use crate::{
    bad_input::assert_problem,
    http::{Answer, request},
    process::Server,
};

/// A root folder with a page of ten bytes, and a secret file next to it.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let web = folder.path().join("root/web");
    fs::create_dir_all(web.join("folder")).expect("a folder");
    fs::write(web.join("page.txt"), "0123456789").expect("a file");
    fs::write(folder.path().join("secret"), "secret").expect("a file");
    folder
}

fn serve(folder: &TempDir) -> Server {
    let root = folder.path().join("root");
    Server::quiet(&["--root", root.to_str().expect("it is UTF-8")])
}

fn ranged(server: &Server, range: &str) -> Answer {
    let field = format!("Range: {range}");
    server.ask(&request("GET", "/page.txt", &[&field], b""))
}

#[test]
fn a_range_is_served_and_an_invalid_one_is_ignored() {
    let folder = folder();
    let server = serve(&folder);
    for (range, part, content_range) in [
        ("bytes=2-4", "234", "bytes 2-4/10"),
        ("bytes=7-", "789", "bytes 7-9/10"),
        ("bytes=-3", "789", "bytes 7-9/10"),
        ("bytes=0-18446744073709551616", "0123456789", "bytes 0-9/10"),
    ] {
        let answer = ranged(&server, range);
        assert_eq!(answer.head.status, 206, "{range}");
        assert_eq!(answer.text(), part, "{range}");
        assert_eq!(answer.head.field("content-range"), Some(content_range));
    }
    for range in [
        "bytes=x",
        "bytes=",
        "bytes=5-2",
        "bytes",
        "lines=1-2",
        "bytes=-",
        "bytes=1-2,x",
        "",
    ] {
        let answer = ranged(&server, range);
        assert_eq!(answer.head.status, 200, "{range}");
        assert_eq!(answer.text(), "0123456789", "{range}");
    }
}

#[test]
fn a_range_after_the_end_gets_the_length() {
    let folder = folder();
    let server = serve(&folder);
    for range in ["bytes=10-", "bytes=99-100", "bytes=18446744073709551616-"] {
        let answer = ranged(&server, range);
        assert_problem(&answer, 416);
        let length = answer.head.field("content-range");
        assert_eq!(length, Some("bytes */10"), "{range}");
    }
}

fn fifo(path: &Path) {
    let made = Command::new("mkfifo").arg(path).status();
    assert!(made.expect("mkfifo runs").success());
}

#[test]
fn symbolic_links_out_of_the_folder_and_fifos_are_not_served() {
    let folder = folder();
    let web = folder.path().join("root/web");
    let link = |to: &str, name: &str| symlink(to, web.join(name)).expect("a link");
    link("../../secret", "secret");
    link("../..", "outside");
    link("/dev/zero", "zero");
    link("page.txt", "inside.txt");
    fs::create_dir(web.join("index-out")).expect("a folder");
    link("../../../secret", "index-out/index.html");
    fifo(&web.join("fifo"));
    fs::create_dir(web.join("index-fifo")).expect("a folder");
    fifo(&web.join("index-fifo/index.html"));
    let server = serve(&folder);
    for path in [
        "secret",
        "outside/secret",
        "zero",
        "index-out/",
        "fifo",
        "index-fifo/",
        "folder/",
    ] {
        for method in ["GET", "HEAD"] {
            let mut connection = server.send(&request(method, &format!("/{path}"), &[], b""));
            assert_eq!(connection.head().status, 404, "{method} {path}");
        }
    }
    assert_eq!(server.get("/inside.txt").text(), "0123456789");
}

#[test]
fn no_response_may_be_sniffed_as_another_type() {
    let folder = folder();
    let server = serve(&folder);
    for path in [
        "/page.txt",
        "/nothing",
        "/results/nothing",
        "/polling?after=x",
        "/metrics",
        "/healthz",
    ] {
        let answer = server.get(path);
        let option = answer.head.field("x-content-type-options");
        assert_eq!(option, Some("nosniff"), "{path}");
    }
}
