//! A pipe in memory for `h2`, because the client itself reads from its socket.

use std::{
    io,
    mem::take,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll},
};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// Bytes in both directions. Clones share them.
#[derive(Clone, Debug, Default)]
pub(super) struct Pipe(Arc<Mutex<Buffers>>);

#[derive(Debug, Default)]
struct Buffers {
    received: Vec<u8>,
    written: Vec<u8>,
}

impl Pipe {
    /// Adds received bytes.
    pub fn receive(&self, bytes: &[u8]) {
        self.lock().received.extend_from_slice(bytes);
    }

    /// Takes the written bytes.
    pub fn take_written(&self) -> Vec<u8> {
        take(&mut self.lock().written)
    }

    fn lock(&self) -> MutexGuard<'_, Buffers> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl AsyncRead for Pipe {
    fn poll_read(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let mut buffers = self.lock();
        if buffers.received.is_empty() {
            return Poll::Pending;
        }
        let count = buffers.received.len().min(buf.remaining());
        buf.put_slice(&buffers.received[..count]);
        buffers.received.drain(..count);
        if buffers.received.is_empty() {
            // A waiting client keeps no buffer.
            buffers.received = Vec::new();
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Pipe {
    fn poll_write(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.lock().written.extend_from_slice(bytes);
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}
