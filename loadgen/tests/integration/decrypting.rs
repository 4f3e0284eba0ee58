//! How does a test read bytes that are sent over TLS? Clients talk to the server through a relay that
//! decrypts and encrypts again. Between its halves is a link, whose tap has the bytes in clear text.

use std::net::SocketAddr;

use loadgen::{client::trust::Trust, record::HttpVersion};
use rustls::pki_types::ServerName;
use server::{
    base::Way,
    http::tls::Tls,
    link::{Link, Passage},
};
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    sync::mpsc,
};
use tokio_rustls::{TlsAcceptor, TlsConnector};
use url::Host;

/// A relay before a server, with a tap between its halves.
pub struct Relay {
    /// Where clients connect to.
    pub address: SocketAddr,
    /// The hash of the public key of its certificate.
    pub spki_hash: String,
    link: Link,
    tapped: mpsc::UnboundedReceiver<Passage>,
    passages: Vec<Passage>,
}

impl Relay {
    /// Starts one before a server that speaks TLS.
    pub async fn start(server: SocketAddr) -> Self {
        let tls = Tls::generated(&[Host::parse("127.0.0.1").unwrap()]).unwrap();
        let spki_hash = tls.spki_hash().unwrap();
        let (tap, tapped) = mpsc::unbounded_channel();
        let encrypting = relay(move |client| encrypt(client, server)).await;
        let link = Link::start(encrypting, Way::default(), Some(tap));
        let link = link.await.unwrap();
        let to = link.address();
        Self {
            address: relay(move |client| decrypt(client, tls.acceptor().clone(), to)).await,
            spki_hash,
            link,
            tapped,
            passages: Vec::new(),
        }
    }

    /// Breaks the open connections, so that the next request opens one, with empty HPACK tables.
    pub fn break_connections(&self) {
        self.link.unplug();
        self.link.plug_in();
    }

    /// All that has passed until now.
    pub fn passages(&mut self) -> &[Passage] {
        let new = std::iter::from_fn(|| self.tapped.try_recv().ok());
        self.passages.extend(new);
        &self.passages
    }
}

/// Accepts connections, each of which `forward` carries on to a server.
async fn relay<F>(forward: impl Fn(TcpStream) -> F + Send + 'static) -> SocketAddr
where
    F: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            tokio::spawn(forward(client));
        }
    });
    address
}

/// Decrypts the bytes of a client.
async fn decrypt(client: TcpStream, tls: TlsAcceptor, to: SocketAddr) {
    if let Ok(mut client) = tls.accept(client).await {
        let mut onward = TcpStream::connect(to).await.unwrap();
        let _ = copy_bidirectional(&mut client, &mut onward).await;
    }
}

/// Sends the bytes of a client to a server over TLS.
async fn encrypt(mut client: TcpStream, server: SocketAddr) {
    let tls = TlsConnector::from(Trust::Any.client_config(HttpVersion::Http2));
    let onward = TcpStream::connect(server).await.unwrap();
    let name = ServerName::IpAddress(server.ip().into());
    let mut onward = tls.connect(name, onward).await.unwrap();
    let _ = copy_bidirectional(&mut client, &mut onward).await;
}
