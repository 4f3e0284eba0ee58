//! SIGINT (Ctrl-C) and SIGTERM.

use tokio::signal::unix::{SignalKind, signal};

/// The exit code after Ctrl-C or SIGTERM.
pub const INTERRUPTED: u8 = 130;

/// A command was stopped by a signal.
#[derive(Debug, thiserror::Error)]
#[error("stopped before the end of the {0}")]
pub struct Stopped(&'static str);

/// The result of `work`, or [`Stopped`] if a stop signal came first.
pub async fn unless_stopped<T>(
    work: impl Future<Output = anyhow::Result<T>>,
    what: &'static str,
) -> anyhow::Result<T> {
    let stop = stop_signal();
    tokio::select! {
        done = work => done,
        () = stop => Err(Stopped(what).into()),
    }
}

/// Waits for a stop signal. The signals are caught from this call on.
pub fn stop_signal() -> impl Future<Output = ()> {
    let mut interrupt = signal(SignalKind::interrupt()).expect("SIGINT can be caught");
    let mut terminate = signal(SignalKind::terminate()).expect("SIGTERM can be caught");
    async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    }
}
