//! May latency be measured against this URL?

use std::{
    net::{SocketAddr, TcpStream, ToSocketAddrs, UdpSocket},
    time::Duration,
};

use anyhow::{Context, bail};

/// The address behind `http://HOST:PORT`, if it is one of this machine.
pub fn resolve(url: &str) -> anyhow::Result<SocketAddr> {
    let authority = url
        .strip_prefix("http://")
        .with_context(|| format!("'{url}': expected http://HOST:PORT"))?
        .trim_end_matches('/');
    if authority.contains(['/', '?', '#', '@']) {
        bail!("'{url}': expected http://HOST:PORT without a path; each transport has its own");
    }
    // A port at the end, but not the end of an IPv6 address.
    let port = authority.rsplit_once(':').map(|(_, port)| port);
    let with_port = match port.filter(|port| !port.ends_with(']')) {
        Some(port) if port.parse::<u16>().is_ok_and(|port| port > 0) => authority.into(),
        Some(port) => bail!("'{url}': '{port}' is no port, which is 1 to 65535"),
        None => format!("{authority}:80"),
    };
    let addresses: Vec<_> = with_port
        .to_socket_addrs()
        .with_context(|| format!("can't find the host of '{url}'"))?
        .collect();
    // A name may stand for two, and the server listen on one of them.
    let listens = |address: &&SocketAddr| {
        is_local(address) && TcpStream::connect_timeout(address, LONGEST_TRY).is_ok()
    };
    let address = match addresses.as_slice() {
        [only] => Some(only),
        several => several.iter().find(listens).or(several.first()),
    };
    let address = *address.with_context(|| format!("'{url}' has no address"))?;
    if !is_local(&address) {
        bail!(
            "{url} is on another host: latency is read against one clock, and two hosts have two; \
             run the load generator on the server's machine"
        );
    }
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
    fn addresses_of_this_machine_pass_and_others_are_refused_with_the_reason() {
        let local = resolve("http://127.0.0.1:8080/").unwrap();
        assert_eq!(local, "127.0.0.1:8080".parse().unwrap());
        assert_eq!(resolve("http://127.0.0.1").unwrap().port(), 80);
        let other = resolve("http://192.0.2.1:8080").unwrap_err().to_string();
        assert!(other.contains("another host"), "{other}");
        assert_eq!(resolve("http://[::1]").unwrap().port(), 80);
        let no_port = resolve("http://127.0.0.1:99999").unwrap_err().to_string();
        assert!(no_port.contains("'99999' is no port"), "{no_port}");
        for bad in ["127.0.0.1:8080", "ws://127.0.0.1", "http://127.0.0.1/sse"] {
            assert!(resolve(bad).is_err(), "{bad}");
        }
    }
}
