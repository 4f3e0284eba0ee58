//! Servers in Node.js. This process is replaced by Node.js.

use std::{
    os::unix::process::CommandExt,
    path::PathBuf,
    process::{Command, Stdio},
};

use anyhow::Context;

use crate::feed::Feed;

/// The script of the package `ws`.
pub const WS: &str = include_str!("../ws.js");
/// The script of the package `engine.io`.
pub const ENGINE_IO: &str = include_str!("../engine-io.js");

/// Both scripts start with it.
const FEED: &str = include_str!("../feed.js");

pub fn serve(script: &str, feed: Feed) -> anyhow::Result<()> {
    let mut node = node();
    node.args(["--eval", &format!("{FEED}\n{script}")]);
    node.args([feed.rate.to_string(), feed.payload_bytes.to_string()]);
    Err(node.exec()).context("can't start node")
}

/// The software that is missing for a package.
pub fn missing(package: &str) -> Option<&'static str> {
    let load = format!("require('{package}')");
    let mut node = node();
    node.args(["--eval", &load]);
    let status = node.stdout(Stdio::null()).stderr(Stdio::null()).status();
    let is_installed = status.is_ok_and(|status| status.success());
    (!is_installed)
        .then_some("Node.js, and its packages ws and engine.io in target/peers (.ci/setup perf)")
}

/// Uses the packages in `target/peers`; this program is in `target/release`.
fn node() -> Command {
    let own = std::env::current_exe().unwrap_or_default();
    let target = own.ancestors().nth(2).map(PathBuf::from);
    let mut node = Command::new("node");
    node.env(
        "NODE_PATH",
        target.unwrap_or_default().join("peers/node_modules"),
    );
    node
}
