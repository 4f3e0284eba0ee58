//! When did bytes arrive at a socket? The kernel records the time, however late they are read.

use std::io;

use tokio::net::TcpStream;

/// Asks the kernel for the times at which packets arrive (`SO_TIMESTAMPNS`, socket(7)), for
/// [`receive`].
///
/// # Errors
///
/// The system does not support them.
#[cfg(target_os = "linux")]
pub fn request_timestamps(socket: &impl std::os::fd::AsFd) -> io::Result<()> {
    use nix::sys::socket::{setsockopt, sockopt::ReceiveTimestampns};
    Ok(setsockopt(socket, ReceiveTimestampns, &true)?)
}

/// Fails with `Unsupported`: only Linux has these timestamps.
#[cfg(not(target_os = "linux"))]
pub fn request_timestamps<S>(_: &S) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Receives the bytes that have arrived, without waiting. Returns their number and, if the system
/// provides it, the time at which the last packet of them arrived, in microseconds since the Unix
/// epoch.
///
/// # Errors
///
/// Those of a read: `WouldBlock` if nothing has arrived.
#[cfg(target_os = "linux")]
pub fn receive(stream: &TcpStream, buffer: &mut [u8]) -> io::Result<(usize, Option<u64>)> {
    use std::{cell::RefCell, os::fd::AsRawFd};

    use nix::sys::{
        socket::{ControlMessageOwned, MsgFlags, recvmsg},
        time::TimeSpec,
    };
    thread_local! {
        static CONTROL: RefCell<Vec<u8>> = RefCell::new(nix::cmsg_space!(TimeSpec));
    }
    CONTROL.with_borrow_mut(|control| {
        let mut parts = [io::IoSliceMut::new(buffer)];
        let flags = MsgFlags::empty();
        let received = recvmsg::<()>(stream.as_raw_fd(), &mut parts, Some(control), flags)?;
        let mut messages = received.cmsgs().into_iter().flatten();
        let at_us = messages.find_map(|message| match message {
            ControlMessageOwned::ScmTimestampns(at) => {
                let (seconds, nanoseconds) = (at.tv_sec() as u64, at.tv_nsec() as u64);
                Some(seconds * 1_000_000 + nanoseconds / 1_000)
            }
            _ => None,
        });
        Ok((received.bytes, at_us))
    })
}

/// Receives without a timestamp.
#[cfg(not(target_os = "linux"))]
pub fn receive(stream: &TcpStream, buffer: &mut [u8]) -> io::Result<(usize, Option<u64>)> {
    Ok((stream.try_read(buffer)?, None))
}
