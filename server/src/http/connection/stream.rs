//! The stream of a connection: TCP, or TLS over TCP.

use actix_web::rt::net::TcpStream;
use tokio_rustls::server::TlsStream;
use tokio_util::either::Either;

/// An accepted connection: unencrypted (`Left`), or encrypted after the handshake (`Right`).
pub type Stream = Either<TcpStream, Box<TlsStream<TcpStream>>>;

/// The socket of a stream.
pub fn socket_of(stream: &Stream) -> &TcpStream {
    match stream {
        Stream::Left(tcp) => tcp,
        Stream::Right(tls) => tls.get_ref().0,
    }
}
