//! Measures the eight transports: every update of every client, every byte of every connection.
//!
//! In reading order:
//!
//! - [`scenario`], [`suite`], [`sweep`]: what is measured, under which conditions?
//! - [`run`](mod@run), [`clients`], [`verdict`]: how is one measurement made, and is it one?
//! - [`client`]: [`plan`] (AGAIN) × [`decode`](mod@decode), with [`heads`], [`connection`], [`kernel`],
//!   [`response`], [`framing`], [`frame`].
//! - [`publisher`], [`poster`]: what does a client send of its own?
//! - [`failure`], [`distrust`]: why does a client give up, and why is a run not to be believed?
//! - [`received`], [`audit`], [`ledger`], [`marks`], [`shared`]: what is noted of each client?
//! - [`watch`](mod@watch), [`pulse`], [`usage`]: and of ourselves?
//! - [`measurement`], [`bytes`]: what came out?
//! - [`server_process`], [`target`]: which server is measured?
//! - [`bench`](mod@bench), [`environment`], [`record`], [`capture`]: how is a suite measured, and what is kept?
//! - [`calibrate`](mod@calibrate): does the instrument read what is known?
//! - [`browser`]: does a real browser find the same?
//! - [`statistics`], [`theory`]: what do several repeats say, and what does arithmetic?
//! - [`claims`]: what have others published?
//! - [`compare`](mod@compare): does a second record differ from a first?
//! - [`figures`], [`chart`], [`report`], [`table`], [`readme`](mod@readme): how is it shown?
//! - [`cli`], [`output`]: what can be asked for, and how does the program speak?

pub mod audit;
pub mod bench;
pub mod browser;
pub mod bytes;
pub mod calibrate;
pub mod capture;
pub mod chart;
pub mod claims;
pub mod cli;
pub mod client;
pub mod clients;
pub mod compare;
pub mod connection;
pub mod decode;
pub mod distrust;
pub mod environment;
pub mod failure;
pub mod figures;
pub mod frame;
pub mod framing;
pub mod heads;
pub mod kernel;
pub mod ledger;
pub mod marks;
pub mod measurement;
pub mod output;
pub mod plan;
pub mod poster;
pub mod publisher;
pub mod pulse;
pub mod readme;
pub mod received;
pub mod record;
pub mod report;
pub mod response;
pub mod run;
pub mod scenario;
pub mod server_process;
pub mod shared;
pub mod statistics;
pub mod suite;
pub mod sweep;
pub mod table;
pub mod target;
pub mod theory;
pub mod usage;
pub mod verdict;
pub mod watch;
