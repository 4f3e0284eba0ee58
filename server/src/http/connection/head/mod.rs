//! Validates request headers and passes them on to actix-http (RFC 9110, RFC 9112).
//!
//! Most headers are passed on unchanged. Some are rewritten, so that all later code interprets them
//! in the same way: the authority of an absolute-form target replaces `Host`, empty fields are
//! removed (except `Idempotency-Key`), `Upgrade` is kept only if the connection will be upgraded, and `Expect` is removed,
//! since the guard itself sends `100 Continue`.

mod rewrite;

use std::{borrow::Cow, str};

use actix_web::http::{StatusCode, Uri, uri::Authority};
use httparse::{EMPTY_HEADER, Header, Request, Status};

use self::rewrite::Rewrite;
use super::{
    body::BodyEnd,
    rejection::{Cause, Rejection},
};
use crate::base::number::whole_number;

/// The maximum length of a header, in bytes.
pub const LONGEST: usize = 32 << 10;

/// The maximum number of fields of a header. It is the limit of actix-http.
pub const MOST_FIELDS: usize = 96;

/// Fields that may occur only once. (`Host` and `Content-Length` are checked separately.)
pub const SINGLE: [&str; 4] = ["Origin", "Last-Event-ID", "Content-Type", "Range"];

/// A complete and valid header.
#[derive(Debug, PartialEq, Eq)]
pub struct Head {
    /// Its length in bytes, as received.
    pub length: usize,
    /// The rewritten header; `None` if it is passed on unchanged.
    pub rewritten: Option<Vec<u8>>,
    /// The bytes that follow it.
    pub follows: Follows,
    /// The client waits for `100 Continue` before it sends the body.
    pub expects_continue: bool,
}

/// The bytes that follow a header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Follows {
    /// The next request.
    Nothing,
    /// A body.
    Body(BodyEnd),
    /// Another protocol, until the connection ends.
    Tunnel,
}

/// Parses the header at the start of `bytes`; `None` while it is incomplete.
///
/// # Errors
///
/// The header is invalid, too long, or requires something that is not supported.
pub fn read(bytes: &[u8]) -> Result<Option<Head>, Rejection> {
    let mut fields = [EMPTY_HEADER; MOST_FIELDS];
    let mut request = Request::new(&mut fields);
    match request.parse(bytes) {
        Ok(Status::Complete(length)) if length <= LONGEST => accept(&request, length).map(Some),
        Ok(Status::Partial) if bytes.len() <= LONGEST => Ok(None),
        Ok(_) => Err(too_large(format!("is longer than {LONGEST} bytes"))),
        Err(httparse::Error::TooManyHeaders) => {
            Err(too_large(format!("has more than {MOST_FIELDS} fields")))
        }
        Err(error) => Err(Rejection::bad_request(format!(
            "the header of the request is not valid: {error}"
        ))),
    }
}

fn too_large(how: String) -> Rejection {
    let status = StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE;
    let detail = format!("the header of the request {how}");
    Rejection::new(Cause::HeaderTooLarge, status, detail)
}

fn accept(request: &Request<'_, '_>, length: usize) -> Result<Head, Rejection> {
    let target = request.path.unwrap_or_default();
    let uri: Uri = target
        .parse()
        .map_err(|error| Rejection::bad_request(format!("the target is not valid: {error}")))?;
    for name in SINGLE {
        if values(request, name).count() > 1 {
            return Err(Rejection::bad_request(format!(
                "more than one {name} field"
            )));
        }
    }
    let authority = authority(request, &uri)?;
    let expects_continue = expects_continue(request)?;
    let connect = request.method == Some("CONNECT");
    let upgrade = is_upgrade(request);
    let follows = match body(request)? {
        // An upgrade after a body is ignored.
        Some(body) => Follows::Body(body),
        None if upgrade || connect => Follows::Tunnel,
        None => Follows::Nothing,
    };
    let upgrade = upgrade && follows == Follows::Tunnel;
    let rewrite = Rewrite {
        request,
        authority,
        upgrade,
    };
    Ok(Head {
        length,
        rewritten: rewrite.is_needed().then(|| rewrite.bytes(&uri)),
        follows,
        expects_continue,
    })
}

/// The values of all fields with this name.
fn values<'a>(request: &'a Request<'_, '_>, name: &'a str) -> impl Iterator<Item = &'a [u8]> {
    let named = move |field: &&Header<'_>| field.name.eq_ignore_ascii_case(name);
    request
        .headers
        .iter()
        .filter(named)
        .map(|field| field.value)
}

/// The elements of a list-valued field, in lower case.
fn list(request: &Request<'_, '_>, name: &str) -> Vec<String> {
    values(request, name)
        .flat_map(elements)
        .map(|element| element.to_ascii_lowercase())
        .collect()
}

/// The elements of one field line (RFC 9110, section 5.6.1).
fn elements(value: &[u8]) -> impl Iterator<Item = Cow<'_, str>> {
    value
        .split(|byte| *byte == b',')
        .map(|element| String::from_utf8_lossy(element.trim_ascii()))
        .filter(|element| !element.is_empty())
}

/// Validates `Host`. Returns the authority of an absolute-form target, which replaces it (RFC 9112,
/// section 3.2.2).
fn authority(request: &Request<'_, '_>, uri: &Uri) -> Result<Option<String>, Rejection> {
    let hosts: Vec<_> = values(request, "Host").collect();
    match hosts[..] {
        [] if request.version == Some(1) => {
            return Err(Rejection::bad_request("HTTP/1.1 requires a Host field"));
        }
        [] => {}
        [host] if is_host(host) => {}
        [_] => return Err(Rejection::bad_request("the Host field is not valid")),
        _ => return Err(Rejection::bad_request("more than one Host field")),
    }
    let absolute = uri.scheme().and(uri.authority());
    match absolute.map(Authority::as_str) {
        Some(authority) if !is_host(authority.as_bytes()) => Err(Rejection::bad_request(
            "the authority of the target is not valid",
        )),
        authority => Ok(authority.map(str::to_owned)),
    }
}

/// Whether it is a host with an optional port (RFC 9110, section 7.2). It may be empty.
fn is_host(value: &[u8]) -> bool {
    let Ok(text) = str::from_utf8(value) else {
        return false;
    };
    let port = match text.rsplit_once(':') {
        Some((_, port)) if !port.ends_with(']') => port,
        _ => "",
    };
    let port_is_valid = port.is_empty() || whole_number::<u16>(port).is_some();
    let host = &text[..text.len() - port.len()];
    let host = host.strip_suffix(':').unwrap_or(host);
    let has_other = host.contains(['@', ',']) || host.contains(':') != host.starts_with('[');
    text.is_empty() || port_is_valid && !has_other && host.parse::<Authority>().is_ok()
}

/// Whether the client requests a WebSocket. An `Upgrade` that `Connection` does not list, and any
/// in HTTP/1.0, is ignored (RFC 9110, section 7.8).
fn is_upgrade(request: &Request<'_, '_>) -> bool {
    let has = |name: &str, element: &str| list(request, name).iter().any(|it| it == element);
    request.version == Some(1) && has("Upgrade", "websocket") && has("Connection", "upgrade")
}

fn expects_continue(request: &Request<'_, '_>) -> Result<bool, Rejection> {
    let expected = list(request, "Expect");
    if request.version != Some(1) || expected.is_empty() {
        return Ok(false);
    }
    match expected.iter().all(|it| it == "100-continue") {
        true => Ok(true),
        false => Err(Rejection::new(
            Cause::BadRequest,
            StatusCode::EXPECTATION_FAILED,
            "the only supported expectation is 100-continue",
        )),
    }
}

/// The body, if there is one (RFC 9112, section 6.3). Ambiguous framing is rejected.
fn body(request: &Request<'_, '_>) -> Result<Option<BodyEnd>, Rejection> {
    let lengths: Vec<_> = values(request, "Content-Length").collect();
    let codings: Vec<_> = values(request, "Transfer-Encoding").collect();
    match (&lengths[..], &codings[..]) {
        ([], []) if request.version == Some(0) && request.method == Some("POST") => {
            Err(Rejection::new(
                Cause::BadRequest,
                StatusCode::LENGTH_REQUIRED,
                "a POST in HTTP/1.0 requires a Content-Length field",
            ))
        }
        ([], []) => Ok(None),
        ([length], []) => match str::from_utf8(length).ok().and_then(whole_number) {
            Some(0) => Ok(None),
            Some(length) => Ok(Some(BodyEnd::Length(length))),
            None => Err(Rejection::bad_request("the Content-Length is not valid")),
        },
        (_, []) => Err(Rejection::bad_request("more than one Content-Length field")),
        ([], _) if request.version == Some(0) => Err(Rejection::bad_request(
            "Transfer-Encoding is not allowed in HTTP/1.0",
        )),
        ([], [coding]) if coding.eq_ignore_ascii_case(b"chunked") => Ok(Some(BodyEnd::chunked())),
        ([], _) => Err(Rejection::new(
            Cause::BadRequest,
            StatusCode::NOT_IMPLEMENTED,
            "the only supported Transfer-Encoding is chunked",
        )),
        _ => Err(Rejection::bad_request(
            "both Content-Length and Transfer-Encoding are present",
        )),
    }
}

#[cfg(test)]
mod tests;
