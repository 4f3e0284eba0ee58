//! SIGINT (Ctrl-C) and SIGTERM.

use tokio::signal::unix::{SignalKind, signal};

use crate::cli::output::print_message;

/// The exit code after Ctrl-C or SIGTERM.
pub const INTERRUPTED: u8 = 130;

/// The result of `work`, or `None` after a message if a stop signal came first.
pub async fn unless_stopped<T>(
    work: impl Future<Output = anyhow::Result<T>>,
    what: &str,
) -> anyhow::Result<Option<T>> {
    let stop = stop_signal();
    tokio::select! {
        done = work => done.map(Some),
        () = stop => {
            print_message(&format!("loadgen: stopped before the end of the {what}"));
            Ok(None)
        }
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
