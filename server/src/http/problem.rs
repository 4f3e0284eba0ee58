//! Error responses as problem details (RFC 9457).

use actix_web::{
    HttpResponse, ResponseError,
    dev::ServiceResponse,
    http::{
        StatusCode,
        header::{self, HeaderMap, HeaderName, HeaderValue},
    },
};
use serde_json::json;
use thiserror::Error;

use crate::feed::{cursor::BadCursor, data::DataError};

/// An error as one line of JSON, `application/problem+json`.
#[derive(Debug, Error)]
#[error("{detail}")]
pub struct Problem {
    status: StatusCode,
    detail: String,
    headers: Vec<(HeaderName, HeaderValue)>,
}

impl Problem {
    /// A problem with a status and a sentence that explains it.
    pub fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        Self {
            status,
            detail: detail.into(),
            headers: Vec::new(),
        }
    }

    /// The status of the response.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The same problem with a field added to the response header.
    pub fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }

    /// The same problem with the number of seconds after which the client may try again.
    pub fn with_retry_after(self, seconds: u64) -> Self {
        self.with_header(header::RETRY_AFTER, HeaderValue::from(seconds))
    }

    /// 400: the request is not valid.
    pub fn bad_request(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, detail)
    }

    /// The body of the response, one line.
    pub fn json(&self) -> String {
        let problem = json!({
            "type": "about:blank",
            "title": self.status.canonical_reason(),
            "status": self.status.as_u16(),
            "detail": self.detail,
        });
        problem.to_string()
    }
}

const MEDIA_TYPE: &str = "application/problem+json";

/// Turns errors of libraries, which have plain text or no body, into problems.
pub fn as_problem_json(response: ServiceResponse) -> ServiceResponse {
    let status = response.status();
    let media_type = response.headers().get(header::CONTENT_TYPE);
    let ours = media_type.is_some_and(|media_type| media_type == MEDIA_TYPE);
    if ours || !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    let request = response.request();
    let reason = status.canonical_reason().unwrap_or("the request failed");
    let detail = format!("{} {}: {reason}", request.method(), request.path());
    let mut problem = Problem::new(status, detail);
    problem.headers = headers_beside_the_body(response.headers());
    if status == StatusCode::METHOD_NOT_ALLOWED && !response.headers().contains_key(header::ALLOW) {
        // The request was for a file; all other resources set `Allow` themselves.
        let allow = HeaderValue::from_static("GET, HEAD");
        problem = problem.with_header(header::ALLOW, allow);
    }
    response.into_response(problem.error_response())
}

/// The fields that are kept when the body is replaced (`Content-Range` of a 416, `Allow`, …).
fn headers_beside_the_body(headers: &HeaderMap) -> Vec<(HeaderName, HeaderValue)> {
    const OF_THE_BODY: [HeaderName; 7] = [
        header::CONTENT_TYPE,
        header::CONTENT_LENGTH,
        header::CONTENT_ENCODING,
        header::CONTENT_DISPOSITION,
        header::LAST_MODIFIED,
        header::ETAG,
        header::CACHE_CONTROL,
    ];
    let kept = headers
        .iter()
        .filter(|(name, _)| !OF_THE_BODY.contains(name));
    kept.map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

impl From<BadCursor> for Problem {
    fn from(error: BadCursor) -> Self {
        Self::bad_request(error.to_string())
    }
}

impl From<DataError> for Problem {
    fn from(error: DataError) -> Self {
        let hint = match error {
            DataError::NotJson(_) => " (send text with Content-Type: text/plain)",
            _ => "",
        };
        Self::bad_request(format!("{error}{hint}"))
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.status
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status);
        for (name, value) in &self.headers {
            response.append_header((name.clone(), value.clone()));
        }
        response
            .insert_header((header::CACHE_CONTROL, "no-store"))
            .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
            .content_type(MEDIA_TYPE)
            .body(self.json())
    }
}
