//! Socket options that bound the memory each client can occupy.

use std::{
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, ToSocketAddrs, UdpSocket},
    time::Duration,
};

use actix_web::rt::net::TcpStream;
use socket2::{Domain, Protocol, SockRef, Socket, Type};

/// The maximum number of unsent bytes that the kernel buffers (`TCP_NOTSENT_LOWAT`). Without it,
/// about 4 MB accumulate for each client that does not read.
const UNSENT_BYTES: u32 = 16 << 10;

/// How many connections may wait to be accepted. A load generator opens thousands at once.
const BACKLOG: i32 = 4096;

/// Resolves a host and port such as `localhost:8080`. The final dot of an absolute name
/// (`localhost.`) is removed, since the system's hosts file lists names without it.
pub fn resolve(authority: &str) -> io::Result<Vec<SocketAddr>> {
    let relative = authority.rsplit_once(':').and_then(|(host, port)| {
        let host = host.strip_suffix('.')?;
        Some(format!("{host}:{port}"))
    });
    let authority = relative.as_deref().unwrap_or(authority);
    Ok(authority.to_socket_addrs()?.collect())
}

/// The network that identifies a client in limits: an IPv4 address, or the first 64 bits of an IPv6
/// address.
pub fn network_of(address: IpAddr) -> IpAddr {
    const NETWORK_OF_IPV6: u128 = !(u64::MAX as u128);
    match address.to_canonical() {
        IpAddr::V6(ipv6) => IpAddr::V6((ipv6.to_bits() & NETWORK_OF_IPV6).into()),
        ipv4 => ipv4,
    }
}

/// Opens a listening socket.
pub fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = Socket::new(
        Domain::for_address(address),
        Type::STREAM,
        Some(Protocol::TCP),
    )?;
    socket.set_reuse_address(true)?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    Ok(socket.into())
}

/// The address by which other machines reach this one, or the loopback address if there is none.
/// Nothing is sent: the system only looks up the route.
fn own_address(unspecified: IpAddr) -> IpAddr {
    let (elsewhere, itself): (IpAddr, IpAddr) = match unspecified {
        IpAddr::V4(_) => (
            Ipv4Addr::new(192, 0, 2, 1).into(),
            Ipv4Addr::LOCALHOST.into(),
        ),
        IpAddr::V6(_) => (
            Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1).into(),
            Ipv6Addr::LOCALHOST.into(),
        ),
    };
    let ask = || {
        let socket = UdpSocket::bind((unspecified, 0))?;
        socket.connect((elsewhere, 9))?;
        socket.local_addr()
    };
    ask().map_or(itself, |own| own.ip())
}

/// The addresses by which other machines reach this one, as far as routes to other machines exist.
pub fn own_addresses() -> Vec<IpAddr> {
    let unspecified = [Ipv4Addr::UNSPECIFIED.into(), Ipv6Addr::UNSPECIFIED.into()];
    unspecified.map(own_address).into()
}

/// The address by which other machines reach a socket that listens at `listens`.
pub fn reached_at(listens: SocketAddr) -> SocketAddr {
    match listens.ip() {
        any if any.is_unspecified() => (own_address(any), listens.port()).into(),
        _ => listens,
    }
}

/// Limits the kernel's send buffer of an accepted connection and the time that its peer may be
/// unreachable ([`set_user_timeout`]).
pub fn set_limits(stream: &TcpStream, user_timeout: Duration) {
    set_user_timeout(stream, user_timeout);
    #[cfg(target_os = "linux")]
    warn_if_failed(SockRef::from(stream).set_tcp_notsent_lowat(UNSENT_BYTES));
}

/// Closes the connection if the peer acknowledges nothing, or keeps its receive window closed, for
/// `timeout` (`TCP_USER_TIMEOUT`). It should be longer than a slow reader takes to open its window.
pub fn set_user_timeout(stream: &TcpStream, timeout: Duration) {
    #[cfg(target_os = "linux")]
    warn_if_failed(SockRef::from(stream).set_tcp_user_timeout(Some(timeout)));
    #[cfg(not(target_os = "linux"))]
    let _ = (stream, timeout);
}

#[cfg(target_os = "linux")]
fn warn_if_failed(set: io::Result<()>) {
    if let Err(error) = set {
        tracing::warn!(%error, "can't set the limits of a connection");
    }
}
