//! Checks the sender, the host and the origin of requests.
//!
//! - `authority`: parses hosts and origins.
//! - `policy`: the hosts, origins and proxies that the operator allows.
//! - `peer`: the two ends of a connection.
//! - `forwarded`: the fields that a proxy adds.
//!
//! A browser sends requests for every page that it shows. An attacker can point a name at an
//! address of this server (DNS rebinding); the browser then considers the attacker's page to be of
//! the same origin. So the name in `Host` must be known ([`require_known_host`]). CORS does not
//! apply to WebSocket (RFC 6455, section 10.2), and a form on any page can POST, so the `Origin`
//! must be allowed as well ([`require_same_origin`]). Programs that are not browsers send no
//! `Origin`.

mod authority;
mod forwarded;
mod peer;
mod policy;

use std::net::IpAddr;

use actix_web::{
    HttpRequest,
    http::{
        StatusCode,
        header::{HOST, HeaderName, HeaderValue, ORIGIN},
    },
    web::Data,
};

use self::forwarded::Forwarded;
pub use self::{
    authority::{Scheme, is_host, without_port},
    peer::{Ends, Peer},
    policy::{OriginPolicy, allowed_host, allowed_origin, own_name, trusted_proxy},
};
use super::problem::Problem;

/// The routes for any host: probes of a load balancer may use any name.
const FOR_ANY_HOST: [&str; 2] = ["/healthz", "/readyz"];

/// Rejects a request to a host that is not this server, with 421 (RFC 9110, section 15.5.20).
///
/// Behind a trusted proxy, both the `Host` and the host reported by the proxy must be known: a page
/// of an attacker can write the fields of a proxy, but not the `Host`.
///
/// # Errors
///
/// 421 for another host, 400 for fields of a proxy that contradict each other.
pub fn require_known_host(request: &HttpRequest) -> Result<(), Problem> {
    if FOR_ANY_HOST.contains(&request.path()) {
        return Ok(());
    }
    let sender = Sender::of(request);
    if sender.is_proxy() && forwarded::is_ambiguous(request.headers()) {
        return Err(Problem::bad_request(
            "the request has both Forwarded and X-Forwarded fields: configure the proxy to send only \
             one kind and to remove the other",
        ));
    }
    let local = sender.ends.map(|ends| ends.to);
    let policy = policy(request);
    let check = |name: &str, value: &str| {
        let host = authority::host(value);
        match host.as_ref() {
            Some(known) if policy.accepts_host(known, local) => Ok(()),
            other => Err(unknown_host(name, value, other)),
        }
    };
    if let Some(host) = own_authority(request) {
        check("Host", &host)?;
    }
    match sender.forwarded().host {
        Some(host) => check(forwarded::name_of_host(request.headers()), &host),
        None => Ok(()),
    }
}

fn unknown_host(name: &str, value: &str, host: Option<&url::Host>) -> Problem {
    let value = shown(value);
    let detail = match host {
        Some(host) => {
            let host = shown(&host.to_string());
            format!(
                "the {name} '{value}' is not a host of this server: to allow it, start the \
                 server with --allowed-host {host}"
            )
        }
        None => format!(
            "the {name} '{value}' is not a host of this server (--allowed-host allows a name or \
             an address)"
        ),
    };
    Problem::new(StatusCode::MISDIRECTED_REQUEST, detail)
}

/// Rejects requests of pages of another origin: the scheme, host or port in `Origin` differs from
/// the request's and `--allowed-origin` does not list it, or the browser reports a page of another
/// site.
pub fn require_same_origin(request: &HttpRequest) -> Result<(), Problem> {
    const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
    let headers = request.headers();
    if let Some(value) = headers.get(ORIGIN) {
        let value = text(value);
        let origin = authority::parse_origin(&value);
        let is_allowed = |origin| policy(request).origins.contains(origin);
        if origin.as_ref().is_some_and(is_allowed) {
            return Ok(());
        }
        let (scheme, authority) = requested_authority(request);
        let own = authority::origin(scheme, &authority);
        if origin.is_none() || origin != own {
            let own = format!("{}://{}", scheme.name(), shown(&authority));
            return Err(other_origin(request, &value, origin.is_some(), &own));
        }
    }
    for site in headers.get_all(SEC_FETCH_SITE).map(text) {
        if site.trim().eq_ignore_ascii_case("cross-site") {
            return Err(forbidden(format!(
                "the Sec-Fetch-Site '{}' indicates a page of another site: to allow its \
                 requests, name its origin with --allowed-origin",
                shown(&site),
            )));
        }
    }
    Ok(())
}

fn other_origin(request: &HttpRequest, value: &str, can_be_allowed: bool, own: &str) -> Problem {
    let value = shown(value);
    let option = match can_be_allowed {
        true => format!("to allow it, start the server with --allowed-origin {value}"),
        false => "--allowed-origin accepts http and https origins".into(),
    };
    let sender = Sender::of(request);
    let proxy = match sender.ends {
        Some(Ends { from, .. })
            if !sender.is_proxy() && forwarded::is_present(request.headers()) =>
        {
            format!("; if {from} is a proxy, trust it with --trusted-proxy {from}")
        }
        _ => String::new(),
    };
    forbidden(format!(
        "the Origin '{value}' is not {own}, the origin of this server: {option}{proxy}"
    ))
}

fn forbidden(detail: String) -> Problem {
    Problem::new(StatusCode::FORBIDDEN, detail)
}

/// The client's address: reported by a trusted proxy, otherwise the address that connected.
pub fn client_address(request: &HttpRequest) -> Option<IpAddr> {
    let sender = Sender::of(request);
    let connected = || Some(sender.ends?.from);
    sender.forwarded().client.or_else(connected)
}

/// Whether a program on this host sent the request directly. A request from a proxy never counts,
/// since the client may have written the fields of the proxy.
pub fn is_this_host(request: &HttpRequest) -> bool {
    let sender = Sender::of(request);
    let is_direct = !sender.is_proxy() && !forwarded::is_present(request.headers());
    is_direct && sender.ends.is_some_and(Ends::are_this_host)
}

/// The scheme and the authority (host and port) that the client requested. The authority is empty
/// if the request names none.
pub fn requested_authority(request: &HttpRequest) -> (Scheme, String) {
    let sender = Sender::of(request);
    let Forwarded { host, scheme, .. } = sender.forwarded();
    let host = host.or_else(|| own_authority(request)).unwrap_or_default();
    (scheme.unwrap_or(sender.scheme), host)
}

/// The authority in the request itself: in the `Host` field, or in the target (RFC 9113, section
/// 8.3.1).
fn own_authority(request: &HttpRequest) -> Option<String> {
    let in_target = || Some(request.uri().authority()?.to_string());
    let host = request.headers().get(HOST).map(text);
    host.or_else(in_target)
}

/// A request and its connection.
struct Sender<'a> {
    request: &'a HttpRequest,
    ends: Option<Ends>,
    scheme: Scheme,
}

impl<'a> Sender<'a> {
    fn of(request: &'a HttpRequest) -> Self {
        let peer = Peer::of(request);
        Self {
            request,
            ends: peer.as_ref().and_then(|peer| peer.ends()),
            scheme: peer.map(|peer| peer.scheme()).unwrap_or_default(),
        }
    }

    fn is_proxy(&self) -> bool {
        let trusts = |ends: Ends| policy(self.request).trusts(ends.from);
        self.ends.is_some_and(trusts)
    }

    /// The fields of a trusted proxy.
    fn forwarded(&self) -> Forwarded {
        match self.is_proxy() {
            true => forwarded::read(self.request.headers(), |it| policy(self.request).trusts(it)),
            false => Forwarded::default(),
        }
    }
}

fn policy(request: &HttpRequest) -> &OriginPolicy {
    let policy: &Data<OriginPolicy> = request.app_data().expect("the app has an origin policy");
    policy
}

fn text(value: &HeaderValue) -> String {
    String::from_utf8_lossy(value.as_bytes()).into_owned()
}

/// The first characters of a client's text, for error messages.
fn shown(text: &str) -> String {
    const LONGEST: usize = 100;
    let mut shown: String = text.chars().take(LONGEST).collect();
    if text.chars().nth(LONGEST).is_some() {
        shown.push('…');
    }
    shown
}
