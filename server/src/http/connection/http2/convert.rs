//! Converts requests of the `h2` crate to actix-http, and responses back.

use std::{io, net::SocketAddr, time::SystemTime};

use actix_http::{
    BoxedPayloadStream, Payload, Request, ResponseHead,
    body::BodySize,
    error::PayloadError,
    header::{self, HeaderName, HeaderValue},
};
use actix_web::{
    http::{Method, Version},
    web::Bytes,
};
use futures_util::stream;
use h2::RecvStream;
use tokio::time::{Instant, timeout_at};

use crate::http::connection::{Cause, ConnectionPolicy, head};

/// Connection-specific fields (RFC 9113, section 8.2.2).
const CONNECTION_FIELDS: [HeaderName; 4] = [
    header::CONNECTION,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
    HeaderName::from_static("keep-alive"),
];

/// Converts a request; `None` if it is malformed (RFC 9113, section 8.1.1).
pub(super) fn request(
    request: http::Request<RecvStream>,
    peer: Option<SocketAddr>,
    policy: &ConnectionPolicy,
) -> Option<Request> {
    let (parts, body) = request.into_parts();
    let payload = match body.is_end_stream() {
        true => Payload::None,
        false => Payload::Stream {
            payload: stream_of(body, peer, policy),
        },
    };
    let mut request = Request::with_payload(payload);
    let head = request.head_mut();
    head.method = Method::from_bytes(parts.method.as_str().as_bytes()).ok()?;
    head.uri = parts.uri.to_string().parse().ok()?;
    head.version = Version::HTTP_2;
    head.peer_addr = peer;
    let is_double = |name: &&str| parts.headers.get_all(*name).iter().nth(1).is_some();
    if parts.headers.len() > head::MOST_FIELDS || head::SINGLE.iter().any(is_double) {
        return None;
    }
    for (name, value) in parts.headers.iter().filter(|(_, value)| !value.is_empty()) {
        let name = HeaderName::from_bytes(name.as_str().as_bytes()).ok()?;
        let value = HeaderValue::from_bytes(value.as_bytes()).ok()?;
        head.headers.append(name, value);
    }
    let authority = head.uri.authority().map(|it| it.as_str().as_bytes());
    let is_authority = |host: &HeaderValue| authority.is_none_or(|it| it == host.as_bytes());
    let mut hosts = head.headers.get_all(header::HOST);
    // Without `:authority` there is exactly one `Host` (RFC 9113, section 8.3.1).
    let has_host = authority.is_some() || hosts.clone().count() == 1;
    (has_host && hosts.all(is_authority)).then_some(request)
}

/// The body. Its window grows as it is read, so at most one window is buffered.
fn stream_of(
    body: RecvStream,
    peer: Option<SocketAddr>,
    policy: &ConnectionPolicy,
) -> BoxedPayloadStream {
    let deadline = Instant::now() + policy.deadlines.body;
    let rejections = policy.rejections.clone();
    let late = move || {
        let detail = "the body of the request did not arrive in time";
        rejections.record(Cause::BodyTimeout, detail, peer.map(|peer| peer.ip()));
        io::ErrorKind::TimedOut.into()
    };
    Box::pin(stream::unfold(
        (body, late),
        move |(mut body, late)| async move {
            let part = match timeout_at(deadline, body.data()).await {
                Ok(part) => part?.map_err(io::Error::other),
                Err(_) => Err(late()),
            };
            let part = part.inspect(|part: &Bytes| {
                // The error will be reported again with the next part.
                let _ = body.flow_control().release_capacity(part.len());
            });
            Some((part.map_err(PayloadError::Io), (body, late)))
        },
    ))
}

/// The header of a response with a body of this size.
pub(super) fn response(head: &ResponseHead, size: BodySize) -> http::Response<()> {
    let mut response = http::Response::new(());
    *response.status_mut() =
        http::StatusCode::from_u16(head.status.as_u16()).expect("it is a status");
    let fields = response.headers_mut();
    if let BodySize::Sized(length) = size {
        fields.insert(http::header::CONTENT_LENGTH, length.into());
    }
    for (name, value) in head.headers.iter() {
        let has_length = matches!(size, BodySize::Sized(_)) && name == header::CONTENT_LENGTH;
        if CONNECTION_FIELDS.contains(name) || has_length {
            continue;
        }
        let name = http::HeaderName::from_bytes(name.as_str().as_bytes());
        let value = http::HeaderValue::from_bytes(value.as_bytes());
        if let (Ok(name), Ok(value)) = (name, value) {
            fields.append(name, value);
        }
    }
    let date = httpdate::fmt_http_date(SystemTime::now());
    let date = http::HeaderValue::try_from(date).expect("a date is ASCII");
    fields.entry(http::header::DATE).or_insert(date);
    response
}
