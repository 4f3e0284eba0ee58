//! A headless Chromium, driven over WebDriver.

use std::{
    fs,
    path::PathBuf,
    process::Command,
    sync::atomic::{AtomicUsize, Ordering},
};

use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};

use super::process::Running;

/// A browser with an empty profile.
pub struct Chromium {
    /// The WebDriver client.
    pub client: Client,
    // Fields are dropped in this order: the browser ends before its profile is removed.
    driver: Running,
    _profile: Profile,
}

/// Chromedriver binds a free IPv6 port and then the same IPv4 port. If that is in use, it exits,
/// and the next try uses another port.
const TRIES: usize = 5;

/// A chromedriver and its port.
fn start_driver() -> (Running, String) {
    let start = || {
        Running::try_start(Command::new("chromedriver").arg("--port=0"), |line| {
            // The previous line names port 0; this one names the actual port.
            let (_, port) = line.split_once("successfully on port ")?;
            Some(port.trim_end_matches('.'))
        })
    };
    let started = (1..TRIES).fold(start(), |started, _| started.or_else(|_| start()));
    started.unwrap_or_else(|why| panic!("{why}"))
}

impl Chromium {
    /// Starts a browser, or fails with the names of the missing packages.
    pub async fn start() -> Self {
        Self::start_with(json!({})).await
    }

    /// Like [`Self::start`], with `goog:loggingPrefs`.
    pub async fn start_with(logs: Value) -> Self {
        for program in ["chromium", "chromedriver"] {
            assert!(
                Command::new(program).arg("--version").output().is_ok(),
                "{program} is missing: apt-get install chromium chromium-driver"
            );
        }
        let (driver, port) = start_driver();
        let profile = Profile::new();
        let options = json!({
            // A document that never ends never finishes loading: do not wait for it.
            "pageLoadStrategy": "none",
            // The certificate that a server with --tls has generated.
            "acceptInsecureCerts": true,
            "goog:chromeOptions": { "args": arguments(&profile) },
            "goog:loggingPrefs": logs,
        });
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(options.as_object().expect("written above").clone())
            .connect(&format!("http://127.0.0.1:{port}"))
            .await
            .expect("chromedriver starts a browser");
        Self {
            client,
            driver,
            _profile: profile,
        }
    }

    /// The parent process of all browser processes.
    pub fn process(&self) -> u32 {
        self.driver.id()
    }
}

fn arguments(profile: &Profile) -> Value {
    let profile = format!("--user-data-dir={}", profile.0.display());
    json!([
        "--headless",
        // Chromium's sandbox does not work for root, which runs tests in containers.
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-dev-shm-usage",
        "--window-size=1600,1000",
        // Host names for tests: some are allowed by the server, and some are an attacker's.
        "--host-resolver-rules=MAP *.test 127.0.0.1",
        profile,
    ])
}

struct Profile(PathBuf);

impl Profile {
    fn new() -> Self {
        static NTH: AtomicUsize = AtomicUsize::new(0);
        let nth = NTH.fetch_add(1, Ordering::Relaxed);
        let name = format!("chromium-{}-{nth}", std::process::id());
        Self(std::env::temp_dir().join(name))
    }
}

impl Drop for Profile {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
