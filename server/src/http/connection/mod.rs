//! Connection handling in front of actix-http.
//!
//! - [`guard`]: the stream that actix-http reads from and writes to. It passes on one request at a
//!   time and enforces the deadlines.
//! - `head`, `body`: parse a request's header and the end of its body, and reject invalid headers.
//!   No IO.
//! - [`limits`], [`silent`]: the maximum number of connections in total, per address, and without a
//!   request.
//! - `stream`: TCP, or TLS over it.
//! - `http2`: passes the streams of HTTP/2 to the application, without the guard.
//! - [`handle`]: the application's notifications to the guard: a response has ended, or never ends.
//! - [`answer`]: prepares each response for its request and connection.
//! - [`serve`]: accepts connections and connects them to the application.
//! - [`tunnel`]: hands a connection over to another protocol.
//! - [`rejection`]: the reasons for rejections, and their counters.

pub mod answer;
mod body;
pub mod guard;
pub mod handle;
mod head;
mod http2;
pub mod limits;
pub mod rejection;
mod rejection_log;
pub mod serve;
pub mod silent;
mod stream;
pub mod tunnel;

use std::time::Duration;

use actix_web::{HttpMessage, HttpRequest};

pub use self::{
    guard::Guarded,
    handle::{ConnectionHandle, NeverEnds},
    limits::ConnectionLimits,
    rejection::{Cause, Rejection, Rejections},
    serve::ConnectionPolicy,
};

/// The value that `on_connect` of [`ConnectionPolicy::serve`] returned for the request's
/// connection.
pub fn data<Data: Clone + 'static>(request: &HttpRequest) -> Option<Data> {
    // actix-web provides connection data only for its own dispatchers.
    let of_stream = || request.extensions().get().cloned();
    request.conn_data().cloned().or_else(of_stream)
}

/// How long a connection without a request is kept open, for clients that poll every `interval`. It
/// is longer than the 60 s of common proxies: a proxy gets an error if it reuses a connection that
/// the server is closing.
pub fn keep_alive(interval: Duration) -> Duration {
    const PROXIES: Duration = Duration::from_secs(60);
    const MARGIN: Duration = Duration::from_secs(30);
    interval.max(PROXIES) + MARGIN
}

/// How long remaining input is read and discarded after the last response. Otherwise the kernel
/// would reset the connection and discard the response (RFC 9112, section 9.6).
const LINGER: Duration = Duration::from_millis(500);

/// Time limits for clients.
#[derive(Clone, Copy, Debug)]
pub struct Deadlines {
    /// To send a request's header, from the opening of the connection or from the header's first
    /// byte.
    pub header: Duration,
    /// To send a request's body, from the end of the header.
    pub body: Duration,
    /// To send a WebSocket message, from the first byte of its first frame.
    pub message: Duration,
    /// To read some of the bytes that are sent to it.
    pub write: Duration,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keep_alive_is_longer_than_that_of_proxies_and_than_the_interval() {
        assert!(keep_alive(Duration::from_millis(1)) > Duration::from_secs(75));
        assert!(keep_alive(Duration::from_secs(3_600)) > Duration::from_secs(3_600));
    }
}
