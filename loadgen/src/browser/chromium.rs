//! A real, headless Chromium, driven over WebDriver with an empty profile. It ends with this process,
//! even if that is killed.

use std::{
    fs,
    io::ErrorKind,
    mem,
    process::{Command as Program, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, bail};
use fantoccini::{Client, ClientBuilder, wd::WebDriverCompatibleCommand};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tempfile::TempDir;
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
    _driver: Driver,
}

const LONGEST_START: Duration = Duration::from_secs(30);
const LONGEST_END: Duration = Duration::from_secs(5);
const BETWEEN_TRIES: Duration = Duration::from_millis(5);

impl Chromium {
    /// Starts it with these switches. An error names missing packages.
    pub async fn start(switches: Vec<String>) -> anyhow::Result<Self> {
        require_programs(&["chromium", "chromedriver"])?;
        let (driver, port) = Driver::start().await?;
        let options = json!({
            // A document that never ends is never loaded: don't wait for it.
            "pageLoadStrategy": "none",
            "goog:loggingPrefs": { "performance": "ALL" },
            "goog:chromeOptions": {
                "args": driver.arguments(&switches),
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

/// A chromedriver and the browsers that it starts, in a process group of their own.
#[derive(Debug)]
struct Driver {
    child: Child,
    /// The folder of an empty browser profile.
    profile: TempDir,
}

/// The shell kills its whole process group when its standard input ends: on request, and when this
/// process ends. Killing only chromedriver would leave its browser running.
const GUARDED: &str = "chromedriver --port=0 & cat >/dev/null; kill -s KILL 0";

impl Driver {
    /// Starts it on any free port. It binds a port of IPv6 and then the same port of IPv4. If that is in
    /// use, it ends, and the next attempt uses another port.
    async fn start() -> anyhow::Result<(Self, u16)> {
        const TRIES: usize = 5;
        for _ in 1..TRIES {
            if let Ok(started) = Self::start_once().await {
                return Ok(started);
            }
        }
        Self::start_once().await
    }

    /// Starts it on a port, which it prints.
    async fn start_once() -> anyhow::Result<(Self, u16)> {
        let profile = tempfile::Builder::new()
            .prefix("loadgen-chromium-")
            .tempdir()
            .context("can't create a folder for the browser's profile")?;
        let mut child = Command::new("sh")
            .args(["-c", GUARDED])
            // Remains of a killed browser stay in this folder.
            .env("TMPDIR", profile.path())
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("can't start a shell for chromedriver")?;
        let output = child.stdout.take().expect("its output is piped");
        let driver = Self { child, profile };
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

    /// The arguments of a browser.
    fn arguments(&self, switches: &[String]) -> Vec<String> {
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
        let mut arguments = fixed.map(str::to_owned).to_vec();
        if rustix::process::geteuid().is_root() {
            // Chromium does not allow its sandbox for root, the usual user in containers.
            arguments.push("--no-sandbox".into());
        }
        arguments.extend_from_slice(switches);
        arguments.push(format!("--user-data-dir={}", self.profile.path().display()));
        arguments
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let deadline = Instant::now() + LONGEST_END;
        while matches!(self.child.try_wait(), Ok(None)) && Instant::now() < deadline {
            thread::sleep(BETWEEN_TRIES);
        }
        // A browser that is being killed may still write into the folder.
        let deadline = Instant::now() + LONGEST_END;
        while let Err(error) = fs::remove_dir_all(&self.profile)
            && error.kind() != ErrorKind::NotFound
            && Instant::now() < deadline
        {
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
        let body = json!({ "type": "performance" }).to_string();
        (http::Method::POST, Some(body))
    }
}
