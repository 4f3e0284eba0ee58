//! One feed of live updates, sent through eight transports that the web has used for it.
//!
//! A transport combines two choices: when its response ends, and how an update is written. The
//! folders are listed in the order of their dependencies; each imports only from those above it:
//!
//! - [`base`]: time, sockets, byte classes and the names of the eight transports.
//! - [`feed`]: the updates, their sources, and the cursor of a client.
//! - [`format`](mod@format): how an update is written, one file per format.
//! - [`link`]: distance, for the load generator and the lab.
//! - [`http`]: the connection and its guard, problems, origins, files and metrics; no routes.
//! - [`reply`]: when the response ends.
//! - [`transport`]: the eight transports, a few lines each, and what clients send.
//! - [`cluster`]: starts brokers, servers and a proxy on this machine.
//! - [`lab`]: shows the traffic of each transport; nothing above depends on it.
//! - [`app`], [`settings`]: the server assembled from these parts.

pub mod app;
pub mod base;
pub mod cluster;
pub mod feed;
pub mod format;
pub mod http;
pub mod lab;
pub mod link;
pub mod reply;
pub mod settings;
pub mod transport;

pub use self::{
    base::{Direction, Transport},
    settings::Settings,
};
