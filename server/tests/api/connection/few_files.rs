//! Clients that try to use up the files that the server may open.

use super::{limits::own_address, rejections};
use crate::{
    bad_input::assert_problem,
    http::{Connection, request},
    process::{Server, awaited, skipped},
};

/// The connections that the server accepts and answers with [`limited`].
const CONNECTIONS: usize = 128;

/// A server that may open few files: 128 and 5 for each worker are reserved.
fn limited(workers: usize, options: &[&str]) -> Server {
    let files = format!("-n {}", CONNECTIONS + 128 + 5 * workers);
    let workers = workers.to_string();
    Server::with_few_files(&files, &[&["--workers", &workers], options].concat())
}

fn is_answered(connection: &mut Connection) -> bool {
    connection.send(&request("GET", "/healthz", &[], b""));
    connection.answer().head.status == 200
}

/// A stream that stays open.
fn stream(mut connection: Connection) -> Connection {
    connection.send(&request("GET", "/sse", &[], b""));
    assert_eq!(connection.head().status, 200);
    connection
}

#[test]
fn the_server_raises_its_limit_of_open_files() {
    let server = Server::with_few_files("-Sn 150", &[]);
    let mut connections: Vec<_> = (0..300).map(|_| server.connect()).collect();
    assert!(connections.iter_mut().all(is_answered));
}

#[test]
fn silent_connections_leave_room_for_requests() {
    let server = limited(2, &[]);
    let _silent: Vec<_> = (0..CONNECTIONS + 50).map(|_| server.connect()).collect();
    // A connection with a request does not make room.
    let streams = 0..CONNECTIONS - 9;
    let _streams: Vec<_> = streams.map(|_| stream(server.connect())).collect();
    assert!(is_answered(&mut server.connect()));
    let evicted = server.metric(&rejections("connections_without_request")) as usize;
    assert!(evicted >= CONNECTIONS, "{evicted}");
    assert_eq!(server.metric(&rejections("connections")), 0);
}

#[test]
fn a_crowd_at_a_full_server_is_rejected_and_fills_no_log() {
    // Each worker needs files of its own.
    let mut server = limited(32, &[]);
    let streams: Vec<_> = (0..CONNECTIONS).map(|_| stream(server.connect())).collect();
    // They stay open, although the server has closed them.
    let mut crowd: Vec<_> = (0..1_000).map(|_| server.connect()).collect();
    for connection in &mut crowd {
        assert_problem(&connection.answer(), 503);
        assert_eq!(connection.rest(), b"");
    }
    drop(streams);
    server.metric_becomes(&rejections("connections"), 1_000);
    let log = server.stop_and_read_log();
    assert_eq!(
        log.lines().filter(|line| line.contains("reject")).count(),
        5,
        "{log}"
    );
    assert!(!log.contains("ERROR"), "{log}");
}

#[test]
fn files_that_clients_do_not_read_count_as_connections() {
    let root = std::env::temp_dir().join(format!("few-files-{}", std::process::id()));
    std::fs::create_dir_all(root.join("web")).expect("a folder");
    let file = std::fs::File::create(root.join("web/long")).expect("a file");
    // Longer than the buffers of the kernel.
    file.set_len(64 << 20).expect("it is on a disk");
    let options = ["--root", root.to_str().expect("a name in UTF-8")];
    let server = limited(2, &options);
    let statuses = (0..CONNECTIONS).map(|_| {
        let mut connection = server.connect();
        connection.send(&request("GET", "/long", &[], b""));
        (connection.head().status, connection)
    });
    let statuses: Vec<_> = statuses.collect();
    let sent = statuses.iter().filter(|(status, _)| *status == 200).count();
    assert!(
        (CONNECTIONS / 2 - 2..=CONNECTIONS / 2).contains(&sent),
        "{sent}"
    );
    drop(statuses);
    awaited("a free place", || {
        is_answered(&mut server.connect()).then_some(())
    });
    std::fs::remove_dir_all(root).expect("the folder is there");
}

#[test]
fn one_address_leaves_room_for_others() {
    let options = ["--bind", "0.0.0.0:0"];
    let server = limited(2, &options);
    let Some(address) = own_address() else {
        return skipped("this machine has no address of its own");
    };
    let connect = || Connection::open((address, server.address.port()).into());
    let _streams: Vec<_> = (0..CONNECTIONS / 2).map(|_| stream(connect())).collect();
    assert_problem(&connect().answer(), 503);
    assert!(is_answered(&mut server.connect()));
}
