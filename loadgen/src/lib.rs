//! Measures the eight transports: every update of every client, every byte of every connection.
//!
//! In reading order:
//!
//! - [`scenario`], [`suite`]: what is measured, under which conditions?
//! - [`run`](mod@run): how is one measurement made?
//! - [`client`]: AGAIN × decode, with [`heads`], [`framing`], [`decode`](mod@decode).
//! - [`audit`], [`ledger`], [`shared`], [`lateness`]: what is noted of each client, and of ourselves?
//! - [`measurement`]: what came out?
//! - [`server_process`], [`target`]: which server is measured?

pub mod audit;
pub mod client;
pub mod decode;
pub mod framing;
pub mod heads;
pub mod lateness;
pub mod ledger;
pub mod measurement;
pub mod run;
pub mod scenario;
pub mod server_process;
pub mod shared;
pub mod target;
