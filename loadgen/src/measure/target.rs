//! The servers at `--url`. They must be on this machine, because latency needs one clock.

use std::{
    net::{SocketAddr, TcpStream, UdpSocket},
    time::Duration,
};

use anyhow::{Context, bail, ensure};
use server::base::socket;
use url::Url;

use crate::{client::trust::Trust, measure::usage::Process};

/// Servers that are already running and deliver the same feed. Clients are spread over them.
#[derive(Debug)]
pub struct RunningServers {
    /// Their addresses, at least one.
    pub addresses: Vec<SocketAddr>,
    /// Their processes, if CPU and memory are measured.
    pub processes: Vec<Process>,
    /// The trusted certificates, if they use TLS.
    pub trust: Trust,
}

impl From<SocketAddr> for RunningServers {
    /// A server of which only the address is known, or one that this process started.
    fn from(address: SocketAddr) -> Self {
        Self::from(vec![address])
    }
}

impl From<Vec<SocketAddr>> for RunningServers {
    fn from(addresses: Vec<SocketAddr>) -> Self {
        Self {
            addresses,
            processes: Vec::new(),
            trust: Trust::Any,
        }
    }
}

/// The addresses of several URLs, which must be those of different servers.
pub fn resolve_all(urls: &[String]) -> anyhow::Result<Vec<SocketAddr>> {
    let mut addresses = Vec::new();
    for url in urls {
        let address = resolve(url)?;
        ensure!(
            !addresses.contains(&address),
            "{url}: an earlier --url has the same address"
        );
        addresses.push(address);
    }
    Ok(addresses)
}

/// The address of `http://HOST:PORT` or `https://HOST:PORT`, which must be on this machine.
pub fn resolve(url: &str) -> anyhow::Result<SocketAddr> {
    let parsed = Url::parse(url).ok();
    let parsed = parsed.filter(|url| matches!(url.scheme(), "http" | "https"));
    let parsed = parsed.with_context(|| format!("'{url}': expected http://HOST:PORT"))?;
    let is_bare = parsed.path() == "/"
        && parsed.query().or(parsed.fragment()).is_none()
        && parsed.username().is_empty();
    let (Some(host), Some(port @ 1..), true) =
        (parsed.host_str(), parsed.port_or_known_default(), is_bare)
    else {
        bail!("'{url}': expected http://HOST:PORT without a path");
    };
    let addresses = socket::resolve(&format!("{host}:{port}"))
        .with_context(|| format!("can't find the host of '{url}'"))?;
    // A name may have two addresses, and the server may listen on only one of them.
    let listens = |address: &&SocketAddr| {
        is_local(address) && TcpStream::connect_timeout(address, LONGEST_TRY).is_ok()
    };
    let address = match addresses.as_slice() {
        [only] => Some(only),
        several => several.iter().find(listens).or(several.first()),
    };
    let address = *address.with_context(|| format!("'{url}' has no address"))?;
    ensure!(
        is_local(&address),
        "{url} is on another host: latency can be measured only with one clock; run the load \
         generator on the server's machine"
    );
    Ok(address)
}

const LONGEST_TRY: Duration = Duration::from_secs(1);

/// Only an address of this machine can be bound.
fn is_local(address: &SocketAddr) -> bool {
    UdpSocket::bind((address.ip(), 0)).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_this_machine_are_accepted() {
        let local = resolve("http://127.0.0.1:8080/").unwrap();
        assert_eq!(local, "127.0.0.1:8080".parse().unwrap());
        assert_eq!(resolve("http://127.0.0.1").unwrap().port(), 80);
        assert_eq!(resolve("http://[::1]").unwrap().port(), 80);
        assert_eq!(resolve("HTTP://127.0.0.1:8080").unwrap(), local);
        for name in ["localhost", "LOCALHOST", "localhost."] {
            let address = resolve(&format!("http://{name}:8080")).unwrap();
            assert!(address.ip().is_loopback(), "{name}");
        }
        for bad in [
            "127.0.0.1:8080",
            "ws://127.0.0.1",
            "http://",
            "http://127.0.0.1:0",
            "http://127.0.0.1/sse",
            "http://127.0.0.1?after=0",
            "http://127.0.0.1#top",
            "http://user@127.0.0.1",
        ] {
            let error = resolve(bad).unwrap_err().to_string();
            assert!(error.contains("expected http://HOST:PORT"), "{error}");
        }
    }
}
