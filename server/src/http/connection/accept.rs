//! Accepts connections within the limits and selects their version of HTTP.

use std::{
    future::poll_fn,
    io,
    net::{IpAddr, SocketAddr},
    rc::Rc,
    time::Duration,
};

use actix_web::rt::{net::TcpStream, time::sleep};
use tokio_rustls::TlsAcceptor;

use super::{
    ConnectionPolicy, Guarded, Rejections, Shared,
    limits::Permit,
    rejection::{Cause, Rejection},
    silent::Silent,
    stream::Stream,
};
use crate::http::tls::H2;

/// The type of a TLS handshake record (RFC 8446, section 5.1).
const HANDSHAKE: u8 = 22;

/// Accepts the connections of one worker, within the limits.
#[derive(Clone)]
pub(super) struct Acceptor {
    pub policy: ConnectionPolicy,
    pub tls: Option<TlsAcceptor>,
    pub shared: Rc<Shared>,
}

/// An accepted connection.
pub(super) enum Accepted {
    Http1(Guarded<Stream>),
    Http2(Http2Connection),
}

/// An HTTP/2 connection that has not sent a request.
pub(super) struct Http2Connection {
    pub io: Guarded<Stream>,
    pub peer: Option<SocketAddr>,
    pub silent: SilentPeriod,
}

/// The time before the first request of a connection. During it, the connection may be evicted.
pub(super) struct SilentPeriod {
    silent: Silent,
    longest: Duration,
    rejections: Rejections,
    client: Option<IpAddr>,
}

impl Acceptor {
    /// Accepts a connection, as far as the limits allow.
    ///
    /// # Errors
    ///
    /// A limit does not allow it.
    pub fn admit(&self, stream: &TcpStream) -> Result<Permit, Rejection> {
        let peer = stream.peer_addr().ok();
        self.policy.acquire(peer.map(|peer| peer.ip()))
    }

    /// A connection in clear text.
    pub fn accept(&self, stream: TcpStream, permit: Permit) -> Guarded<Stream> {
        self.guard(Stream::Tcp(stream), permit, Some(self.policy.silent.add()))
    }

    fn guard(&self, stream: Stream, permit: Permit, silent: Option<Silent>) -> Guarded<Stream> {
        Guarded::new(stream, Rc::clone(&self.shared), permit, silent)
    }

    /// Performs the handshake of TLS.
    pub async fn accept_tls(
        &self,
        tls: &TlsAcceptor,
        stream: TcpStream,
        permit: Permit,
    ) -> io::Result<Accepted> {
        let peer = stream.peer_addr().ok();
        let silent = SilentPeriod::begin(&self.policy, peer);
        let handshaken = silent.within(handshake(tls, stream)).await?;
        let stream = match handshaken? {
            Stream::Tls(stream) => stream,
            Stream::Tcp(stream) => {
                let detail = "this port requires https: use a URL with https://";
                let rejection = Rejection::bad_request(detail);
                self.policy.limits.reject(stream, &rejection).await;
                return Err(io::ErrorKind::InvalidData.into());
            }
        };
        let is_http2 = stream.get_ref().1.alpn_protocol() == Some(H2);
        let stream = Stream::Tls(stream);
        Ok(match is_http2 {
            false => Accepted::Http1(self.guard(stream, permit, Some(silent.silent))),
            true => Accepted::Http2(Http2Connection {
                io: self.guard(stream, permit, None).into_tunnel(),
                peer,
                silent,
            }),
        })
    }

    /// Without TLS the client receives the reason. With TLS that would cost a handshake.
    pub async fn reject(&self, stream: TcpStream, rejection: &Rejection) {
        let limits = &self.policy.limits;
        match self.tls {
            None => limits.reject(stream, rejection).await,
            Some(_) => {
                let client = stream.peer_addr().ok().map(|peer| peer.ip());
                let Rejection { cause, detail, .. } = rejection;
                self.policy.rejections.record(*cause, detail, client);
            }
        }
    }
}

/// The TLS stream, or the plain TCP stream if the client does not start a TLS handshake.
async fn handshake(tls: &TlsAcceptor, stream: TcpStream) -> io::Result<Stream> {
    let mut first = [HANDSHAKE];
    stream.peek(&mut first).await?;
    Ok(match first {
        [HANDSHAKE] => Stream::Tls(Box::new(tls.accept(stream).await?)),
        _ => Stream::Tcp(stream),
    })
}

impl SilentPeriod {
    fn begin(policy: &ConnectionPolicy, peer: Option<SocketAddr>) -> Self {
        Self {
            silent: policy.silent.add(),
            longest: policy.deadlines.header,
            rejections: policy.rejections.clone(),
            client: peer.map(|peer| peer.ip()),
        }
    }

    /// Waits until the client does something that must precede its first request.
    ///
    /// # Errors
    ///
    /// The client was too slow, or newer connections replaced it.
    pub async fn within<T>(&self, done: impl Future<Output = T>) -> io::Result<T> {
        let (cause, detail) = tokio::select! {
            biased;
            // First, since the newer connection is open already.
            () = poll_fn(|cx| self.silent.poll_evicted(cx)) => (
                Cause::Silent,
                "replaced by newer connections, since it has not sent a request",
            ),
            done = done => return Ok(done),
            () = sleep(self.longest) => (
                Cause::HeaderTimeout,
                "the handshake or the header of the first request did not arrive in time",
            ),
        };
        self.rejections.record(cause, detail, self.client);
        Err(io::ErrorKind::TimedOut.into())
    }
}
