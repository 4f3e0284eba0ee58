//! Do all eight transports work through the proxies of the README, by the configurations in
//! `server/proxy`?

use std::{
    fs,
    net::{SocketAddr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use crate::{
    eight::{EIGHT, seq},
    http::{Answer, Connection, request_to},
    process::{Server, skipped, until},
    websocket::{FIN, KEY, TEXT, UPGRADE, VERSION, WebSocket},
};

const CONFIGURATIONS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/proxy");

const OPTIONS: [&str; 4] = [
    "--allowed-host",
    "feed.example",
    "--trusted-proxy",
    "127.0.0.1",
];

/// A proxy before a server, with a folder of its own. Both end with it.
struct Proxy {
    process: Child,
    folder: PathBuf,
    address: SocketAddr,
}

impl Drop for Proxy {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

impl Proxy {
    /// nginx in the foreground, without what Debian's main file adds.
    fn nginx(server: &Server) -> Option<Self> {
        Self::start("nginx", "nginx.conf", server, |command, folder, site| {
            let at = folder.display();
            let logs =
                format!("error_log stderr;\npid {at}/pid;\ndaemon off;\nmaster_process off;\n");
            let kinds = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
            let folders = kinds
                .map(|kind| format!("{kind}_temp_path {at}/{kind};\n"))
                .concat();
            let main = folder.join("main.conf");
            let text = format!(
                "{logs}events {{}}\nhttp {{\naccess_log off;\n{folders}include {};\n}}\n",
                site.display()
            );
            fs::write(&main, text).expect("the folder is writable");
            command.arg("-e").arg("stderr").arg("-c").arg(main);
        })
    }

    fn haproxy(server: &Server) -> Option<Self> {
        Self::start("haproxy", "haproxy.cfg", server, |command, _, file| {
            command.arg("-db").arg("-f").arg(file);
        })
    }

    /// `None` where the program is not installed.
    fn start(
        program: &str,
        configuration: &str,
        server: &Server,
        arguments: impl FnOnce(&mut Command, &Path, &Path),
    ) -> Option<Self> {
        let free = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = free.local_addr().expect("it listens");
        let folder = std::env::temp_dir().join(format!("{program}-{}", address.port()));
        fs::create_dir_all(&folder).expect("the folder is writable");
        let text = fs::read_to_string(Path::new(CONFIGURATIONS).join(configuration));
        let text = text.expect("the configuration is in the repository");
        let text = text
            .replace("listen 8000", &format!("listen {address}"))
            .replace("bind :8000", &format!("bind {address}"))
            .replace("127.0.0.1:8080", &server.address.to_string());
        let file = folder.join(configuration);
        fs::write(&file, text).expect("the folder is writable");
        // Debian installs them where only root has them in its path.
        let path = std::env::var("PATH").unwrap_or_default() + ":/usr/sbin";
        let mut command = Command::new(program);
        command.env("PATH", path).stdout(Stdio::null());
        arguments(&mut command, &folder, &file);
        drop(free);
        let Ok(process) = command.spawn() else {
            skipped(&format!(
                "{program} is not installed: .ci/setup test installs it"
            ));
            return None;
        };
        let mut proxy = Self {
            process,
            folder,
            address,
        };
        until(&format!("{program} accepts"), || {
            let ended = proxy.process.try_wait().expect("it is ours");
            assert!(ended.is_none(), "{program} ended: {ended:?}");
            TcpStream::connect(address).is_ok()
        });
        Some(proxy)
    }

    fn connect(&self) -> Connection {
        Connection::open(self.address)
    }

    /// The host that a browser names.
    fn host(&self) -> String {
        format!("feed.example:{}", self.address.port())
    }

    /// The fields that a browser sends for a page that it loaded through the proxy.
    fn fields_of_page(&self) -> [String; 2] {
        let origin = format!("Origin: http://{}", self.host());
        [origin, "Sec-Fetch-Site: same-origin".into()]
    }

    fn post_of_page(&self, target: &str, fields: &[&str], body: &[u8]) -> Answer {
        let page = self.fields_of_page();
        let fields = [&page.each_ref().map(String::as_str)[..], fields].concat();
        let mut connection = self.connect();
        connection.send(&request_to(&self.host(), "POST", target, &fields, body));
        connection.answer()
    }
}

/// Each update reaches all eight before the next is published: no proxy keeps one back.
fn assert_all_eight_work(proxy: &Proxy) {
    let mut clients = EIGHT.map(|transport| transport.client_at(proxy.address, Some(0)));
    for number in 1..=3 {
        let answer = proxy.post_of_page("/updates", &[], b"[]");
        assert_eq!(answer.head.status, 201, "{}", answer.text());
        for client in &mut clients {
            let name = client.transport.name;
            assert_eq!(seq(&client.next()), Some(number), "{name}");
        }
    }
}

fn assert_a_page_uses_a_websocket(proxy: &Proxy, server: &Server) {
    let page = proxy.fields_of_page();
    let page = page.each_ref().map(String::as_str);
    let fields = [&UPGRADE[..], &[KEY, VERSION], &page].concat();
    let mut socket = WebSocket(proxy.connect());
    let ask = request_to(&proxy.host(), "GET", "/websocket?after=3", &fields, b"");
    socket.0.send(&ask);
    assert_eq!(socket.0.head().status, 101);
    socket.send(FIN | TEXT, b"\"up\"");
    assert!(socket.text().ends_with(",\"data\":\"up\"}"));
    assert_eq!(server.texts().len(), 4);
}

fn assert_another_page_is_rejected(proxy: &Proxy) {
    let mut connection = proxy.connect();
    let fields = ["Origin: http://attacker.test"];
    connection.send(&request_to(
        &proxy.host(),
        "POST",
        "/updates",
        &fields,
        b"1",
    ));
    assert_eq!(connection.answer().head.status, 403);
    let mut connection = proxy.connect();
    connection.send(&request_to("attacker.test", "GET", "/polling", &[], b""));
    assert_eq!(connection.answer().head.status, 421);
}

/// The proxy is on the server's own host, and so is its client; neither makes it the presenter.
fn assert_nobody_is_the_presenter(proxy: &Proxy) {
    let claims = [
        "X-Forwarded-For: 127.0.0.1",
        "Forwarded: for=127.0.0.1",
        "X-Forwarded-Host: localhost",
    ];
    for claims in [&[][..], &claims] {
        for target in ["/lab", "/updates"] {
            let answer = proxy.post_of_page(target, claims, b"{}");
            assert_eq!(answer.head.status, 403, "{claims:?}: {}", answer.text());
        }
    }
}

fn assert_works_through(start: fn(&Server) -> Option<Proxy>) {
    let server = Server::quiet(&OPTIONS);
    let Some(proxy) = start(&server) else { return };
    assert_all_eight_work(&proxy);
    assert_a_page_uses_a_websocket(&proxy, &server);
    assert_another_page_is_rejected(&proxy);
    let server = Server::quiet(&[&["--lab"], &OPTIONS[..]].concat());
    let proxy = start(&server).expect("it is installed");
    assert_nobody_is_the_presenter(&proxy);
}

#[test]
fn all_eight_work_through_nginx() {
    assert_works_through(Proxy::nginx);
}

#[test]
fn all_eight_work_through_haproxy() {
    assert_works_through(Proxy::haproxy);
}
