//! Several brokers and servers behind HAProxy, as processes.

use std::{
    env, fs,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::Command,
    thread,
    time::{Duration, Instant},
};

use server::cluster::{Cluster, ClusterOptions, broker_version, installed};
use tokio::runtime::Runtime;

use crate::{
    http::{Answer, Connection, request},
    process::{Server, awaited, command, skipped, until},
    transports::{TRANSPORTS, seq},
};

/// The time limit for the brokers to elect a leader. They notice after 4 to 9 s that theirs is gone.
const LONGEST_ELECTION: Duration = Duration::from_secs(30);

/// Runs a test with a cluster, if its programs are installed.
fn with_cluster(options: ClusterOptions, test: impl FnOnce(&Runtime, &mut Cluster)) {
    if let Some(why) = missing_program() {
        return skipped(&why);
    }
    let options = ClusterOptions {
        server_arguments: vec!["--source=none".into()],
        ..options
    };
    let runtime = Runtime::new().expect("a runtime");
    let cluster = runtime.block_on(Cluster::start(options));
    test(&runtime, &mut cluster.expect("it starts"));
}

fn missing_program() -> Option<String> {
    let mut programs = ["nats-server", "haproxy"].iter();
    programs.find_map(|program| Some(installed(program).err()?.to_string()))
}

fn ask(address: SocketAddr, request: &[u8]) -> Answer {
    let mut connection = Connection::open(address);
    connection.send(request);
    connection.answer()
}

/// Publishes an update, repeating the request until it is stored. The key prevents duplicates.
fn publish(address: SocketAddr, number: u64) {
    let key = format!("Idempotency-Key: {number}");
    let post = request("POST", "/updates", &[&key], b"1");
    let deadline = Instant::now() + LONGEST_ELECTION;
    loop {
        let answer = ask(address, &post);
        if answer.head.status == 201 {
            return assert_eq!(answer.text(), format!("{{\"seq\":{number}}}"));
        }
        assert!(Instant::now() < deadline, "{number}: {}", answer.text());
        thread::sleep(Duration::from_millis(50));
    }
}

/// The name of the server that answers.
fn served_by(address: SocketAddr) -> Option<String> {
    let answer = ask(address, &request("GET", "/healthz", &[], b""));
    answer.head.field("X-Served-By").map(str::to_owned)
}

#[test]
fn clients_of_a_killed_server_continue_at_another() {
    let options = ClusterOptions {
        brokers: 1,
        servers: 2,
        proxy: true,
        ..ClusterOptions::default()
    };
    with_cluster(options, |runtime, cluster| {
        let proxy = cluster.proxy.as_ref().expect("requested").address();
        let mut clients = TRANSPORTS.map(|transport| transport.client_at(proxy, Some(0)));
        publish(proxy, 1);
        for client in &mut clients {
            assert_eq!(seq(&client.next()), Some(1), "{}", client.transport.name);
        }
        let address = cluster.servers[0].address();
        cluster.servers[0].kill();
        assert!(!cluster.servers[0].is_running());
        publish(proxy, 2);
        for client in &mut clients {
            client.connect_at(proxy);
            assert_eq!(seq(&client.next()), Some(2), "{}", client.transport.name);
            assert_eq!(served_by(proxy).as_deref(), Some("server-2"));
        }

        let server = &mut cluster.servers[0];
        runtime.block_on(server.start_again()).expect("it starts");
        assert_eq!(server.address(), address);
        until("HAProxy uses the server again", || {
            served_by(proxy).as_deref() == Some("server-1")
        });
        cluster.servers[1].kill();
        publish(proxy, 3);
        for client in &mut clients {
            client.connect_at(proxy);
            assert_eq!(seq(&client.next()), Some(3), "{}", client.transport.name);
        }
    });
}

#[test]
fn another_broker_leads_if_the_leader_is_killed_or_disconnected() {
    let options = ClusterOptions {
        brokers: 3,
        servers: 1,
        namespaces: true,
        ..ClusterOptions::default()
    };
    if !rustix::process::geteuid().is_root() || !cfg!(target_os = "linux") {
        return skipped("only root can create network namespaces, and only on Linux");
    }
    let mut network = None;
    with_cluster(options, |runtime, cluster| {
        let broker = cluster.brokers[0].id().expect("it runs").to_string();
        let mut name = ip(&["netns", "identify", &broker]).trim().to_owned();
        // All names are that of the bridge and a letter.
        assert_eq!(name.pop(), Some('a'));
        network = Some(name);

        let server = cluster.servers[0].address();
        let leader =
            |cluster: &Cluster| awaited("there is a leader", || runtime.block_on(cluster.leader()));
        publish(server, 1);
        let first = leader(cluster);
        cluster.brokers[first].kill();
        publish(server, 2);
        assert_ne!(leader(cluster), first);
        let started = runtime.block_on(cluster.brokers[first].start_again());
        started.expect("it starts");

        let second = leader(cluster);
        let set_reachable = |cluster: &Cluster, reachable| {
            let set = cluster.set_reachable(second, reachable);
            set.expect("the link exists");
        };
        set_reachable(cluster, false);
        publish(server, 3);
        assert_ne!(leader(cluster), second);
        set_reachable(cluster, true);

        let third = leader(cluster);
        cluster.brokers[third].pause();
        publish(server, 4);
        cluster.brokers[third].resume();
        publish(server, 5);
    });
    if let Some(network) = network {
        for kind in ["netns", "link"] {
            let list = ip(&["-o", kind, "list"]);
            assert!(!list.contains(&network), "{network}: {list}");
        }
    }
}

/// The output of the program `ip`.
fn ip(arguments: &[&str]) -> String {
    let output = Command::new("ip").args(arguments).output();
    String::from_utf8(output.expect("ip runs").stdout).expect("UTF-8")
}

#[test]
fn the_broker_is_the_one_that_setup_installs() {
    let project = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    if !project.join("target/nats/bin/nats-server").is_file() {
        return skipped("nats-server is not installed (.ci/setup cluster installs it)");
    }
    let setup = fs::read_to_string(project.join(".ci/setup")).expect("it can be read");
    let pinned = setup.lines().find_map(|line| line.strip_prefix("nats="));
    assert!(pinned.is_some());
    assert_eq!(broker_version().as_deref(), pinned);
}

/// The processes of a cluster that the process `id` has started, and its folder.
fn processes_of(id: u32) -> (PathBuf, Vec<PathBuf>) {
    let folder = env::temp_dir().join(format!("live-updates-{id}-0"));
    let files = fs::read_dir(&folder).expect("the cluster has a folder");
    let files = files.map(|file| file.expect("it can be listed").path());
    let ids = files.filter(|file| file.extension().is_some_and(|it| it == "pid"));
    let process = |file: PathBuf| {
        let id = file.file_stem().expect("the id of a process");
        Path::new("/proc").join(id).join("cmdline")
    };
    (folder, ids.map(process).collect())
}

#[test]
fn a_killed_lab_leaves_neither_processes_nor_files() {
    if let Some(why) = missing_program() {
        return skipped(&why);
    }
    let server = Server::start(&["--lab", "--cluster"]);
    let (folder, processes) = processes_of(server.pid());
    assert_eq!(
        processes.len(),
        7,
        "three brokers, three servers and HAProxy"
    );
    drop(server);
    let ended = folder.with_added_extension("ended");
    until("the folder is removed", || {
        !folder.exists() && !ended.exists()
    });
    // A process that has ended has no command line.
    let runs = |process: &PathBuf| fs::read(process).is_ok_and(|line| !line.is_empty());
    until("the processes have ended", || !processes.iter().any(runs));
}

#[test]
fn a_cluster_is_only_for_a_lab_of_this_machine() {
    for options in [
        &["--cluster"][..],
        &["--lab", "--cluster", "--lan"],
        &["--lab", "--cluster", "--tls"],
        &["--lab", "--cluster", "--feed", "nats://127.0.0.1:4222/feed"],
        &["--lab", "--cluster", "--bind", "0.0.0.0:0"],
    ] {
        let output = command(options).output().expect("the server runs");
        let errors = String::from_utf8(output.stderr).expect("UTF-8");
        assert!(!output.status.success(), "{options:?}");
        assert!(errors.contains("--cluster"), "{options:?}: {errors}");
    }
}
