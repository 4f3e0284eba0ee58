//! How does a signal end the work?

use tokio::signal::unix::{SignalKind, signal};

use crate::cli::output::tell;

/// The exit code of work that was ended by Ctrl-C or by SIGTERM.
pub const INTERRUPTED: u8 = 130;

/// The result of `work`; `None` if the signal to stop came first, which is printed.
pub async fn unless_stopped<T>(
    work: impl Future<Output = anyhow::Result<T>>,
    what: &str,
) -> anyhow::Result<Option<T>> {
    let stop = stop_signal();
    tokio::select! {
        done = work => done.map(Some),
        () = stop => {
            tell(&format!("loadgen: stopped before the end of the {what}"));
            Ok(None)
        }
    }
}

/// Waits for the signal to stop, which is caught from now on.
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
