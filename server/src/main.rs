//! The server as a program: read the options, listen, say where, serve until told to stop.

use std::{
    io::{self, IsTerminal},
    process::ExitCode,
    thread,
};

use clap::Parser;
use server::{Settings, app::Server};
use tokio::{
    signal::unix::{SignalKind, signal},
    sync::oneshot,
};
use tracing_subscriber::EnvFilter;

#[actix_web::main]
async fn main() -> ExitCode {
    let filter = EnvFilter::try_from_default_env();
    tracing_subscriber::fmt()
        .with_env_filter(filter.unwrap_or_else(|_| "info,actix_server=warn,actix_files=off".into()))
        .with_ansi(io::stderr().is_terminal())
        .with_writer(io::stderr)
        .init();
    match run(Settings::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("server: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(settings: Settings) -> anyhow::Result<()> {
    let until_stdin_ends = settings.until_stdin_ends;
    let server = Server::new(settings)?;
    // Caught from before anyone can know the server: Ctrl-C, and the polite signal of a
    // supervisor.
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    println!("serving on http://{}", server.address()?);
    if let Some(url) = server.presenter_url()? {
        eprintln!("to decide about the lab from another machine too, open {url}");
    }
    let stop = async {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
            () = stdin_end(), if until_stdin_ends => {}
        }
    };
    server.run(stop).await
}

/// Waits for the end of standard input, on a thread that nobody waits for.
async fn stdin_end() {
    let (end, ended) = oneshot::channel::<()>();
    thread::spawn(move || {
        let _ = io::copy(&mut io::stdin(), &mut io::sink());
        drop(end);
    });
    let _ = ended.await;
}
