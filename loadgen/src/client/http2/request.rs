//! Converts a request from HTTP/1.1 to HTTP/2.

use http::{HeaderName, HeaderValue, Method, Request, Uri};

use crate::client::http1::framing::Garbled;

/// Fields about a connection of HTTP/1.1 (RFC 9113, section 8.2.2), and `Host`, which `:authority`
/// replaces.
const LEFT_OUT: [&str; 3] = ["connection", "host", "keep-alive"];

/// The request, with the fields in the same order. A browser's request has `priority` at its end, as
/// in Chromium over HTTP/2, with different values for documents and other resources.
///
/// # Errors
///
/// It is not a request of HTTP/1.1 with a host.
pub fn of_http1(header: &[u8]) -> Result<Request<()>, Garbled> {
    let bad = || Garbled("a request that can't be converted to HTTP/2".into());
    let mut fields = [httparse::EMPTY_HEADER; 32];
    let mut parsed = httparse::Request::new(&mut fields);
    parsed.parse(header).map_err(|_| bad())?;
    let field = |name: &str| {
        let mut fields = parsed.headers.iter();
        let found = fields.find(|field| field.name.eq_ignore_ascii_case(name))?;
        std::str::from_utf8(found.value).ok()
    };
    let uri = Uri::builder()
        .scheme("https")
        .authority(field("host").ok_or_else(bad)?)
        .path_and_query(parsed.path.ok_or_else(bad)?)
        .build()
        .map_err(|_| bad())?;
    let priority = field("sec-fetch-mode").map(|mode| match mode {
        "navigate" => HeaderValue::from_static("u=0, i"),
        _ => HeaderValue::from_static("u=1, i"),
    });
    let method = parsed.method.unwrap_or_default().as_bytes();
    let mut request = Request::new(());
    *request.method_mut() = Method::from_bytes(method).map_err(|_| bad())?;
    *request.uri_mut() = uri;
    for field in parsed.headers.iter() {
        let name = HeaderName::from_bytes(field.name.as_bytes()).map_err(|_| bad())?;
        let value = HeaderValue::from_bytes(field.value).map_err(|_| bad())?;
        if !LEFT_OUT.contains(&name.as_str()) {
            request.headers_mut().append(name, value);
        }
    }
    if let Some(priority) = priority {
        request.headers_mut().append("priority", priority);
    }
    Ok(request)
}
