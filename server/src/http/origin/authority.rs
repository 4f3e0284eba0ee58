//! Parses and compares the values of `Host` and `Origin`.

use std::net::IpAddr;

use url::{Host, Origin, Url};

/// The scheme of a request: http or https.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scheme {
    /// Without TLS.
    #[default]
    Http,
    /// With TLS.
    Https,
}

impl Scheme {
    /// The scheme of connections with TLS, or without.
    pub fn of_tls(is_tls: bool) -> Self {
        match is_tls {
            true => Self::Https,
            false => Self::Http,
        }
    }

    /// Parses the scheme, in any case; `None` for other schemes.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Http, Self::Https]
            .into_iter()
            .find(|scheme| name.eq_ignore_ascii_case(scheme.name()))
    }

    /// The name in a URL.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
        }
    }

    /// The scheme of a WebSocket that such a page opens.
    pub const fn of_websocket(self) -> &'static str {
        match self {
            Self::Http => "ws",
            Self::Https => "wss",
        }
    }
}

/// Whether the text has only characters of a host and a port. Such a text is safe in a policy or a
/// page.
pub fn is_host(text: &str) -> bool {
    let harmless = |c: char| c.is_ascii_alphanumeric() || "-._:[]".contains(c);
    !text.is_empty() && text.chars().all(harmless)
}

/// The part of a `Host` field before the port.
pub fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if !port.ends_with(']') => name,
        _ => host,
    }
}

/// Parses the host of a `Host` field, without the port and without the final dot of an absolute
/// name. All spellings of an address give the same result. `None` if it is not a host.
pub fn host(authority: &str) -> Option<Host> {
    Some(match url(Scheme::Http, authority)?.host()? {
        Host::Domain(name) => Host::Domain(name.strip_suffix('.').unwrap_or(name).to_owned()),
        Host::Ipv4(address) => Host::Ipv4(address),
        Host::Ipv6(address) => match address.to_ipv4_mapped() {
            Some(address) => Host::Ipv4(address),
            None => Host::Ipv6(address),
        },
    })
}

/// The origin of a page at this authority: scheme, host and port. The default port of the scheme
/// equals no port.
pub fn origin(scheme: Scheme, authority: &str) -> Option<Origin> {
    Some(url(scheme, authority)?.origin())
}

/// Parses an `Origin` field; `None` if it is not an http or https origin, such as `null`.
pub fn parse_origin(text: &str) -> Option<Origin> {
    let (scheme, authority) = text.split_once("://")?;
    origin(Scheme::parse(scheme)?, authority)
}

/// The address, if the host is one.
pub fn address(host: &Host) -> Option<IpAddr> {
    match host {
        Host::Domain(_) => None,
        Host::Ipv4(address) => Some((*address).into()),
        Host::Ipv6(address) => Some((*address).into()),
    }
}

fn url(scheme: Scheme, authority: &str) -> Option<Url> {
    let scheme = scheme.name();
    let url = || Url::parse(&format!("{scheme}://{authority}/")).ok();
    // A URL may contain more, such as a user name or a path, and other spellings of the host.
    is_host(authority).then(url)?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_port_removes_the_port() {
        assert_eq!(without_port("[::1]:8080"), "[::1]");
        assert_eq!(without_port("[::1]"), "[::1]");
        assert_eq!(without_port("127.0.0.1:80"), "127.0.0.1");
        assert_eq!(without_port("feed.test"), "feed.test");
    }

    #[test]
    fn default_ports_and_spellings_of_addresses_are_normalized() {
        let same = |one: &str, other: &str| parse_origin(one) == parse_origin(other);
        assert!(same("http://shop.test", "http://SHOP.test:80"));
        assert!(same("https://shop.test", "HTTPS://shop.test:443"));
        assert!(same("http://[::1]:8080", "http://[0:0:0:0:0:0:0:1]:8080"));
        assert!(same("http://[2001:DB8::1]", "http://[2001:db8:0::1]:80"));
        assert!(!same("http://shop.test", "https://shop.test"));
        assert!(!same("http://shop.test:443", "https://shop.test:443"));
        assert!(!same("http://shop.test", "http://shop.test:81"));
    }

    #[test]
    fn an_origin_that_is_not_http_is_none() {
        for text in [
            "null",
            "",
            "shop.test",
            "http:shop.test",
            "http://",
            "http://shop.test/",
            "http://shop.test?a",
            "http://user@shop.test",
            "http://evil.test\\@shop.test",
            "http://%73hop.test",
            "http://shop.test:99999",
            "http://[::1",
            "ws://shop.test",
            "file://shop.test",
            "chrome-extension://abc",
        ] {
            assert_eq!(parse_origin(text), None, "{text}");
        }
    }

    #[test]
    fn a_host_has_no_port_and_no_final_dot() {
        let host = |text: &str| host(text).map(|host| host.to_string());
        assert_eq!(host("LocalHost.:8080").as_deref(), Some("localhost"));
        assert_eq!(host("127.1:8080").as_deref(), Some("127.0.0.1"));
        assert_eq!(host("[::ffff:127.0.0.1]").as_deref(), Some("127.0.0.1"));
        assert_eq!(host("[0::1]").as_deref(), Some("[::1]"));
        for text in ["", ":80", "::1", "a b", "a@b", "a$b", "a/b"] {
            assert_eq!(host(text), None, "{text}");
        }
    }
}
