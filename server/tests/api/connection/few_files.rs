//! Clients that try to use up the files that the server may open.

use super::limits::own_address;
use crate::{
    bad_input::assert_problem,
    http::{Connection, get},
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

#[test]
fn the_server_raises_its_limit_of_open_files() {
    let server = Server::with_few_files("-Sn 150", &[]);
    let mut connections: Vec<_> = (0..300).map(|_| server.connect()).collect();
    assert!(connections.iter_mut().all(Connection::is_answered));
}

#[test]
fn silent_connections_leave_room_for_requests() {
    let server = limited(2, &[]);
    let _silent: Vec<_> = (0..CONNECTIONS + 50).map(|_| server.connect()).collect();
    // A connection with a request does not make room.
    let streams = 0..CONNECTIONS - 9;
    let _streams: Vec<_> = streams.map(|_| server.stream("/sse")).collect();
    assert!(server.connect().is_answered());
    let evicted = server.rejections("connections_without_request") as usize;
    assert!(evicted >= CONNECTIONS, "{evicted}");
    assert_eq!(server.rejections("connections"), 0);
}

#[test]
fn a_crowd_at_a_full_server_is_rejected_and_fills_no_log() {
    // Each worker needs files of its own.
    let mut server = limited(32, &[]);
    let streams: Vec<_> = (0..CONNECTIONS).map(|_| server.stream("/sse")).collect();
    // They stay open, although the server has closed them.
    let mut crowd: Vec<_> = (0..1_000).map(|_| server.connect()).collect();
    for connection in &mut crowd {
        assert_problem(&connection.answer(), 503);
        assert_eq!(connection.rest(), b"");
    }
    drop(streams);
    server.rejections_become("connections", 1_000);
    let log = server.stop_and_read_log();
    let lines = log.lines().filter(|line| line.contains("reject"));
    assert_eq!(lines.count(), 5, "{log}");
    assert!(!log.contains("ERROR"), "{log}");
}

#[test]
fn files_that_clients_do_not_read_count_as_connections() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    std::fs::create_dir(root.join("web")).expect("a folder");
    let file = std::fs::File::create(root.join("web/long")).expect("a file");
    // Longer than the buffers of the kernel.
    file.set_len(64 << 20).expect("it is on a disk");
    let options = ["--root", root.to_str().expect("a name in UTF-8")];
    let server = limited(2, &options);
    let statuses = (0..CONNECTIONS).map(|_| {
        let mut connection = server.send(&get("/long"));
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
        server.connect().is_answered().then_some(())
    });
}

#[test]
fn one_address_leaves_room_for_others() {
    let options = ["--bind", "0.0.0.0:0"];
    let server = limited(2, &options);
    let Some(address) = own_address() else {
        return skipped("this machine has no address of its own");
    };
    let connect = || Connection::open((address, server.address.port()).into());
    let streams = (0..CONNECTIONS / 2).map(|_| {
        let mut stream = connect();
        stream.send(&get("/sse"));
        assert_eq!(stream.head().status, 200);
        stream
    });
    let _streams: Vec<_> = streams.collect();
    assert_problem(&connect().answer(), 503);
    assert!(server.connect().is_answered());
}
