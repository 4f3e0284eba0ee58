//! Did a page of this server ask, or a page of somebody else?

use std::net::{Ipv4Addr, Ipv6Addr};

use actix_web::{
    HttpRequest,
    http::{StatusCode, header},
};

use crate::http::problem::Problem;

/// Refuses what a page from elsewhere sends.
///
/// There is no CORS for WebSocket (RFC 6455, section 10.2), and a form of any page may POST: only
/// the server can check. Programs send no `Origin` and pass.
pub fn require_same_origin(request: &HttpRequest) -> Result<(), Problem> {
    let Some(origin) = request.headers().get(header::ORIGIN) else {
        return Ok(());
    };
    let host = request.headers().get(header::HOST);
    let origin = String::from_utf8_lossy(origin.as_bytes()).to_ascii_lowercase();
    let authority = origin.split_once("://").map(|(_, authority)| authority);
    let same = host.is_some_and(|host| {
        authority
            .is_some_and(|authority| host.as_bytes().eq_ignore_ascii_case(authority.as_bytes()))
    });
    if same {
        return Ok(());
    }
    Err(Problem::new(
        StatusCode::FORBIDDEN,
        format!("a page of {origin} asks: only pages of this server may"),
    ))
}

/// Whether it was asked for by an address or as `localhost`, and not by a name.
///
/// Anyone can let a name of their own lead to an address of ours (DNS rebinding): a browser at this
/// host then takes a page of theirs for one of this server, and says so in `Origin`.
pub fn is_asked_without_a_name(request: &HttpRequest) -> bool {
    let host = request.headers().get(header::HOST);
    host.and_then(|host| host.to_str().ok())
        .is_some_and(|host| is_no_name(without_port(host)))
}

fn is_no_name(host: &str) -> bool {
    let ipv6 = host.strip_prefix('[').and_then(|it| it.strip_suffix(']'));
    ipv6.map_or_else(
        || host.parse::<Ipv4Addr>().is_ok() || host.eq_ignore_ascii_case("localhost"),
        |it| it.parse::<Ipv6Addr>().is_ok(),
    )
}

/// What is before the port in a `Host` field.
pub fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if !port.ends_with(']') => name,
        _ => host,
    }
}

/// Whoever asks writes the name of the host: it must write nothing else, in a policy or in a page.
pub fn is_host(text: &str) -> bool {
    let harmless = |c: char| c.is_ascii_alphanumeric() || "-._:[]".contains(c);
    !text.is_empty() && text.chars().all(harmless)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_port_is_what_follows_the_name() {
        assert_eq!(without_port("[::1]:8080"), "[::1]");
        assert_eq!(without_port("[::1]"), "[::1]");
        assert_eq!(without_port("127.0.0.1:80"), "127.0.0.1");
        assert_eq!(without_port("feed.test"), "feed.test");
    }

    #[test]
    fn addresses_and_this_machine_are_no_names_that_lead_elsewhere() {
        for host in ["127.0.0.1", "192.0.2.7", "[::1]", "localhost", "LocalHost"] {
            assert!(is_no_name(host), "{host}");
        }
        for host in [
            "",
            "evil.test",
            "127.0.0.1.evil.test",
            "localhost.evil.test",
            "::1",
            "[a]",
        ] {
            assert!(!is_no_name(host), "{host}");
        }
    }
}
