//! Parses the fields that a proxy adds to a request (RFC 7239, and the older `X-Forwarded-*`
//! fields).
//!
//! Each proxy appends its client to a list, so only the end of the list is written by a proxy that
//! this server trusts. The rest may have been written by anyone.

use std::net::{IpAddr, SocketAddr};

use actix_web::http::header::{FORWARDED, HeaderMap, HeaderName, X_FORWARDED_FOR};

use super::authority::Scheme;

const X_FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");
const X_FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// The information of the trusted proxies. Missing parts are `None`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Forwarded {
    /// The address of the client: the last one that is not a trusted proxy.
    pub client: Option<IpAddr>,
    /// The host that the client requested.
    pub host: Option<String>,
    /// The scheme that the client used.
    pub scheme: Option<Scheme>,
}

fn has_older_fields(headers: &HeaderMap) -> bool {
    let names = [X_FORWARDED_FOR, X_FORWARDED_HOST, X_FORWARDED_PROTO];
    names.iter().any(|name| headers.contains_key(name))
}

/// Whether the request has any of these fields.
pub fn is_present(headers: &HeaderMap) -> bool {
    headers.contains_key(FORWARDED) || has_older_fields(headers)
}

/// Whether the request has both kinds of fields. A proxy writes one kind and may pass the other on
/// as its client wrote it, so neither is trustworthy.
pub fn is_ambiguous(headers: &HeaderMap) -> bool {
    headers.contains_key(FORWARDED) && has_older_fields(headers)
}

/// The source of the host in [`Forwarded`].
pub fn name_of_host(headers: &HeaderMap) -> &'static str {
    match headers.contains_key(FORWARDED) {
        true => "host in Forwarded",
        false => "X-Forwarded-Host",
    }
}

/// Parses the fields of a request from a trusted proxy.
pub fn read(headers: &HeaderMap, is_trusted: impl Fn(IpAddr) -> bool) -> Forwarded {
    let list = |name: HeaderName| {
        let values = headers.get_all(name).map(|value| value.as_bytes());
        let list: Vec<_> = values.map(String::from_utf8_lossy).collect();
        list.join(",")
    };
    if headers.contains_key(FORWARDED) {
        return of_elements(&list(FORWARDED), is_trusted);
    }
    let last = |name: HeaderName| {
        let values = list(name);
        let last = values.rsplit(',').next().unwrap_or_default().trim();
        (!last.is_empty()).then(|| last.to_owned())
    };
    Forwarded {
        client: client(list(X_FORWARDED_FOR).split(',').map(str::trim), is_trusted),
        host: last(X_FORWARDED_HOST),
        scheme: last(X_FORWARDED_PROTO).as_deref().and_then(Scheme::parse),
    }
}

/// Parses a `Forwarded` field (RFC 7239, section 4). Host and scheme come from its last element.
fn of_elements(list: &str, is_trusted: impl Fn(IpAddr) -> bool) -> Forwarded {
    let elements: Vec<_> = split_outside_quotes(list, ',').collect();
    let of = |element: &str, name: &str| {
        let mut pairs = split_outside_quotes(element, ';').filter_map(|pair| pair.split_once('='));
        let (_, value) = pairs.find(|(key, _)| key.trim().eq_ignore_ascii_case(name))?;
        Some(unquoted(value.trim()))
    };
    let last = |name| of(elements.last()?, name);
    let nodes: Vec<_> = elements
        .iter()
        .map(|element| of(element, "for").unwrap_or_default())
        .collect();
    Forwarded {
        client: client(nodes.iter().map(String::as_str), is_trusted),
        host: last("host"),
        scheme: last("proto").as_deref().and_then(Scheme::parse),
    }
}

/// The last node that is not a trusted proxy, or the first if all are trusted. `None` if that node
/// is not an address (`unknown`, `_hidden`).
fn client<'a>(
    nodes: impl DoubleEndedIterator<Item = &'a str>,
    is_trusted: impl Fn(IpAddr) -> bool,
) -> Option<IpAddr> {
    let mut client = None;
    for node in nodes.rev() {
        client = Some(address(node)?);
        if !client.is_some_and(&is_trusted) {
            break;
        }
    }
    client
}

/// The address of a node: `192.0.2.7`, `192.0.2.7:4711`, `2001:db8::7`, `[2001:db8::7]:4711`.
fn address(node: &str) -> Option<IpAddr> {
    let bracketed = || node.strip_prefix('[')?.strip_suffix(']')?.parse().ok();
    let with_port = || Some(node.parse::<SocketAddr>().ok()?.ip());
    let address = node.parse().ok().or_else(with_port).or_else(bracketed);
    address.map(|address: IpAddr| address.to_canonical())
}

fn split_outside_quotes(text: &str, at: char) -> impl Iterator<Item = &str> {
    let (mut quoted, mut escaped) = (false, false);
    text.split(move |c| {
        let splits = c == at && !quoted;
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            _ => {}
        }
        splits
    })
}

/// The text of a token or a quoted string (RFC 9110, section 5.6.4).
fn unquoted(value: &str) -> String {
    let Some(quoted) = value.strip_prefix('"').and_then(|it| it.strip_suffix('"')) else {
        return value.to_owned();
    };
    let mut escaped = false;
    let kept = quoted.chars().filter(|c| {
        escaped = *c == '\\' && !escaped;
        !escaped
    });
    kept.collect()
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    /// 192.0.2.1 and 192.0.2.2 are trusted.
    fn read_fields(fields: &[(&'static str, &'static str)]) -> Forwarded {
        let mut headers = HeaderMap::new();
        for (name, value) in fields {
            let name = HeaderName::from_static(name);
            headers.append(name, HeaderValue::from_static(value));
        }
        let trusted = ["192.0.2.1", "192.0.2.2"].map(|it| it.parse::<IpAddr>().unwrap());
        read(&headers, |address| trusted.contains(&address))
    }

    fn client_of(name: &'static str, value: &'static str) -> Option<String> {
        read_fields(&[(name, value)])
            .client
            .map(|it| it.to_string())
    }

    #[test]
    fn the_client_is_the_last_untrusted_address() {
        for (list, client) in [
            ("203.0.113.9", Some("203.0.113.9")),
            ("127.0.0.1, 203.0.113.9", Some("203.0.113.9")),
            ("127.0.0.1, 203.0.113.9, 192.0.2.2", Some("203.0.113.9")),
            ("192.0.2.2, 192.0.2.1", Some("192.0.2.2")),
            ("203.0.113.9:4711", Some("203.0.113.9")),
            ("[2001:db8::7]:4711", Some("2001:db8::7")),
            ("2001:DB8:0::7", Some("2001:db8::7")),
            ("::ffff:203.0.113.9", Some("203.0.113.9")),
            ("203.0.113.9, unknown", None),
            ("203.0.113.9,", None),
            ("", None),
        ] {
            assert_eq!(
                client_of("x-forwarded-for", list).as_deref(),
                client,
                "{list}"
            );
        }
        let lines = [
            ("x-forwarded-for", "127.0.0.1"),
            ("x-forwarded-for", "203.0.113.9"),
        ];
        assert_eq!(read_fields(&lines).client, "203.0.113.9".parse().ok());
    }

    #[test]
    fn forwarded_is_parsed_as_in_the_rfc() {
        let parsed = read_fields(&[(
            "forwarded",
            "for=127.0.0.1;host=evil.test, For=\"[2001:db8::7]:4711\";Proto=https;host=\"shop.test:443\"",
        )]);
        assert_eq!(parsed.client, "2001:db8::7".parse().ok());
        assert_eq!(parsed.host.as_deref(), Some("shop.test:443"));
        assert_eq!(parsed.scheme, Some(Scheme::Https));
        for hidden in ["for=unknown", "for=_hidden", "proto=http", "for=\"a,b\""] {
            assert_eq!(client_of("forwarded", hidden), None, "{hidden}");
        }
        let quoted = read_fields(&[("forwarded", "for=203.0.113.9;host=\"a\\\",for=127.0.0.1\"")]);
        assert_eq!(quoted.client, "203.0.113.9".parse().ok());
        assert_eq!(quoted.host.as_deref(), Some("a\",for=127.0.0.1"));
    }

    #[test]
    fn host_and_scheme_come_from_the_last_element() {
        let parsed = read_fields(&[
            ("x-forwarded-host", "evil.test, shop.test"),
            ("x-forwarded-proto", "http"),
            ("x-forwarded-proto", "https"),
        ]);
        assert_eq!(parsed.host.as_deref(), Some("shop.test"));
        assert_eq!(parsed.scheme, Some(Scheme::Https));
        assert_eq!(read_fields(&[]), Forwarded::default());
    }
}
