//! Measures the eight transports: every update of every client, every byte of every connection.
//!
//! A module imports only from its own folder and from those above it in this list:
//!
//! - [`record`]: the data of a record: measurements, scenarios, suites, files.
//! - [`client`]: one client of a transport, and the bytes and updates that it counts.
//! - [`measure`]: running a measurement, and deciding whether it is valid.
//! - [`browser`]: the same measurement in a real browser.
//! - [`torture`]: whether clients receive everything while brokers and servers fail.
//! - [`show`]: charts, tables, reports and comparisons of records. It uses only [`record`].
//! - [`cli`]: one file for each subcommand.

pub mod browser;
pub mod cli;
pub mod client;
pub mod measure;
pub mod record;
pub mod show;
pub mod torture;
