//! What does the server decide about a connection before actix-http reads from it?
//!
//! - [`guard`]: the stream that actix-http reads from and writes to. It hands over one request at a
//!   time and enforces the deadlines.
//! - `head`, `body`: where a request's header and body end, and which headers are rejected. No IO.
//! - [`limits`], [`silent`]: how many connections may be open, in total, per address, and without a
//!   request.
//! - [`stream`]: TCP, or TLS over it.
//! - `accept`: which connections are let in, after the handshake of TLS where there is one.
//! - `http2`: how the streams of HTTP/2 reach the application, past the guard.
//! - [`handle`]: what the application tells the guard: a response has ended, or will never end.
//! - [`answer`]: what each response is given on its way to the connection.
//! - [`serve`]: how an accepted connection reaches the application.
//! - [`tunnel`]: how a connection is handed over to another protocol.
//! - [`rejection`]: why requests and connections are rejected, and how that is counted.

mod accept;
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
pub mod stream;
pub mod tunnel;

use std::time::Duration;

use actix_web::{HttpMessage, HttpRequest};

pub use self::{
    guard::Guarded,
    handle::{ConnectionHandle, NeverEnds},
    limits::ConnectionLimits,
    rejection::{Cause, Rejection, Rejections},
    serve::ConnectionPolicy,
    stream::Stream,
};

/// What `on_connect` of [`ConnectionPolicy::serve`] has returned for the connection of a request.
pub fn data<Data: Clone + 'static>(request: &HttpRequest) -> Option<Data> {
    // actix-web gives only its own dispatchers data for a connection.
    let of_stream = || request.extensions().get().cloned();
    request.conn_data().cloned().or_else(of_stream)
}

/// How long a connection is kept without a request, for clients that ask every `interval`. It is
/// longer than the 60 s of common proxies: a proxy that still uses a connection which the server is
/// just closing gets an error.
pub fn keep_alive(interval: Duration) -> Duration {
    const PROXIES: Duration = Duration::from_secs(60);
    const MARGIN: Duration = Duration::from_secs(30);
    interval.max(PROXIES) + MARGIN
}

/// After the last response of a connection whose input was not read to its end: how long the rest
/// is read and discarded, so that the kernel does not destroy the response (RFC 9112, section 9.6).
const LINGER: Duration = Duration::from_millis(500);

/// How long a client may take.
#[derive(Clone, Copy, Debug)]
pub struct Deadlines {
    /// A request's header, from the opening of the connection or from the header's first byte.
    pub header: Duration,
    /// A request's body, from the end of the header.
    pub body: Duration,
    /// A WebSocket message, from the first byte of its first frame.
    pub message: Duration,
    /// To take anything of what is sent to it.
    pub write: Duration,
}

/// What all connections of a worker share.
#[derive(Debug)]
pub struct Shared {
    /// How long their clients may take.
    pub deadlines: Deadlines,
    /// Counts what is rejected.
    pub rejections: Rejections,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_connection_is_kept_longer_than_by_proxies_and_longer_than_the_interval() {
        assert!(keep_alive(Duration::from_millis(1)) > Duration::from_secs(75));
        assert!(keep_alive(Duration::from_secs(3_600)) > Duration::from_secs(3_600));
    }
}
