//! The contract over TLS, with HTTP/1.1 and HTTP/2.

pub mod client;
mod http1;
mod http2;
mod limits;

use std::net::SocketAddr;

use crate::process::Server;

/// A server with `--tls`. The address in `server` is an unencrypted relay, so that the clients of
/// the other tests reach the server over TLS and HTTP/1.1.
pub struct TlsServer {
    pub server: Server,
    /// The address of the server itself.
    pub address: SocketAddr,
}

impl TlsServer {
    pub fn quiet(options: &[&str]) -> Self {
        let mut server = Server::quiet(&[&["--tls"], options].concat());
        let address = server.address;
        server.address = client::relay_to(address);
        Self { server, address }
    }
}
