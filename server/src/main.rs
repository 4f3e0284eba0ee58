//! The server program: parses the options, listens, prints its URL, and serves until it is stopped.

use std::{
    io::{self, IsTerminal, Write},
    net::{Ipv4Addr, SocketAddr},
    process::ExitCode,
    thread,
};

use actix_web::rt::System;
use clap::Parser;
use server::{Settings, app::Server, base::open_files};
use tokio::{
    signal::unix::{SignalKind, signal},
    sync::oneshot,
};
use tracing_subscriber::EnvFilter;

fn main() -> ExitCode {
    let filter = EnvFilter::try_from_default_env();
    // The h2 crate logs some frames of clients, without a limit.
    let default = "info,actix_server=warn,actix_files=off,h2=off";
    tracing_subscriber::fmt()
        .with_env_filter(filter.unwrap_or_else(|_| default.into()))
        .with_ansi(io::stderr().is_terminal())
        .with_writer(io::stderr)
        // Otherwise an error while writing a log line would be printed with `eprintln!`, which
        // panics.
        .log_internal_errors(false)
        .init();
    open_files::raise_limit();
    match System::new().block_on(run(Settings::parse())) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // If standard error can't be written to, the exit code still reports the failure.
            let _ = writeln!(io::stderr(), "server: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(settings: Settings) -> anyhow::Result<()> {
    let (until_stdin_ends, lan) = (settings.until_stdin_ends, settings.lan);
    let server = Server::start(settings).await?;
    // Installed before the URL is printed: Ctrl-C, and SIGTERM of a supervisor.
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    // The server runs even if its output can't be written.
    let (scheme, address) = (server.scheme().name(), server.address()?);
    let _ = writeln!(io::stdout(), "serving on {scheme}://{address}");
    if let Some(tls) = server.tls() {
        let (fingerprint, spki) = (tls.fingerprint(), tls.spki_hash()?);
        tracing::info!("SHA-256 fingerprint of the certificate: {fingerprint}");
        tracing::info!("Chromium accepts it with --ignore-certificate-errors-spki-list={spki}");
    }
    for hint in hints(&server, lan)? {
        let _ = writeln!(io::stderr(), "{hint}");
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

/// Additional lines that are printed at start if the lab is open.
fn hints(server: &Server, lan: bool) -> io::Result<Vec<String>> {
    let (Some(url), address) = (server.presenter_url()?, server.address()?) else {
        return Ok(Vec::new());
    };
    let scheme = server.scheme().name();
    let talk: SocketAddr = match lan {
        true => (Ipv4Addr::LOCALHOST, address.port()).into(),
        false => address,
    };
    let mut hints = vec![
        match address.ip().is_loopback() {
            true => format!("presenter's URL (also through a tunnel): {url}"),
            false => format!("presenter's URL for another machine: {url}"),
        },
        // A browser caches the talk under this URL, in case the server stops.
        format!("talk: {scheme}://{talk}/talk.html"),
    ];
    if lan && address.ip().is_loopback() {
        hints.push(
            "this machine has no network address: connect it to a network and start again, or use \
             --bind with an address instead of --lan"
                .into(),
        );
    } else if lan {
        hints.push(format!(
            "this server can be reached from the network; phones join at \
             {scheme}://{address}/join.html"
        ));
    }
    Ok(hints)
}

/// Waits for the end of standard input, on a thread that is never joined.
async fn stdin_end() {
    let (end, ended) = oneshot::channel::<()>();
    thread::spawn(move || {
        let _ = io::copy(&mut io::stdin(), &mut io::sink());
        drop(end);
    });
    let _ = ended.await;
}
