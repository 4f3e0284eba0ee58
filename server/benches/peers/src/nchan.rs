//! nginx with nchan, as one process. This process is replaced by nginx; a child publishes over
//! HTTP.

use std::{
    env, fs,
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    os::unix::process::{CommandExt, parent_id},
    path::{Path, PathBuf},
    process::{Command, Stdio, exit},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, ensure};

use crate::{feed::Feed, wait_for_end_of_input};

const CONFIGURATION: &str = include_str!("../nchan.conf");
/// The path of the module on Debian.
const MODULE: &str = "/usr/lib/nginx/modules/ngx_nchan_module.so";

pub fn serve(feed: Feed) -> anyhow::Result<()> {
    // nginx can't choose a free port.
    let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
    let folder = folder(std::process::id());
    fs::create_dir_all(&folder)?;
    let configuration = CONFIGURATION
        .replace("{module}", MODULE)
        .replace("{port}", &port.to_string());
    fs::write(folder.join("nginx.conf"), configuration)?;
    Command::new(env::current_exe()?)
        .args(["publish-to-nchan", &port.to_string()])
        .args(["--rate", &feed.rate.to_string()])
        .args(["--payload-bytes", &feed.payload_bytes.to_string()])
        .spawn()?;
    let mut nginx = Command::new("nginx");
    nginx
        .args(["-c", "nginx.conf", "-e", "stderr", "-p"])
        .arg(folder);
    Err(nginx.stdin(Stdio::null()).exec()).context("can't start nginx")
}

/// Publishes until nginx, the parent process, or standard input ends.
pub fn publish(port: u16, feed: Feed) -> anyhow::Result<()> {
    let nginx = parent_id();
    thread::spawn(move || {
        wait_for_end_of_input();
        // nginx may have ended already.
        let _ = Command::new("kill")
            .arg(nginx.to_string())
            .stderr(Stdio::null())
            .status();
    });
    let published = publish_all(port, feed);
    let _ = fs::remove_dir_all(folder(nginx));
    exit(if published.is_ok() { 0 } else { 1 });
}

fn publish_all(port: u16, feed: Feed) -> anyhow::Result<()> {
    let mut nginx = connect(port)?;
    println!("http://127.0.0.1:{port}");
    let mut updates = feed.updates();
    let mut answer = [0; 4096];
    loop {
        thread::sleep(updates.until_next());
        let text = updates.next();
        let length = text.len();
        let request =
            format!("POST /updates HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\n{text}");
        nginx.write_all(request.as_bytes())?;
        let length = nginx.read(&mut answer)?;
        ensure!(
            answer[..length].starts_with(b"HTTP/1.1 20"),
            "nginx rejects an update: {}",
            String::from_utf8_lossy(&answer[..length])
        );
    }
}

fn connect(port: u16) -> anyhow::Result<TcpStream> {
    let begun = Instant::now();
    loop {
        match TcpStream::connect(("127.0.0.1", port)) {
            Ok(nginx) => {
                nginx.set_nodelay(true)?;
                return Ok(nginx);
            }
            Err(error) if begun.elapsed() > Duration::from_secs(10) => return Err(error.into()),
            Err(_) => thread::sleep(Duration::from_millis(10)),
        }
    }
}

/// The folder of the nginx with this process ID.
fn folder(nginx: u32) -> PathBuf {
    env::temp_dir().join(format!("peers-nchan-{nginx}"))
}

/// The software that is missing.
pub fn missing() -> Option<&'static str> {
    let mut nginx = Command::new("nginx");
    let nginx = nginx.arg("-v").stderr(Stdio::null()).status();
    let is_installed = nginx.is_ok() && Path::new(MODULE).exists();
    (!is_installed).then_some("the Debian packages nginx and libnginx-mod-nchan (.ci/setup perf)")
}
