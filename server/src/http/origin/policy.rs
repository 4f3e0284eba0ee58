//! The hosts, origins and proxies that this server accepts.

use std::net::{IpAddr, Ipv6Addr};

use url::{Host, Origin};

use super::authority;

/// The policy set by the operator.
#[derive(Clone, Debug, Default)]
pub struct OriginPolicy {
    /// Hosts that a request may name, in addition to `localhost` and the address that accepted the
    /// connection.
    pub hosts: Vec<Host>,
    /// Origins whose pages may publish and open WebSockets, in addition to this server's own.
    pub origins: Vec<Origin>,
    /// Proxies whose `Forwarded` and `X-Forwarded-*` fields are read.
    pub proxies: Vec<IpAddr>,
}

impl OriginPolicy {
    /// Whether a request may name this host on a connection accepted at `local`.
    pub fn accepts_host(&self, host: &Host, local: Option<IpAddr>) -> bool {
        let is_localhost = matches!(host, Host::Domain(name) if name == "localhost");
        let is_local = || local.is_some() && authority::address(host) == local;
        is_localhost || self.hosts.contains(host) || is_local()
    }

    /// Whether the fields of a proxy at this address are trusted.
    pub fn trusts(&self, address: IpAddr) -> bool {
        self.proxies.contains(&address.to_canonical())
    }
}

/// Parses a host without a port.
pub fn allowed_host(text: &str) -> Result<Host, String> {
    let bracketed = match text.parse::<Ipv6Addr>() {
        Ok(address) => format!("[{address}]"),
        Err(_) => text.to_owned(),
    };
    let bare = authority::without_port(&bracketed) == bracketed;
    let host = authority::host(&bracketed).filter(|_| bare);
    host.ok_or_else(|| "expected a name or an address without a port, such as feed.example".into())
}

/// Parses an origin.
pub fn allowed_origin(text: &str) -> Result<Origin, String> {
    authority::parse_origin(text).ok_or_else(|| {
        "expected http or https, a host and an optional port, such as https://shop.example".into()
    })
}

/// Parses the address of a proxy.
pub fn trusted_proxy(text: &str) -> Result<IpAddr, String> {
    let address: Result<IpAddr, _> = text.parse();
    let address = address.map_err(|_| "expected an address such as 127.0.0.1 or ::1")?;
    Ok(address.to_canonical())
}

/// The name of this machine, if it is a valid host.
pub fn own_name() -> Option<Host> {
    let system = rustix::system::uname();
    authority::host(system.nodename().to_str().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_allowed_host_has_no_port_and_an_allowed_origin_has_a_scheme() {
        assert_eq!(allowed_host("Feed.Test").unwrap().to_string(), "feed.test");
        assert!(allowed_host("::1").is_ok() && allowed_host("[::1]").is_ok());
        assert!(allowed_host("2001:db8::1").is_ok() && allowed_host("203.0.113.5").is_ok());
        for text in [
            "",
            "feed.test:80",
            "http://feed.test",
            "*",
            "*.test",
            "[::1]:80",
        ] {
            assert!(allowed_host(text).is_err(), "{text}");
        }
        assert!(allowed_origin("https://shop.test").is_ok());
        for text in [
            "",
            "shop.test",
            "null",
            "*",
            "https://shop.test/",
            "ftp://shop.test",
        ] {
            assert!(allowed_origin(text).is_err(), "{text}");
        }
        assert!(trusted_proxy("::ffff:127.0.0.1").is_ok_and(|it| it.is_ipv4()));
        assert!(trusted_proxy("proxy.test").is_err());
    }
}
