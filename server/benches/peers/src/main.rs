//! Other servers that send the same feed, for comparison with ours: `just perf`.
//!
//! `peers NAME` serves on a free port of 127.0.0.1 and prints its URL. Each server has one thread
//! and stops at the end of its standard input. The started process itself serves, so its CPU time
//! and memory are those of the server.

mod fast;
mod feed;
mod nchan;
mod node;
mod tungstenite;
mod write_loop;

use std::{io, thread};

use clap::{Parser, Subcommand, ValueEnum};

use crate::feed::Feed;

#[derive(Parser)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the feed
    Serve {
        /// Server to run
        peer: Peer,
        #[command(flatten)]
        feed: Feed,
    },
    /// Print the software that is missing for a server; nothing if there is none
    Missing {
        /// Server to check
        peer: Peer,
    },
    /// Publish the feed to nginx (`serve nchan` runs this as a child process)
    #[command(hide = true)]
    PublishToNchan {
        port: u16,
        #[command(flatten)]
        feed: Feed,
    },
}

#[derive(Clone, Copy, ValueEnum)]
enum Peer {
    /// A loop of `write` calls over all connections, the minimum for any server: WebSocket, SSE
    WriteLoop,
    /// nginx with nchan: WebSocket, SSE, long polling
    Nchan,
    /// ws for Node.js: WebSocket
    NpmWs,
    /// tokio-tungstenite: WebSocket
    TokioTungstenite,
    /// fastwebsockets with hyper: WebSocket
    Fastwebsockets,
    /// engine.io for Node.js: long polling
    EngineIo,
}

fn main() -> anyhow::Result<()> {
    match Cli::parse().command {
        Command::Serve { peer, feed } => serve(peer, feed),
        Command::Missing { peer } => {
            print!("{}", missing(peer).unwrap_or_default());
            Ok(())
        }
        Command::PublishToNchan { port, feed } => nchan::publish(port, feed),
    }
}

fn serve(peer: Peer, feed: Feed) -> anyhow::Result<()> {
    match peer {
        Peer::WriteLoop => until_end_of_input(write_loop::serve, feed),
        Peer::Nchan => nchan::serve(feed),
        Peer::NpmWs => node::serve(node::WS, feed),
        Peer::TokioTungstenite => until_end_of_input(tungstenite::serve, feed),
        Peer::Fastwebsockets => until_end_of_input(fast::serve, feed),
        Peer::EngineIo => node::serve(node::ENGINE_IO, feed),
    }
}

/// Runs a server in this process until its standard input ends.
fn until_end_of_input(serve: fn(Feed) -> anyhow::Result<()>, feed: Feed) -> anyhow::Result<()> {
    thread::spawn(|| {
        wait_for_end_of_input();
        std::process::exit(0);
    });
    serve(feed)
}

/// Returns when the parent process closes standard input or ends.
fn wait_for_end_of_input() {
    let _ = io::copy(&mut io::stdin(), &mut io::sink());
}

fn missing(peer: Peer) -> Option<&'static str> {
    match peer {
        Peer::WriteLoop | Peer::TokioTungstenite | Peer::Fastwebsockets => None,
        Peer::Nchan => nchan::missing(),
        Peer::NpmWs => node::missing("ws"),
        Peer::EngineIo => node::missing("engine.io"),
    }
}
