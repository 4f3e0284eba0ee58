//! Parses and compares the values of `Host` and `Origin`.

use std::net::IpAddr;

use strum::{EnumString, IntoStaticStr};
use url::{Host, Origin, Url};

/// The scheme of a request: http or https.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, EnumString, IntoStaticStr)]
#[strum(serialize_all = "lowercase", ascii_case_insensitive)]
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
        name.parse().ok()
    }

    /// The name in a URL.
    pub fn name(self) -> &'static str {
        self.into()
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
    fn an_invalid_origin_is_none() {
        for text in [
            "",
            "http://",
            "http://%73hop.test",
            "http://a:99999",
            "http://[::1",
        ] {
            assert_eq!(parse_origin(text), None, "{text}");
        }
    }
}
