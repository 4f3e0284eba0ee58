//! Measures the eight transports: every update of every client, every byte of every connection.
//!
//! In reading order:
//!
//! - [`scenario`], [`suite`]: what is measured, under which conditions?
//! - [`run`](mod@run), [`clients`], [`verdict`]: how is one measurement made, and is it one?
//! - [`client`]: AGAIN × decode, with [`heads`], [`connection`], [`kernel`], [`response`], [`framing`],
//!   [`decode`](mod@decode).
//! - [`failure`]: why does a client give up?
//! - [`audit`], [`ledger`], [`shared`], [`lateness`]: what is noted of each client, and of ourselves?
//! - [`measurement`]: what came out?
//! - [`server_process`], [`target`]: which server is measured?
//! - [`bench`](mod@bench), [`environment`], [`record`], [`capture`]: how is a suite measured, and what is kept?
//! - [`chart`], [`report`], [`table`], [`readme`](mod@readme): how is it shown?
//! - [`cli`]: what can be asked for?

pub mod audit;
pub mod bench;
pub mod capture;
pub mod chart;
pub mod cli;
pub mod client;
pub mod clients;
pub mod connection;
pub mod decode;
pub mod environment;
pub mod failure;
pub mod framing;
pub mod heads;
pub mod kernel;
pub mod lateness;
pub mod ledger;
pub mod measurement;
pub mod readme;
pub mod record;
pub mod report;
pub mod response;
pub mod run;
pub mod scenario;
pub mod server_process;
pub mod shared;
pub mod suite;
pub mod table;
pub mod target;
pub mod verdict;
