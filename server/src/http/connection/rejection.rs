//! The reasons for which requests and connections are rejected, and their counters.

use std::{net::IpAddr, sync::Arc, time::SystemTime};

use actix_web::{ResponseError, http::StatusCode};
use actix_ws::CloseCode;
use prometheus::{IntCounter, IntCounterVec, Opts, Registry};
use strum::{IntoStaticStr, VariantArray};

use super::rejection_log::RejectionLog;
use crate::http::{metrics::register, problem::Problem};

/// A reason for a rejection. The README's table lists them all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum Cause {
    /// The server has reached its limit of connections.
    Connections,
    /// The client's address has reached its limit of connections.
    #[strum(serialize = "connections_per_address")]
    Address,
    /// Newer connections replaced one that had not sent a request.
    #[strum(serialize = "connections_without_request")]
    Silent,
    /// The header did not arrive in time.
    HeaderTimeout,
    /// The body did not arrive in time.
    BodyTimeout,
    /// A WebSocket message did not arrive in time.
    MessageTimeout,
    /// The header is too long or has too many fields.
    HeaderTooLarge,
    /// The header or the framing of the body is not valid.
    BadRequest,
    /// The client sent bytes after a request whose response never ends.
    Pipelined,
    /// The request names a host that is not this server.
    UnknownHost,
    /// The page is of another origin, or the client lacks the permission.
    Forbidden,
    /// The client, or all clients together, publish too many updates per second.
    PublishRate,
    /// The body is too long.
    BodyTooLarge,
    /// The body has an unsupported coding or charset.
    #[strum(serialize = "unsupported_media_type")]
    MediaType,
    /// A WebSocket frame is not valid.
    #[strum(serialize = "websocket_protocol_error")]
    ProtocolError,
    /// A WebSocket message has an unsupported type.
    #[strum(serialize = "websocket_unsupported_data")]
    UnsupportedData,
    /// A WebSocket message contains text that is not UTF-8.
    #[strum(serialize = "websocket_invalid_text")]
    InvalidText,
    /// A WebSocket message is too long.
    #[strum(serialize = "websocket_message_too_long")]
    MessageTooLong,
    /// A client reads too slowly.
    TooSlow,
}

impl Cause {
    /// The value of the label `reason` in `/metrics`.
    pub fn label(self) -> &'static str {
        self.into()
    }

    /// The cause of a response with this status, if it is a rejection by the application that is
    /// counted.
    pub fn of_status(status: StatusCode) -> Option<Self> {
        match status {
            StatusCode::MISDIRECTED_REQUEST => Some(Self::UnknownHost),
            StatusCode::FORBIDDEN => Some(Self::Forbidden),
            StatusCode::TOO_MANY_REQUESTS => Some(Self::PublishRate),
            StatusCode::PAYLOAD_TOO_LARGE => Some(Self::BodyTooLarge),
            StatusCode::UNSUPPORTED_MEDIA_TYPE => Some(Self::MediaType),
            _ => None,
        }
    }

    /// The cause of a WebSocket close with this code, if the client is at fault.
    pub fn of_close(code: CloseCode) -> Option<Self> {
        match code {
            CloseCode::Protocol => Some(Self::ProtocolError),
            CloseCode::Unsupported => Some(Self::UnsupportedData),
            CloseCode::Invalid => Some(Self::InvalidText),
            CloseCode::Size => Some(Self::MessageTooLong),
            _ => None,
        }
    }
}

/// A rejection: its cause and the response to the client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejection {
    /// The cause that is counted.
    pub cause: Cause,
    /// The status of the response.
    pub status: StatusCode,
    /// A sentence that explains the rejection.
    pub detail: String,
}

impl Rejection {
    /// A rejection with a sentence that explains it.
    pub fn new(cause: Cause, status: StatusCode, detail: impl Into<String>) -> Self {
        Self {
            cause,
            status,
            detail: detail.into(),
        }
    }

    /// 400: the request is not valid.
    pub fn bad_request(detail: impl Into<String>) -> Self {
        Self::new(Cause::BadRequest, StatusCode::BAD_REQUEST, detail)
    }

    /// 408: the client was too slow.
    pub fn timeout(cause: Cause, detail: impl Into<String>) -> Self {
        Self::new(cause, StatusCode::REQUEST_TIMEOUT, detail)
    }

    /// The rejection as a problem (RFC 9457).
    pub fn problem(&self) -> Problem {
        Problem::new(self.status, self.detail.clone())
    }

    /// The complete response, for a connection that actix-http does not answer. `without_body` is
    /// for a HEAD request.
    pub fn response(&self, without_body: bool) -> Vec<u8> {
        let json = self.problem().json();
        let mut head = format!(
            "HTTP/1.1 {} {}\r\ncontent-length: {}\r\nconnection: close\r\n",
            self.status.as_u16(),
            self.status.canonical_reason().unwrap_or_default(),
            json.len(),
        );
        for (name, value) in self.problem().error_response().headers() {
            let value = value.to_str().expect("our own fields are ASCII");
            head += &format!("{name}: {value}\r\n");
        }
        let date = httpdate::fmt_http_date(SystemTime::now());
        head += &format!("date: {date}\r\n\r\n");
        if !without_body {
            head += &json;
        }
        head.into_bytes()
    }
}

/// The counters and the log of rejections. Clones share both.
#[derive(Clone, Debug)]
pub struct Rejections {
    counters: Arc<[IntCounter]>,
    log: Arc<RejectionLog>,
}

impl Rejections {
    /// Creates counters in `registry`.
    pub fn new(registry: &Registry) -> Self {
        let counters = Opts::new(
            "feed_rejections_total",
            "Requests and connections that were rejected, by reason.",
        );
        let counters = register(registry, IntCounterVec::new(counters, &["reason"]));
        let counter = |cause: &Cause| counters.with_label_values(&[cause.label()]);
        Self {
            counters: Cause::VARIANTS.iter().map(counter).collect(),
            log: Arc::default(),
        }
    }

    /// Counts this rejection of a client, and logs it as [`Self::record`] does.
    pub fn record_rejection(&self, rejection: &Rejection, client: Option<IpAddr>) {
        self.record(rejection.cause, &rejection.detail, client);
    }

    /// Counts a rejection of a client. It is logged unless this client had too many.
    pub fn record(&self, cause: Cause, detail: &str, client: Option<IpAddr>) {
        self.counters[cause as usize].inc();
        if let Some(client) = client {
            self.log.write(client, cause.label(), detail);
        }
    }
}
