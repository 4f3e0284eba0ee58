//! How are the sockets set up, so that no client can hold more than a bounded share of memory?

use std::{
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, ToSocketAddrs, UdpSocket},
    time::Duration,
};

use actix_web::rt::net::TcpStream;
use socket2::{Domain, Protocol, SockRef, Socket, Type};

/// The kernel takes no more than this beyond what it has sent (`TCP_NOTSENT_LOWAT`); without it
/// some 4 MB pile up for each client that does not read.
const UNSENT_BYTES: u32 = 16 << 10;

/// So many connections may wait to be accepted: a load generator opens thousands at once.
const BACKLOG: i32 = 4096;

/// The addresses of a host and port such as `localhost:8080`. The dot at the end of an absolute
/// name (`localhost.`) is left out, since the system's own table of hosts lists names without it.
pub fn resolve(authority: &str) -> io::Result<Vec<SocketAddr>> {
    let relative = authority.rsplit_once(':').and_then(|(host, port)| {
        let host = host.strip_suffix('.')?;
        Some(format!("{host}:{port}"))
    });
    let authority = relative.as_deref().unwrap_or(authority);
    Ok(authority.to_socket_addrs()?.collect())
}

/// The network that stands for a client in limits: its address, or the first 64 bits of an IPv6
/// address.
pub fn network_of(address: IpAddr) -> IpAddr {
    const NETWORK_OF_IPV6: u128 = !(u64::MAX as u128);
    match address.to_canonical() {
        IpAddr::V6(ipv6) => IpAddr::V6((ipv6.to_bits() & NETWORK_OF_IPV6).into()),
        ipv4 => ipv4,
    }
}

/// A listening socket.
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

/// By which address other machines reach this one, or its own name for itself when there is no
/// other. Nothing is sent: the system is only asked which way it would be.
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

/// The addresses by which other machines reach this one, as far as it has routes to others.
pub fn own_addresses() -> Vec<IpAddr> {
    let unspecified = [Ipv4Addr::UNSPECIFIED.into(), Ipv6Addr::UNSPECIFIED.into()];
    unspecified.map(own_address).into()
}

/// The address by which others reach what listens there.
pub fn reached_at(listens: SocketAddr) -> SocketAddr {
    match listens.ip() {
        any if any.is_unspecified() => (own_address(any), listens.port()).into(),
        _ => listens,
    }
}

/// Bounds what an accepted connection may hold, and for how long ([`notice_absence`]).
pub fn bound(stream: &TcpStream, longest_absence: Duration) {
    notice_absence(stream, longest_absence);
    #[cfg(target_os = "linux")]
    warn_of(SockRef::from(stream).set_tcp_notsent_lowat(UNSENT_BYTES));
}

/// Lets the kernel cut a connection whose peer acknowledges nothing for so long, or keeps its
/// window shut (`TCP_USER_TIMEOUT`). It should be longer than a slow reader takes to open it.
pub fn notice_absence(stream: &TcpStream, longest: Duration) {
    #[cfg(target_os = "linux")]
    warn_of(SockRef::from(stream).set_tcp_user_timeout(Some(longest)));
    #[cfg(not(target_os = "linux"))]
    let _ = (stream, longest);
}

#[cfg(target_os = "linux")]
fn warn_of(set: io::Result<()>) {
    if let Err(error) = set {
        tracing::warn!(%error, "a connection can't be bounded");
    }
}
