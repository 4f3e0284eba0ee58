//! Network namespaces of Linux, connected by a bridge.

use std::{
    net::{IpAddr, Ipv4Addr},
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, bail, ensure};

use super::{folder::Folder, programs::installed};

/// Namespaces that are removed together with the folder of the cluster.
#[derive(Debug)]
pub struct Namespaces {
    ip: PathBuf,
    /// The name of the bridge, and the start of all other names. It is random, because a program in a
    /// container may have the same process ID and the same network. The name of a network interface
    /// has at most 15 bytes.
    prefix: String,
    /// The first three bytes of the addresses.
    network: [u8; 3],
}

impl Namespaces {
    /// Creates `count` namespaces.
    pub fn create(folder: &Folder, count: usize) -> anyhow::Result<Self> {
        let ip = installed("ip")?;
        ensure!(
            rustix::process::geteuid().is_root(),
            "network namespaces can only be created by root"
        );
        let namespaces = Self {
            network: free_network(&ip)?,
            ip,
            prefix: format!("lu{:08x}", fastrand::u32(..)),
        };
        let bridge = &namespaces.prefix;
        let names = (0..count).map(|nth| namespaces.name(nth));
        folder.add_networks(&names.chain([bridge.clone()]).collect::<Vec<_>>())?;
        namespaces.run(&["link", "add", bridge, "type", "bridge"])?;
        let gateway = format!("{}/24", namespaces.with_last(254));
        namespaces.run(&["address", "add", &gateway, "dev", bridge])?;
        namespaces.run(&["link", "set", bridge, "up"])?;
        for nth in 0..count {
            namespaces.add(nth)?;
        }
        Ok(namespaces)
    }

    /// Creates a namespace with an interface `eth0`. The other end of it is at the bridge.
    fn add(&self, nth: usize) -> anyhow::Result<()> {
        let (name, address) = (self.name(nth), format!("{}/24", self.address(nth)));
        let inside = ["-n", &name];
        self.run(&["netns", "add", &name])?;
        let peer = ["type", "veth", "peer", "name", "eth0", "netns", &name];
        self.run(&[&["link", "add", &name], &peer[..]].concat())?;
        self.run(&["link", "set", &name, "master", &self.prefix, "up"])?;
        self.run(&[&inside[..], &["address", "add", &address, "dev", "eth0"]].concat())?;
        self.run(&[&inside[..], &["link", "set", "eth0", "up"]].concat())?;
        self.run(&[&inside[..], &["link", "set", "lo", "up"]].concat())
    }

    /// The name of a namespace, and of the interface to it.
    fn name(&self, nth: usize) -> String {
        format!("{}{}", self.prefix, char::from(b'a' + nth as u8))
    }

    /// The address of a namespace.
    pub fn address(&self, nth: usize) -> IpAddr {
        self.with_last(nth as u8 + 1)
    }

    fn with_last(&self, last: u8) -> IpAddr {
        let [a, b, c] = self.network;
        Ipv4Addr::new(a, b, c, last).into()
    }

    /// The command of a program in a namespace.
    pub fn command(&self, nth: usize, program: &Path) -> Command {
        let mut command = Command::new(&self.ip);
        command
            .args(["netns", "exec", &self.name(nth)])
            .arg(program);
        command
    }

    /// Disconnects a namespace from the bridge, or connects it again.
    pub fn set_reachable(&self, nth: usize, reachable: bool) -> anyhow::Result<()> {
        let state = if reachable { "up" } else { "down" };
        self.run(&["link", "set", &self.name(nth), state])
    }

    fn run(&self, arguments: &[&str]) -> anyhow::Result<()> {
        run(&self.ip, arguments).map(drop)
    }
}

/// Runs `ip` and returns its output.
fn run(ip: &Path, arguments: &[&str]) -> anyhow::Result<String> {
    let output = Command::new(ip).args(arguments).output()?;
    if !output.status.success() {
        let error = String::from_utf8_lossy(&output.stderr);
        bail!("ip {}: {}", arguments.join(" "), error.trim());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// A network that no interface has, of the addresses reserved for tests of networks (RFC 2544).
fn free_network(ip: &Path) -> anyhow::Result<[u8; 3]> {
    let used = run(ip, &["-4", "-o", "address"])?;
    let first = std::process::id();
    let networks = (0..=255).map(|nth| [198, 18, (first + nth) as u8]);
    let is_free = |[a, b, c]: &[u8; 3]| !used.contains(&format!(" {a}.{b}.{c}."));
    let free = networks.into_iter().find(is_free);
    free.context("all networks of 198.18.0.0/16 are used")
}
