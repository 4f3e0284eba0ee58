//! nginx and HAProxy in front of a server, with the configurations in `server/proxy`.

use std::{
    fs,
    net::{SocketAddr, TcpListener, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use tempfile::TempDir;

const CONFIGURATIONS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/proxy");

/// The time limit for a proxy to accept connections.
const PATIENCE: Duration = Duration::from_secs(10);

/// A running proxy. It is stopped when this is dropped.
pub struct Proxy {
    process: Child,
    /// Its configuration and its own files.
    _folder: TempDir,
    /// The address to which clients connect.
    pub address: SocketAddr,
}

impl Drop for Proxy {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Proxy {
    /// nginx, with a main file that includes our configuration. An error names a missing program.
    pub fn nginx(server: SocketAddr) -> Result<Self, String> {
        Self::start("nginx", "nginx.conf", server, |command, folder, site| {
            let (at, site) = (folder.display(), site.display());
            let folders = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
            let folders = folders.map(|kind| format!("{kind}_temp_path {at}/{kind};\n"));
            let text = format!(
                "error_log stderr;\npid {at}/pid;\ndaemon off;\nmaster_process off;\nevents {{}}\n\
                 http {{\naccess_log off;\n{}include {site};\n}}\n",
                folders.concat()
            );
            let main = folder.join("main.conf");
            fs::write(&main, text).expect("the folder is writable");
            command.args(["-e", "stderr", "-c"]).arg(main);
        })
    }

    /// HAProxy. An error names a missing program.
    pub fn haproxy(server: SocketAddr) -> Result<Self, String> {
        Self::start("haproxy", "haproxy.cfg", server, |command, _, file| {
            command.args(["-db", "-f"]).arg(file);
        })
    }

    fn start(
        program: &str,
        configuration: &str,
        server: SocketAddr,
        arguments: impl FnOnce(&mut Command, &Path, &Path),
    ) -> Result<Self, String> {
        let free = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = free.local_addr().expect("it listens");
        let folder = tempfile::tempdir().expect("a folder");
        let text = fs::read_to_string(Path::new(CONFIGURATIONS).join(configuration));
        let text = text
            .expect("the configuration is in the repository")
            .replace("listen 8000", &format!("listen {address}"))
            .replace("bind :8000", &format!("bind {address}"))
            .replace("127.0.0.1:8080", &server.to_string());
        let file = folder.path().join(configuration);
        fs::write(&file, text).expect("the folder is writable");
        // Debian installs them where only root's `PATH` leads.
        let path = std::env::var("PATH").unwrap_or_default() + ":/usr/sbin";
        let mut command = Command::new(program);
        command.env("PATH", path).stdout(Stdio::null());
        arguments(&mut command, folder.path(), &file);
        drop(free);
        let process = command.spawn().map_err(|error| {
            format!("{program} does not start ({error}): .ci/setup test installs it")
        })?;
        let mut proxy = Self {
            process,
            _folder: folder,
            address,
        };
        proxy.wait_until_it_accepts(program);
        Ok(proxy)
    }

    fn wait_until_it_accepts(&mut self, program: &str) {
        let deadline = Instant::now() + PATIENCE;
        while TcpStream::connect(self.address).is_err() {
            let ended = self.process.try_wait().expect("it is our child");
            assert!(ended.is_none(), "{program} ended: {ended:?}");
            let is_late = Instant::now() > deadline;
            assert!(!is_late, "{program} does not accept connections");
            thread::sleep(Duration::from_millis(5));
        }
    }
}
