//! Measures the eight transports: every update of every client, every byte of every connection.
//!
//! A module imports only from its own folder and from those above it in this list:
//!
//! - [`record`]: what does a record contain? Data only.
//! - [`client`]: what does one client do, and what is booked of it?
//! - [`measure`]: how is a measurement made, and is it valid?
//! - [`browser`]: does a real browser measure the same?
//! - [`show`]: how are records drawn, printed and compared? It uses [`record`] only.
//! - [`cli`]: one file for each subcommand.

pub mod browser;
pub mod cli;
pub mod client;
pub mod measure;
pub mod record;
pub mod show;
