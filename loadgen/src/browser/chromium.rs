//! A real, headless Chromium, driven over WebDriver with an empty profile. It ends with this process,
//! even if that is killed.

use std::{
    fs,
    io::ErrorKind,
    mem,
    path::PathBuf,
    process::{Command as Program, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, bail};
use fantoccini::{Client, ClientBuilder, wd::WebDriverCompatibleCommand};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
};

/// A browser with an empty profile.
#[derive(Debug)]
pub struct Chromium {
    /// The WebDriver client.
    pub client: Client,
    switches: Vec<String>,
    // Fields are dropped in this order: first the browser ends, then its profile goes.
    _driver: Driver,
    _profile: Profile,
}

const LONGEST_START: Duration = Duration::from_secs(30);
const LONGEST_END: Duration = Duration::from_secs(5);
const BETWEEN_TRIES: Duration = Duration::from_millis(5);

impl Chromium {
    /// Starts it with these switches. An error names missing packages.
    pub async fn start(switches: Vec<String>) -> anyhow::Result<Self> {
        require_programs(&["chromium", "chromedriver"])?;
        let profile = Profile::new()?;
        let (driver, port) = Driver::start(&profile).await?;
        let options = json!({
            // A document that never ends is never loaded: don't wait for it.
            "pageLoadStrategy": "none",
            "goog:loggingPrefs": { "performance": "ALL" },
            "goog:chromeOptions": {
                "args": arguments(&profile, &switches),
                "perfLoggingPrefs": { "enableNetwork": true, "enablePage": false },
            },
        });
        let mut builder = ClientBuilder::new(HttpConnector::new());
        let options = options.as_object().expect("written above").clone();
        let url = format!("http://127.0.0.1:{port}");
        let connect = builder.capabilities(options).connect(&url);
        let client = tokio::time::timeout(LONGEST_START, connect)
            .await
            .with_context(|| format!("chromium did not start within {LONGEST_START:?}"))?
            .context("chromedriver can't start chromium")?;
        Ok(Self {
            client,
            switches,
            _driver: driver,
            _profile: profile,
        })
    }

    /// Gives it these switches: if it has others, another one takes its place.
    pub async fn set_switches(&mut self, switches: Vec<String>) -> anyhow::Result<()> {
        if self.switches != switches {
            let other = Self::start(switches).await?;
            mem::replace(self, other).end().await;
        }
        Ok(())
    }

    /// Its name and version.
    pub fn version(&self) -> String {
        let capabilities = self.client.capabilities();
        let version = capabilities.and_then(|all| all.get("browserVersion")?.as_str());
        format!("Chromium {}", version.unwrap_or("of unknown version"))
    }

    /// Opens a page, without waiting until it is loaded.
    pub async fn open(&self, url: &str) -> anyhow::Result<()> {
        let opened = self.client.goto(url).await;
        opened.with_context(|| format!("the browser can't open {url}"))
    }

    /// The messages of its DevTools protocol since the last call.
    pub async fn messages(&self) -> anyhow::Result<Vec<Value>> {
        let log = self.client.issue_cmd(TakeLog).await;
        let log = log.context("chromedriver does not return its log")?;
        let entries = log.as_array().context("chromedriver's log is not a list")?;
        let message = |entry: &Value| {
            let text = entry.get("message")?.as_str()?;
            let mut whole: Value = serde_json::from_str(text).ok()?;
            Some(whole.get_mut("message")?.take())
        };
        Ok(entries.iter().filter_map(message).collect())
    }

    /// Closes it; without this call it is killed.
    pub async fn end(self) {
        // A failure is ignored, because remaining processes are killed below.
        let _ = tokio::time::timeout(LONGEST_END, self.client.clone().close()).await;
    }
}

fn require_programs(programs: &[&str]) -> anyhow::Result<()> {
    for program in programs {
        let mut asked = Program::new(program);
        let asked = asked.arg("--version").stdin(Stdio::null());
        if asked.output().is_err() {
            bail!(
                "{program} is missing: install Debian's packages chromium and chromium-driver, as \
                 '.ci/setup test' does"
            );
        }
    }
    Ok(())
}

fn arguments(profile: &Profile, switches: &[String]) -> Vec<String> {
    let fixed = [
        "--headless",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-dev-shm-usage",
    ];
    // Chromium does not allow its sandbox for root, the usual user in containers.
    let root = rustix::process::geteuid().is_root();
    let sandbox = root.then(|| "--no-sandbox".to_owned());
    let profile = format!("--user-data-dir={}", profile.0.display());
    let fixed = fixed.map(str::to_owned).into_iter();
    fixed
        .chain(sandbox)
        .chain(switches.iter().cloned())
        .chain([profile])
        .collect()
}

/// The folder of an empty browser profile.
#[derive(Debug)]
struct Profile(PathBuf);

impl Profile {
    fn new() -> anyhow::Result<Self> {
        let folder = tempfile::Builder::new()
            .prefix("loadgen-chromium-")
            .tempdir()
            .context("can't create a folder for the browser's profile")?;
        Ok(Self(folder.keep()))
    }
}

impl Drop for Profile {
    fn drop(&mut self) {
        let deadline = Instant::now() + LONGEST_END;
        // A browser that is being killed may still write into the folder.
        while let Err(error) = fs::remove_dir_all(&self.0)
            && error.kind() != ErrorKind::NotFound
            && Instant::now() < deadline
        {
            thread::sleep(BETWEEN_TRIES);
        }
    }
}

/// A chromedriver and the browsers that it starts, in a process group of their own.
#[derive(Debug)]
struct Driver(Child);

/// The shell kills its whole process group when its standard input ends: on request, and when this
/// process ends. Killing only chromedriver would leave its browser running.
const GUARDED: &str = "chromedriver --port=0 & cat >/dev/null; kill -s KILL 0";

impl Driver {
    /// Starts it on any free port. It binds a port of IPv6 and then the same port of IPv4. If that is in
    /// use, it ends, and the next attempt uses another port.
    async fn start(profile: &Profile) -> anyhow::Result<(Self, u16)> {
        const TRIES: usize = 5;
        for _ in 1..TRIES {
            if let Ok(started) = Self::start_once(profile).await {
                return Ok(started);
            }
        }
        Self::start_once(profile).await
    }

    /// Starts it on a port, which it prints.
    async fn start_once(profile: &Profile) -> anyhow::Result<(Self, u16)> {
        let mut child = Command::new("sh")
            .args(["-c", GUARDED])
            // Remains of a killed browser stay in this folder.
            .env("TMPDIR", &profile.0)
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("can't start a shell for chromedriver")?;
        let output = child.stdout.take().expect("its output is piped");
        let driver = Self(child);
        let mut lines = BufReader::new(output).lines();
        let port = async {
            while let Some(line) = lines.next_line().await? {
                // The previous line names port 0, this one the real port.
                let port = line.split_once("successfully on port ");
                if let Some((_, port)) = port {
                    return Ok(port.trim_end_matches('.').parse()?);
                }
            }
            bail!("it ended before it was ready")
        };
        let port = tokio::time::timeout(LONGEST_START, port)
            .await
            .with_context(|| format!("chromedriver did not start within {LONGEST_START:?}"))?
            .context("chromedriver did not print its port")?;
        Ok((driver, port))
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        // Before its profile is removed.
        let deadline = Instant::now() + LONGEST_END;
        while matches!(self.0.try_wait(), Ok(None)) && Instant::now() < deadline {
            thread::sleep(BETWEEN_TRIES);
        }
    }
}

/// Chromedriver's command for the log of the DevTools protocol.
#[derive(Debug)]
struct TakeLog;

impl WebDriverCompatibleCommand for TakeLog {
    fn endpoint(
        &self,
        base: &url::Url,
        session: Option<&str>,
    ) -> Result<url::Url, url::ParseError> {
        base.join(&format!("session/{}/se/log", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        (
            http::Method::POST,
            Some(json!({ "type": "performance" }).to_string()),
        )
    }
}
