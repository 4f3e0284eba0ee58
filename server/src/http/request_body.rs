//! Reads request bodies and rejects unsupported ones.

use std::io::ErrorKind;

use actix_web::{
    HttpMessage, HttpRequest,
    error::PayloadError,
    http::{
        StatusCode,
        header::{self, HeaderValue},
    },
    web,
};
use futures_util::StreamExt;

use super::{connection::ConnectionHandle, problem::Problem};
use crate::feed::data::BYTE_ORDER_MARK;

/// Reads the whole body of a request as text of up to `longest` bytes, without a byte order mark.
///
/// # Errors
///
/// 413 if it is too long, 415 if it has a content coding or a charset other than UTF-8, 400 if it
/// is not valid UTF-8 or does not arrive completely.
pub async fn text(
    request: &HttpRequest,
    mut body: web::Payload,
    longest: usize,
) -> Result<String, Problem> {
    require_plain(request)?;
    require_utf8(request)?;
    let too_long = || {
        let detail = format!("the data is longer than {longest} bytes");
        Problem::new(StatusCode::PAYLOAD_TOO_LARGE, detail)
    };
    // Checked before the client sends the body, in case it waits for `100 Continue`.
    let length = request.headers().get(header::CONTENT_LENGTH);
    let length = length.and_then(|length| length.to_str().ok()?.parse().ok());
    if length.is_some_and(|length: u64| length > longest as u64) {
        return Err(too_long());
    }
    if let Some(handle) = ConnectionHandle::of(request) {
        handle.want_body();
    }
    let mut bytes = Vec::new();
    while let Some(part) = body.next().await {
        let part = part.map_err(incomplete)?;
        if bytes.len() + part.len() > longest {
            return Err(too_long());
        }
        bytes.extend_from_slice(&part);
    }
    let text = String::from_utf8(bytes)
        .map_err(|error| Problem::bad_request(format!("the data is not UTF-8 text: {error}")))?;
    Ok(match text.strip_prefix(BYTE_ORDER_MARK) {
        Some(text) => text.to_owned(),
        None => text,
    })
}

fn incomplete(error: PayloadError) -> Problem {
    match error {
        PayloadError::Io(error) if error.kind() == ErrorKind::TimedOut => Problem::new(
            StatusCode::REQUEST_TIMEOUT,
            "the body of the request did not arrive in time",
        ),
        error => Problem::bad_request(error.to_string()),
    }
}

/// Rejects a compressed body, since it would be published unchanged.
fn require_plain(request: &HttpRequest) -> Result<(), Problem> {
    let codings = request.headers().get_all(header::CONTENT_ENCODING);
    let mut codings = codings.flat_map(|coding| coding.as_bytes().split(|byte| *byte == b','));
    let plain = codings.all(|coding| {
        let coding = coding.trim_ascii();
        coding.is_empty() || coding.eq_ignore_ascii_case(b"identity")
    });
    if plain {
        return Ok(());
    }
    let detail = "Content-Encoding is not supported: send the body without it";
    let problem = Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, detail);
    Err(problem.with_header(
        header::ACCEPT_ENCODING,
        HeaderValue::from_static("identity"),
    ))
}

/// Rejects a charset other than UTF-8 and its subset ASCII.
fn require_utf8(request: &HttpRequest) -> Result<(), Problem> {
    let media_type = request.headers().get(header::CONTENT_TYPE);
    let media_type = media_type.map(|value| String::from_utf8_lossy(value.as_bytes()));
    let media_type = media_type.unwrap_or_default();
    for parameter in media_type.split(';').skip(1) {
        let (name, value) = parameter.split_once('=').unwrap_or_default();
        let charset = value.trim().trim_matches('"').to_ascii_lowercase();
        let is_known = ["utf-8", "utf8", "us-ascii", "ascii"].contains(&charset.as_str());
        if name.trim().eq_ignore_ascii_case("charset") && !is_known {
            return Err(Problem::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                format!("the charset {charset} is not supported: send UTF-8"),
            ));
        }
    }
    Ok(())
}

/// Whether the media type is `text/plain`.
pub fn is_plain_text(request: &HttpRequest) -> bool {
    request.content_type().eq_ignore_ascii_case("text/plain")
}
