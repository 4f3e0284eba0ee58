//! When did bytes arrive at a socket? The kernel knows, however late they are read.

use std::io;

use tokio::{io::Interest, net::TcpStream};

/// Asks the kernel for the times at which packets arrive (`SO_TIMESTAMPNS`, socket(7)). Where it
/// has none, [`receive`] returns none.
pub fn request_timestamps(stream: &TcpStream) {
    #[cfg(target_os = "linux")]
    {
        use nix::sys::socket::{setsockopt, sockopt::ReceiveTimestampns};
        if let Err(error) = setsockopt(stream, ReceiveTimestampns, &true) {
            tracing::debug!(%error, "no receive timestamps");
        }
    }
    #[cfg(not(target_os = "linux"))]
    let _ = stream;
}

/// Receives what has arrived, and waits until something has: its length, and when the last packet
/// of it arrived, in microseconds since the Unix epoch, where the kernel says so.
///
/// # Errors
///
/// As of a read, such as a connection that was reset.
pub async fn receive(stream: &TcpStream, buffer: &mut [u8]) -> io::Result<(usize, Option<u64>)> {
    stream
        .async_io(Interest::READABLE, || try_receive(stream, buffer))
        .await
}

#[cfg(target_os = "linux")]
fn try_receive(stream: &TcpStream, buffer: &mut [u8]) -> io::Result<(usize, Option<u64>)> {
    use std::os::fd::AsRawFd;

    use nix::sys::{
        socket::{ControlMessageOwned, MsgFlags, recvmsg},
        time::TimeSpec,
    };
    let mut control = nix::cmsg_space!(TimeSpec);
    let mut parts = [io::IoSliceMut::new(buffer)];
    let flags = MsgFlags::empty();
    let received = recvmsg::<()>(stream.as_raw_fd(), &mut parts, Some(&mut control), flags)?;
    let mut messages = received.cmsgs().into_iter().flatten();
    let at_us = messages.find_map(|message| match message {
        ControlMessageOwned::ScmTimestampns(at) => {
            let (seconds, nanoseconds) = (at.tv_sec() as u64, at.tv_nsec() as u64);
            Some(seconds * 1_000_000 + nanoseconds / 1_000)
        }
        _ => None,
    });
    Ok((received.bytes, at_us))
}

#[cfg(not(target_os = "linux"))]
fn try_receive(stream: &TcpStream, buffer: &mut [u8]) -> io::Result<(usize, Option<u64>)> {
    Ok((stream.try_read(buffer)?, None))
}
